"""The run that made a record, in a sentence, and what became of the record when it was run again."""

import dataclasses
from collections import Counter
from collections.abc import Sequence

from symmetry.evidence.fields import Json
from symmetry.evidence.finding import in_text, sentences
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement
from symmetry.reproduction.difference import Difference
from symmetry.reproduction.plan import Reproduction
from symmetry.statements.statement import Statement
from symmetry.wording import count, wrapped

DIGITS = 12
"""Digits of a commit that are shown."""

NAMES = {"python": "Python", "jax": "JAX", "numpy": "NumPy", "sympy": "SymPy", "hypothesis": "Hypothesis"}


def run_in_words(record: Record) -> str:
    """Seed, budget and versions of the run, and whose it was if it was not the reader's."""
    versions = record.environment
    parts = [f"{name} {versions[key]}" for key, name in NAMES.items() if versions.get(key)]
    if versions.get("device"):
        parts.append(f"on {versions['device']}")
    if versions.get("commit"):
        parts.append(f"commit {' and '.join(each[:DIGITS] for each in versions['commit'].split(' and '))}")
    run = f"Run that ships with version {versions.get('symmetry', '')}" if record.ships else "Run"
    return f"{run}: seed {record.seed}, {count(record.networks, 'network')}, {', '.join(parts)}."


def evidence_in_words(made: Statement, recorded: RecordedStatement, record: Record) -> list[str]:
    """Sentences that say the verdict of a record on a statement, each kind of evidence, and the run."""
    found = sentences(recorded.as_finding(made).in_ledger, recorded.evidence, record.environment)
    return [*map(in_text, found), run_in_words(record)]


def whose(statement: RecordedStatement, backprop: RecordedBackprop) -> str:
    """A sentence that says whose code the evidence for a recorded statement speaks for."""
    if ran := statement.ran:
        return (
            f"This evidence is of {backprop}, which ran in the place of symmetry's {' and '.join(ran)}; "
            "it is no evidence for symmetry's own backprop."
        )
    return (
        f"The run was made with {backprop}, none of which ran for this theorem: "
        "it is no evidence for that file, only for symmetry's own code."
    )


def outcomes_as_text(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference], columns: int = 110) -> str:
    """Where this run differs in versions, a line a statement, its differences, and a count, for so many columns."""
    lines = [wrapped(_elsewhere(each), columns, "", "  ") for each in elsewhere]
    lines = [*lines, ""] if lines else []
    width = max((len(each.id) for each in outcomes), default=0)
    for each in outcomes:
        lines.append(f"{each.id:<{width}}  {each.outcome}  ({each.verdict})")
        lines += [wrapped(str(difference), columns, "    ", "      ") for difference in each.differences]
    counts = Counter(each.outcome for each in outcomes)
    return "\n".join([*lines, "", ", ".join(f"{times} {outcome}" for outcome, times in counts.items())])


def _elsewhere(each: Difference) -> str:
    shown = [str(value or "none") for value in (each.recorded, each.here)]
    recorded, here = (value[:DIGITS] for value in shown) if each.field == "commit" else shown
    return f"{each.field}: {recorded} in the record, {here} here"


def outcomes_as_json(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference]) -> dict[str, Json]:
    """The same as builtin types."""
    return {
        "environment": [{"name": each.field, "recorded": each.recorded, "here": each.here} for each in elsewhere],
        "theorems": [dataclasses.asdict(each) for each in outcomes],
    }
