"""A theorem, a claim or a question whole, as a text to read and as builtin types."""

import dataclasses
import functools
import textwrap
from typing import cast

import sympy

from symmetry.bibliography import address, described, named, plain
from symmetry.display.formal import formal_in_short, formal_json
from symmetry.display.run import evidence_in_words
from symmetry.evidence.fields import Json
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.record import Record
from symmetry.reproduction.plan import evidence_at_hand
from symmetry.statements.claim import Claim, Question
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.notation import notation_of
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Measurements, Theorem
from symmetry.wording import listed, wrapped

NARROWEST, WIDEST = 60, 110
"""Texts are wrapped to the terminal, within these widths."""

SIGNS = {"=": ("Eq", "equals"), "<=": ("Le", "is at most"), "<": ("Lt", "is less than")}
"""The sign of a step as SymPy and a sentence have it."""

DERIVED = (
    "Derivation (each step is checked by SymPy with symbolic widths, and at small widths in exact rationals; there the law is "
    "run too, and must compute the two sides that the derivation ends in)"
)

NOT_COUNTED = {
    "assumed": "Assumed, not computed",
    "by construction": "By construction: it explains, and is not counted",
    "by lemma": "Computed where the lemma is",
}
"""What is said of steps that SymPy does not compute, by their mark."""

CONCLUDES = "The law computes these two sides."
"""Said of the steps that a derivation ends in."""


@functools.singledispatch
def shown(thing: Theorem | Claim | Question, width: int, record: Record | None = None) -> str:
    """The whole of it as text of at most that width where words can wrap, with the evidence of a record if it has any."""
    raise TypeError(f"a {type(thing).__name__} cannot be shown; pass a theorem, a claim or a question.")


@functools.singledispatch
def shown_json(thing: Theorem | Claim | Question, record: Record | None = None) -> dict[str, Json]:
    """The same as builtin types."""
    raise TypeError(f"a {type(thing).__name__} cannot be shown; pass a theorem, a claim or a question.")


def _joined(*parts: object) -> str:
    """The parts that say something, with an empty line between them."""
    return "\n\n".join(str(part) for part in parts if part)


def clamped(width: int) -> int:
    """The width that a text gets on a terminal of that width."""
    return min(max(width, NARROWEST), WIDEST)


@shown.register
def _(theorem: Theorem, width: int, record: Record | None = None) -> str:
    width = clamped(width)
    called = textwrap.indent("\n\n".join(theorem.source.called), "  ")
    return _joined(
        wrapped(f"{theorem.id}  {theorem.title}", width, "", "  "),
        wrapped(plain(theorem.statement), width, "  "),
        "Hypotheses\n" + wrapped(theorem.hypotheses, width, "  "),
        _notation(theorem, width),
        _derivation(theorem, width),
        _evidence(theorem, record, width),
        formal_in_short(theorem, width),
        "Law (the code that is run)\n" + textwrap.indent(theorem.source.law, "  "),
        called and f"What it calls in {theorem.module.rpartition('.')[2]}.py\n{called}",
        _refutes(theorem, width),
        theorem.table and _measured(theorem.table(), width),
        _controls(theorem, width),
        theorem.cites and "Sources\n" + "\n".join(_source(key, width) for key in theorem.cites),
        wrapped(f"sha256 of statement, hypotheses and all the code that decides: {theorem.digest}", width),
    )


@shown.register
def _(claim: Claim, width: int, record: Record | None = None) -> str:
    width = clamped(width)
    quoted = f' ("{claim.quoted}")' if claim.quoted else ""
    return _joined(
        wrapped(f"{claim.id}  {claim.title}{quoted}", width, "", "  "),
        f"Where\n{_source(claim.thread, width)}\n" + wrapped(f"Position: {named(claim.position)}", width, "  "),
        claim.statement and "Made formal\n" + wrapped(plain(claim.statement), width, "  "),
        _notation(claim, width),
        wrapped(f"Verdict: {claim.stated_verdict}", width, "", "  "),
        _evidence(claim, record, width),
        "Why\n" + wrapped(named(claim.why), width, "  "),
        claim.follows_from and "Rests on\n" + wrapped(", ".join(claim.follows_from), width, "  "),
        claim.instances and listed("Tried on", map(str, claim.instances), width),
        wrapped(f"sha256 of statement, verdict and all the code that decides: {claim.digest}", width),
    )


@shown.register
def _(question: Question, width: int, record: Record | None = None) -> str:
    """A question and its answer, each sentence with what supports it."""
    width = clamped(width)
    return _joined(
        wrapped(f"{question.id}  {question.asks}", width, "", "  "),
        "Asked in\n" + "\n".join(_source(thread, width) for thread in question.threads),
        "Answer\n" + "\n\n".join(wrapped(sentence, width, "  ") for sentence in question.sentences),
    )


