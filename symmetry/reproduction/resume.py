"""Going on with a record that is not finished: what it holds is kept where it still holds, and the rest is run."""

import dataclasses
from collections.abc import Mapping

from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement
from symmetry.reproduction.plan import backprop_differences, budget_differences, contradictions, environment_differences
from symmetry.statements.statement import Statement

RUN_AGAIN = ("failed", "incomplete", "not run")
"""Verdicts after which there is something to run again."""


@dataclasses.dataclass(frozen=True)
class Resumption:
    """What is to be done to finish a record.

    Attributes:
        statements: all that the record is to hold, in the catalogue's order.
        kept: what it holds already.
        wanted: the ids of the rest.
    """

    statements: list[Statement]
    kept: list[Finding]
    wanted: list[str]


def resumption(
    record: Record, known: Mapping[str, Statement], here: Mapping[str, str], backprop: RecordedBackprop | None = None
) -> Resumption:
    """What is left of a record: all that is unfinished, has changed since, or did not pass.

    Args:
        record: the record.
        known: the statements there are, by id.
        here: this environment, as a record has it.
        backprop: the reader's own, as a record names it, if one is given.

    Raises:
        ValueError: the rest would be run with other code, versions or another machine than the record names.
    """
    if elsewhere := [*environment_differences(record, here), *backprop_differences(record, backprop)]:
        raise ValueError(
            f"the record was made elsewhere: {elsewhere[0]}; begin anew with `symmetry prove --record FILE`."
        )
    asked = {*record.ids, *record.unfinished}
    if missing := sorted(asked - set(known)):
        raise ValueError(f"there is no {', '.join(missing)} here; --path names the file of your own.")
    short = budget_differences(record)
    statements = [made for id, made in known.items() if id in asked]
    recorded = {each.id: each for each in record.statements if each.id not in short}
    kept = [
        Finding(Heading.of(made), list(recorded[made.id].evidence))
        for made in statements
        if made.id in recorded and _still_holds(recorded[made.id], made)
    ]
    done = {finding.heading.id for finding in kept}
    return Resumption(statements, kept, [made.id for made in statements if made.id not in done])


def _still_holds(recorded: RecordedStatement, made: Statement) -> bool:
    if recorded.digest != made.digest or recorded.verdict in RUN_AGAIN:
        return False
    return not contradictions(recorded, made)
