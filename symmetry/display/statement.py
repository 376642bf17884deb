"""A theorem, a claim or a question whole, or a list of them, as a text to read and as builtin types."""

import dataclasses
import functools
import textwrap
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import sympy

from symmetry.bibliography import address, described, named, plain
from symmetry.evidence.fields import Json
from symmetry.evidence.kinds import KINDS
from symmetry.statements.claim import QUESTIONS, VERDICTS, Claim, Question
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.notation import notation_of
from symmetry.statements.registry import select
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Measurements, Theorem
from symmetry.wording import wrapped

NARROWEST, WIDEST = 60, 110
"""Texts are wrapped to the terminal, within these widths."""

SIGNS = {"=": ("Eq", "equals"), "<=": ("Le", "is at most"), "<": ("Lt", "is less than")}
"""The sign of a step as SymPy and a sentence have it."""

Cell: TypeAlias = str | list[str]
"""A text, or several, which a table joins and JSON keeps apart."""


@functools.singledispatch
def shown(thing: Theorem | Claim | Question, width: int) -> str:
    """The whole of it as text of at most that width where words can wrap."""
    raise TypeError(f"a {type(thing).__name__} cannot be shown; pass a theorem, a claim or a question.")


@functools.singledispatch
def shown_json(thing: Theorem | Claim | Question) -> dict[str, Json]:
    """The same as builtin types."""
    raise TypeError(f"a {type(thing).__name__} cannot be shown; pass a theorem, a claim or a question.")


def _joined(*parts: object) -> str:
    """The parts that say something, with an empty line between them."""
    return "\n\n".join(str(part) for part in parts if part)


def _clamped(width: int) -> int:
    return min(max(width, NARROWEST), WIDEST)


@shown.register
def _(theorem: Theorem, width: int) -> str:
    width = _clamped(width)
    evidence = "; ".join(f"{kind}: {KINDS[kind].promise(theorem)}" for kind in theorem.evidence)
    called = textwrap.indent("\n\n".join(theorem.source.called), "  ")
    return _joined(
        wrapped(f"{theorem.id}  {theorem.title}", width, "", "  "),
        wrapped(plain(theorem.statement), width, "  "),
        "Hypotheses\n" + wrapped(theorem.hypotheses, width, "  "),
        _notation(theorem, width),
        _derivation(theorem, width),
        "Evidence listed\n" + wrapped(f"{evidence}.", width, "  "),
        "Law (the code that is run)\n" + textwrap.indent(theorem.source.law, "  "),
        called and f"What it calls in {theorem.module.rpartition('.')[2]}.py\n{called}",
        _refutes(theorem),
        theorem.table and _measured(theorem.table(), width),
        _controls(theorem),
        theorem.cites and "Sources\n" + "\n".join(_source(key, width) for key in theorem.cites),
        wrapped(f"sha256 of statement, hypotheses and all the code that decides: {theorem.digest}", width),
    )


@shown.register
def _(claim: Claim, width: int) -> str:
    width = _clamped(width)
    quoted = f' ("{claim.quoted}")' if claim.quoted else ""
    instances = "\n".join(wrapped(f"- {each}", width, "  ", "    ") for each in claim.instances)
    return _joined(
        wrapped(f"{claim.id}  {claim.title}{quoted}", width, "", "  "),
        f"Where\n{_source(claim.thread, width)}\n" + wrapped(f"Position: {named(claim.position)}", width, "  "),
        claim.statement and "Made formal\n" + wrapped(plain(claim.statement), width, "  "),
        _notation(claim, width),
        f"Verdict: {claim.stated_verdict}",
        "Why\n" + wrapped(named(claim.why), width, "  "),
        claim.follows_from and "Rests on\n" + wrapped(", ".join(claim.follows_from), width, "  "),
        instances and "Tried on\n" + instances,
        wrapped(f"sha256 of statement, verdict and all the code that decides: {claim.digest}", width),
    )


