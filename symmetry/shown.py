"""A theorem as a text to read: statement, hypotheses, derivation step by step, law, controls, sources."""

import dataclasses
import textwrap
from typing import Any

from symmetry.bibliography import described, plain
from symmetry.claim import Claim, Question, told
from symmetry.theorem import Table, Theorem


def shown(theorem: Theorem, width: int) -> str:
    """The whole theorem as text of at most that width where words can wrap."""
    width = min(max(width, 60), 110)
    parts = [
        _wrapped(f"{theorem.id}  {theorem.title}", width, "", "  "),
        _wrapped(plain(theorem.statement), width, "  "),
        "Hypotheses\n" + _wrapped(theorem.hypotheses, width, "  "),
        _derivation(theorem, width),
        "Evidence listed\n" + _wrapped(_evidence(theorem), width, "  "),
        "Law (the code that is run)\n" + textwrap.indent(body(theorem), "  "),
        _refutes(theorem),
        theorem.table and _table(theorem.table(), width),
        f"Controls ({_rejected(theorem)})\n" + "\n".join(f"  - {name}" for name in theorem.controls),
        "Sources\n" + "\n".join(_wrapped(described(key), width, "  ", "    ") for key in theorem.cites),
        f"sha256 of statement, hypotheses and law: {theorem.digest}",
    ]
    return "\n\n".join(part for part in parts if part)


def shown_claim(claim: Claim, width: int) -> str:
    """The whole claim as text: what is said, the verdict, why, and the instances computed anew."""
    width = min(max(width, 60), 110)
    quoted = f' ("{claim.quoted}")' if claim.quoted else ""
    instances = "\n".join(_wrapped(f"- {told(each)}", width, "  ", "    ") for each in claim.instances)
    parts = [
        _wrapped(f"{claim.id}  {claim.says}{quoted}", width, "", "  "),
        "Where\n" + _wrapped(f"{described(claim.thread)}; {claim.position}", width, "  "),
        claim.statement and "Made formal\n" + _wrapped(plain(claim.statement), width, "  "),
        f"Verdict: {claim.said_verdict}",
        "Why\n" + _wrapped(claim.why, width, "  "),
        claim.follows_from and "Rests on\n" + _wrapped(", ".join(claim.follows_from), width, "  "),
        instances and "Tried on\n" + instances,
        f"sha256 of statement, verdict and check: {claim.digest}",
    ]
    return "\n\n".join(part for part in parts if part)


def shown_answer(question: Question, width: int) -> str:
    """A question and its answer, each sentence with what supports it."""
    width = min(max(width, 60), 110)
    sentences = [_wrapped(f"{text} [{', '.join(support)}]", width, "  ") for text, support in question.answer]
    heads = [_wrapped(f"{question.id}  {question.asks}", width, "", "  ")]
    heads += ["Asked in\n" + _wrapped(described(thread), width, "  ", "    ") for thread in question.threads]
    return "\n\n".join([*heads, "Answer\n" + "\n\n".join(sentences)])


def as_builtins(made: Claim | Question) -> dict[str, Any]:
    """A claim or a question as builtin types."""
    if isinstance(made, Question):
        return dataclasses.asdict(made)
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made) if field.name != "check"}
    return fields | {"instances": [dataclasses.asdict(each) for each in made.instances], "digest": made.digest}


def shown_json(theorem: Theorem) -> dict[str, Any]:
    """The same as builtin types."""
    from symmetry.latex import equation

    steps = list(theorem.derivation("")) if theorem.derivation else []
    return {
        "id": theorem.id,
        "title": theorem.title,
        "statement": theorem.statement,
        "hypotheses": theorem.hypotheses,
        "derivation": [
            {"sentence": step.sentence, "equation": equation(step), "given": _given(step), "assuming": step.assuming}
            for step in steps
        ],
        "evidence": list(theorem.evidence),
        "refutes": list(theorem.refutes),
        "corrected_by": theorem.corrected_by or None,
        "table": dataclasses.asdict(theorem.table()) if theorem.table else None,
        "controls": list(theorem.controls),
        "cites": {key: described(key) for key in theorem.cites},
        "law": body(theorem),
        "digest": theorem.digest,
    }