@shown_json.register
def _(theorem: Theorem, record: Record | None = None) -> dict[str, Json]:
    from symmetry.latex import equation

    derivation: list[Json] = [
        {
            "sentence": step.sentence,
            "equation": equation(step),
            "given": _given(step),
            "assuming": step.assuming,
            "mark": step.mark,
            "concludes": bool(step.concludes),
        }
        for step in (theorem.derivation("") if theorem.derivation else ())
    ]
    return {
        "id": theorem.id,
        "title": theorem.title,
        "statement": theorem.statement,
        "hypotheses": theorem.hypotheses,
        "notation": [{"symbol": each.latex, "meaning": each.meaning} for each in notation_of(theorem)],
        "derivation": derivation,
        "formal": cast(Json, formal_json(theorem)),
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
        "recorded": _recorded(theorem, record),
    }


@shown_json.register
def _(claim: Claim, record: Record | None = None) -> dict[str, Json]:
    texts = ("id", "thread", "position", "statement", "verdict", "condition", "why", "quoted", "module", "digest")
    return {
        **{name: getattr(claim, name) for name in texts},
        "says": claim.title,
        "follows_from": list(claim.follows_from),
        "instances": [cast(Json, dataclasses.asdict(each)) for each in claim.instances],
        "recorded": _recorded(claim, record),
    }


def _recorded(made: Statement, record: Record | None) -> Json:
    recorded = evidence_at_hand(made, record)
    return None if recorded is None else recorded.to_json()


@shown_json.register
def _(question: Question, record: Record | None = None) -> dict[str, Json]:
    return dataclasses.asdict(question)


def _evidence(made: Statement, record: Record | None, width: int) -> str:
    """What a record holds of a statement; without one, what evidence a run gathers."""
    recorded = evidence_at_hand(made, record)
    if record is not None and recorded is not None:
        return listed("Evidence", evidence_in_words(made, recorded, record), width)
    if not isinstance(made, Theorem):
        return ""
    promises = "; ".join(f"{kind}: {KINDS[kind].promise(made)}" for kind in made.evidence)
    return "Evidence listed\n" + wrapped(f"{promises}.", width, "  ")


def _notation(made: Statement, width: int) -> str:
    """The symbols that a statement uses, and what they mean."""
    lines = [wrapped(f"{plain(each.latex)}: {each.meaning}", width, "  ", "    ") for each in notation_of(made)]
    return "\n".join(["Notation", *lines]) if lines else ""


def _source(key: str, width: int) -> str:
    """A reference, and its address on a line of its own, whole."""
    return wrapped(described(key), width, "  ", "    ") + (f"\n    {where}" if (where := address(key)) else "")


def _measured(table: Measurements, width: int) -> str:
    """What is measured beside the theorem, now: columns as wide as their widest cell."""
    rows = (table.header, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "Measured now\n" + _joined(
        table.introduction and wrapped(table.introduction, width, "  "),
        textwrap.indent("\n".join(lines), "  "),
        "\n".join(wrapped(note, width, "  ", "    ") for note in table.notes),
    )


def _refutes(theorem: Theorem, width: int) -> str:
    """The false claims beside the theorem, or what corrects a false claim."""
    if isinstance(theorem, FalseClaim):
        said = f"FALSE. What holds instead: {theorem.corrected_by}, which `symmetry show {theorem.corrected_by}` shows."
        return wrapped(said, width, "", "  ")
    if not theorem.refutes:
        return ""
    what = "False claims, each" if len(theorem.refutes) > 1 else "A false claim,"
    return listed(f"{what} with an exact counterexample", theorem.refutes, width)


def _controls(theorem: Theorem, width: int) -> str:
    """The controls by name, each with the knobs that it turns."""
    turned = {name: f": {knobs}" if (knobs := theorem.knobs.get(name)) else "" for name in theorem.controls}
    must = "broken variants that every kind of evidence must reject"
    if isinstance(theorem, FalseClaim):
        must = "what refutes the claim must not refute this"
    return listed(f"Controls ({must})", [f"{name}{knobs}" for name, knobs in turned.items()], width)


def _derivation(theorem: Theorem, width: int) -> str:
    if theorem.derivation is None:
        return ""
    lines = [wrapped(DERIVED, width, "", "  ")]
    number = 0
    for step in theorem.derivation(""):
        number += step.mark == "computed"
        first = f"  {number}. " if step.mark == "computed" else "     "
        lines.append(wrapped(step.sentence, width, first, "     "))
        lines.append(textwrap.indent(as_text(step, width - 7), "       "))
        given, assumed = "; ".join(map(str, _given(step))), step.assuming
        remarks = (
            f"{NOT_COUNTED[step.mark]}." if step.mark in NOT_COUNTED else "",
            given and f"Given: {given}.",
            assumed and f"Assumed: {assumed}.",
            CONCLUDES * bool(step.concludes),
        )
        lines += [wrapped(remark, width, "     ") for remark in remarks if remark]
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