@shown.register
def _(question: Question, width: int) -> str:
    """A question and its answer, each sentence with what supports it."""
    width = _clamped(width)
    sentences = [wrapped(f"{text} [{', '.join(support)}]", width, "  ") for text, support in question.answer]
    return _joined(
        wrapped(f"{question.id}  {question.asks}", width, "", "  "),
        "Asked in\n" + "\n".join(_source(thread, width) for thread in question.threads),
        "Answer\n" + "\n\n".join(sentences),
    )


@shown_json.register
def _(theorem: Theorem) -> dict[str, Json]:
    from symmetry.latex import equation

    steps = list(theorem.derivation("")) if theorem.derivation else []
    derivation: list[Json] = [
        {"sentence": step.sentence, "equation": equation(step), "given": _given(step), "assuming": step.assuming}
        for step in steps
    ]
    return {
        "id": theorem.id,
        "title": theorem.title,
        "statement": theorem.statement,
        "hypotheses": theorem.hypotheses,
        "notation": [{"symbol": each.latex, "meaning": each.meaning} for each in notation_of(theorem)],
        "derivation": derivation,
        "evidence": list(theorem.evidence),
        "refutes": list(theorem.refutes),
        "corrected_by": theorem.corrected_by if isinstance(theorem, FalseClaim) else None,
        "table": cast(Json, dataclasses.asdict(theorem.table())) if theorem.table else None,
        "controls": list(theorem.controls),
        "knobs": dict(theorem.knobs),
        "cites": {key: described(key) for key in theorem.cites},
        "law": theorem.source.law,
        "called": list(theorem.source.called),
        "digest": theorem.digest,
    }


@shown_json.register
def _(claim: Claim) -> dict[str, Json]:
    texts = ("id", "thread", "position", "statement", "verdict", "condition", "why", "quoted", "module", "digest")
    return {
        **{name: getattr(claim, name) for name in texts},
        "says": claim.title,
        "follows_from": list(claim.follows_from),
        "instances": [cast(Json, dataclasses.asdict(each)) for each in claim.instances],
    }


@shown_json.register
def _(question: Question) -> dict[str, Json]:
    return dataclasses.asdict(question)


def _notation(made: Statement, width: int) -> str:
    """The symbols that a statement uses, and what they mean."""
    lines = [wrapped(f"{plain(each.latex)}: {each.meaning}", width, "  ", "    ") for each in notation_of(made)]
    return "\n".join(["Notation", *lines]) if lines else ""


def _source(key: str, width: int) -> str:
    """A reference, and its address on a line of its own, whole."""
    return wrapped(described(key), width, "  ", "    ") + (f"\n    {where}" if (where := address(key)) else "")