def _table(table: Table, width: int) -> str:
    """What is measured beside the theorem, now: columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in (table.header, *table.rows)
    ]
    parts = [
        table.said and _wrapped(table.said, width, "  "),
        textwrap.indent("\n".join(lines), "  "),
        "\n".join(_wrapped(note, width, "  ", "    ") for note in table.notes),
    ]
    return "Measured now\n" + "\n\n".join(part for part in parts if part)


def _refutes(theorem: Theorem) -> str:
    """The false claims beside the theorem, or what corrects a false claim."""
    if theorem.is_false:
        return f"FALSE. What holds instead: {theorem.corrected_by}, which `symmetry show {theorem.corrected_by}` shows."
    if not theorem.refutes:
        return ""
    return "False claims, each with an exact counterexample\n" + "\n".join(f"  - {name}" for name in theorem.refutes)


def _rejected(theorem: Theorem) -> str:
    if theorem.is_false:
        return "what refutes the claim must not refute this"
    return "broken variants that every kind of evidence must reject"


def _derivation(theorem: Theorem, width: int) -> str:
    if theorem.derivation is None:
        return ""
    lines = ["Derivation (each step is checked by SymPy with symbolic widths, and at small widths in exact rationals)"]
    for number, step in enumerate(theorem.derivation(""), start=1):
        lines.append(_wrapped(f"{number}. {step.sentence}", width, "  ", "     "))
        lines.append(textwrap.indent(_equation(step, width - 7), "       "))
        if given := _given(step):
            lines.append(_wrapped(f"Given: {'; '.join(given)}.", width, "     ", "     "))
        if step.assuming:
            lines.append(_wrapped(f"Assumed: {step.assuming}.", width, "     ", "     "))
    return "\n\n".join(lines)


SIGNS = {"=": ("Eq", "equals"), "<=": ("Le", "is at most"), "<": ("Lt", "is less than")}
"""The sign of a step as SymPy and a sentence have it."""


def _given(step) -> list[str]:
    """What a step takes from the hypotheses, as equations."""
    return [f"{left} = {right}" for left, right in getattr(step, "given", ())]


def _equation(step, width: int) -> str:
    """The equation as two-dimensional text: on one line if it fits, else the right side below the left one."""
    import sympy

    left, right = map(sympy.sympify, step.equation)
    relation, words = SIGNS[step.sign]

    def drawn(expression) -> str:
        text = sympy.pretty(expression, use_unicode=True, wrap_line=False)
        return "\n".join(line.rstrip() for line in text.splitlines())

    def fitting(expression) -> str:
        text = drawn(expression)
        return text if _columns(text) <= width else _wrapped(sympy.sstr(expression), width, "")

    whole = drawn(getattr(sympy, relation)(left, right, evaluate=False))
    return whole if _columns(whole) <= width else f"{fitting(left)}\n\n{words}\n\n{fitting(right)}"


def _columns(text: str) -> int:
    return max(map(len, text.splitlines()))


def _evidence(theorem: Theorem) -> str:
    meanings = {
        "derived": "derived: SymPy carries the steps above",
        "identity": "identity: the sides are equal in exact arithmetic",
        "sampled": f"sampled: floats within the derived bound ({', '.join(theorem.dtypes)})",
        "refuted": "refuted: an exact counterexample to each false claim",
    }
    return "; ".join(meanings[kind] for kind in theorem.evidence) + "."


def body(theorem: Theorem) -> str:
    """The law's source code without its decorator."""
    source = theorem.source
    return source[source.index("def ") :].rstrip()


def _wrapped(text: str, width: int, indent: str, later: str | None = None) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )
