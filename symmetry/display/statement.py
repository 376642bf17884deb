"""A theorem, a claim or a question whole, as a text to read and as builtin types."""

import dataclasses
import functools
import textwrap
from typing import cast

from symmetry.bibliography import described, plain
from symmetry.display.formula import as_text
from symmetry.evidence.fields import Json
from symmetry.evidence.kinds import KINDS
from symmetry.statements.claim import Claim
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.question import Question
from symmetry.statements.theorem import Measurements, Theorem
from symmetry.wording import wrapped

NARROWEST, WIDEST = 60, 110
"""Texts are wrapped to the terminal, within these widths."""


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
    return _joined(
        wrapped(f"{theorem.id}  {theorem.title}", width, "", "  "),
        wrapped(plain(theorem.statement), width, "  "),
        "Hypotheses\n" + wrapped(theorem.hypotheses, width, "  "),
        _derivation(theorem, width),
        "Evidence listed\n" + wrapped(_evidence(theorem), width, "  "),
        "Law (the code that is run)\n" + textwrap.indent(theorem.source.law, "  "),
        _called(theorem),
        _refutes(theorem),
        theorem.table and _measured(theorem.table(), width),
        _controls(theorem),
        "Sources\n" + "\n".join(wrapped(described(key), width, "  ", "    ") for key in theorem.cites),
        wrapped(f"sha256 of statement, hypotheses and all the code that decides: {theorem.digest}", width),
    )


@shown.register
def _(claim: Claim, width: int) -> str:
    width = _clamped(width)
    quoted = f' ("{claim.quoted}")' if claim.quoted else ""
    instances = "\n".join(wrapped(f"- {each}", width, "  ", "    ") for each in claim.instances)
    return _joined(
        wrapped(f"{claim.id}  {claim.title}{quoted}", width, "", "  "),
        "Where\n" + wrapped(f"{described(claim.thread)}; {claim.position}", width, "  "),
        claim.statement and "Made formal\n" + wrapped(plain(claim.statement), width, "  "),
        f"Verdict: {claim.stated_verdict}",
        "Why\n" + wrapped(claim.why, width, "  "),
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
        *("Asked in\n" + wrapped(described(thread), width, "  ", "    ") for thread in question.threads),
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


def _called(theorem: Theorem) -> str:
    """The functions, classes and constants of its module that the law uses."""
    if not theorem.source.called:
        return ""
    file = theorem.module.rpartition(".")[2]
    return f"What it calls in {file}.py\n" + textwrap.indent("\n\n".join(theorem.source.called), "  ")


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
    return f"Controls ({controls_must(theorem)})\n" + "\n".join(f"  - {name}{knobs}" for name, knobs in turned.items())


def controls_must(theorem: Theorem) -> str:
    """What is wanted of the controls."""
    if isinstance(theorem, FalseClaim):
        return "what refutes the claim must not refute this"
    return "broken variants that every kind of evidence must reject"


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


def _evidence(theorem: Theorem) -> str:
    return "; ".join(f"{kind}: {KINDS[kind].promise(theorem)}" for kind in theorem.evidence) + "."