def _measured(table: Measurements, width: int) -> str:
    """What is measured beside the theorem, now: columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in (table.header, *table.rows)
    ]
    return "Measured now\n" + _joined(
        table.introduction and wrapped(table.introduction, width, "  "),
        textwrap.indent("\n".join(lines), "  "),
        "\n".join(wrapped(note, width, "  ", "    ") for note in table.notes),
    )


def _refutes(theorem: Theorem) -> str:
    """The false claims beside the theorem, or what corrects a false claim."""
    if isinstance(theorem, FalseClaim):
        return f"FALSE. What holds instead: {theorem.corrected_by}, which `symmetry show {theorem.corrected_by}` shows."
    if not theorem.refutes:
        return ""
    return "False claims, each with an exact counterexample\n" + "\n".join(f"  - {name}" for name in theorem.refutes)


def _controls(theorem: Theorem) -> str:
    """The controls by name, each with the knobs that it turns."""
    turned = {name: f": {knobs}" if (knobs := theorem.knobs.get(name)) else "" for name in theorem.controls}
    must = "broken variants that every kind of evidence must reject"
    if isinstance(theorem, FalseClaim):
        must = "what refutes the claim must not refute this"
    return f"Controls ({must})\n" + "\n".join(f"  - {name}{knobs}" for name, knobs in turned.items())


def _derivation(theorem: Theorem, width: int) -> str:
    if theorem.derivation is None:
        return ""
    lines = ["Derivation (each step is checked by SymPy with symbolic widths, and at small widths in exact rationals)"]
    for number, step in enumerate(theorem.derivation(""), start=1):
        lines.append(wrapped(f"{number}. {step.sentence}", width, "  ", "     "))
        lines.append(textwrap.indent(as_text(step, width - 7), "       "))
        if given := _given(step):
            lines.append(wrapped(f"Given: {'; '.join(map(str, given))}.", width, "     ", "     "))
        if step.assuming:
            lines.append(wrapped(f"Assumed: {step.assuming}.", width, "     ", "     "))
    return "\n\n".join(lines)


def _given(step) -> list[Json]:
    """What a step takes from the hypotheses, as equations."""
    return [f"{left} = {right}" for left, right in getattr(step, "given", ())]


def as_text(step, width: int) -> str:
    """The equation on one line if it fits, else the right side below the left one."""
    left, right = map(sympy.sympify, step.equation)
    relation, words = SIGNS[step.sign]
    whole = _drawn(getattr(sympy, relation)(left, right, evaluate=False), width)
    sides = [_drawn(side, width) or wrapped(sympy.sstr(side), width) for side in (left, right)]
    return whole or f"\n\n{words}\n\n".join(sides)


def _drawn(expression, width: int) -> str:
    """The expression in two dimensions; "" where it is too wide for that."""
    lines = [line.rstrip() for line in sympy.pretty(expression, use_unicode=True, wrap_line=False).splitlines()]
    return "\n".join(lines) if max(map(len, lines)) <= width else ""


class Listing:
    """Rows under headings."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]):
        self.columns, self.rows = tuple(columns), [tuple(row) for row in rows]

    def to_json(self) -> list[dict[str, Json]]:
        return [cast(dict[str, Json], dict(zip(self.columns, row, strict=True))) for row in self.rows]

    def cells(self) -> list[list[str]]:
        return [["; ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in self.rows]


def listing(chapter: str | None, known: Mapping[str, Statement], thread: str | None, verdict: str | None) -> Listing:
    """What `symmetry list` lists: every theorem, or the theorems, claims or questions of one chapter.

    Raises:
        ValueError: there is no such chapter, thread or verdict, or a thread or verdict is asked of theorems.
    """
    if chapter != "CLAIM" and (thread or verdict):
        raise ValueError("--thread and --verdict choose among claims; say `symmetry list CLAIM`.")
    if chapter == "ASK" or chapter in QUESTIONS:
        some = [each for id, each in QUESTIONS.items() if chapter in ("ASK", id)]
        asked = sorted(some, key=lambda each: chapter_and_number(each.id))
        return Listing(("id", "question", "threads"), [(each.id, each.asks, list(each.threads)) for each in asked])
    chosen = select([chapter] if chapter else [], known)
    if chapter == "CLAIM" or (chapter or "").startswith("CLAIM."):
        return _claims([each for each in chosen if isinstance(each, Claim)], thread, verdict)
    theorems = [each for each in chosen if isinstance(each, Theorem)]
    rows = [(each.id, each.title, list(each.evidence), list(each.controls)) for each in theorems]
    return Listing(("id", "title", "evidence", "controls"), rows)


def _claims(claims: Sequence[Claim], thread: str | None, verdict: str | None) -> Listing:
    threads = list(dict.fromkeys(each.thread for each in claims))
    for option, value, known in (("--thread", thread, threads), ("--verdict", verdict, VERDICTS)):
        if value is not None and value not in known:
            raise ValueError(f"{option} {value}: choose one of {', '.join(known)}.")
    rows = [
        (each.id, each.thread, each.title, each.stated_verdict, list(each.follows_from) or ["its own check"])
        for each in sorted(claims, key=lambda each: chapter_and_number(each.id))
        if (thread in (None, each.thread)) and (verdict in (None, each.verdict))
    ]
    return Listing(("id", "thread", "claim", "verdict", "decided by"), rows)
