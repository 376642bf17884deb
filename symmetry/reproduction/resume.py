"""Going on with a record: what it holds is kept where it still holds, and the rest is run."""

import dataclasses
from collections.abc import Mapping, Sequence

from symmetry.evidence.finding import Finding
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement
from symmetry.reproduction.plan import backprop_differences, budget_differences, contradictions, environment_differences
from symmetry.statements.registry import select
from symmetry.statements.statement import Statement

RUN_AGAIN = ("failed", "incomplete", "not run")
"""Verdicts after which there is something to run again."""


@dataclasses.dataclass(frozen=True)
class Resumption:
    """What is to be done to finish a record.

    Attributes:
        statements: all that the record is to hold, in the catalogue's order.
        kept: what it holds already.
        environment: what all of it is made with: this environment, with every commit that had a part.
    """

    statements: list[Statement]
    kept: list[Finding]
    environment: dict[str, str]


def resumption(
    record: Record,
    ids: Sequence[str],
    known: Mapping[str, Statement],
    here: Mapping[str, str],
    backprop: RecordedBackprop | None = None,
) -> Resumption:
    """What is left of a record: all that is unfinished, has changed since, did not pass, or is asked for besides.

    Theorems of a module share kernels and round alike, so with a changed or an added one its whole module is run again.

    Args:
        record: the record.
        ids: theorems and chapters that it is to hold besides.
        known: the statements there are, by id.
        here: this environment, as a record has it.
        backprop: the reader's own, as a record names it, if one is given.

    Raises:
        UnknownId: an id or chapter that does not exist.
        ValueError: the rest would be run with other code, versions or another machine than the record names.
    """
    elsewhere = [each for each in environment_differences(record, here) if each.field != "commit"]
    if elsewhere := [*elsewhere, *backprop_differences(record, backprop)]:
        raise ValueError(
            f"the record was made elsewhere: {elsewhere[0]}; begin anew with `symmetry prove --record FILE`."
        )
    begun = {*record.ids, *record.unfinished}
    if missing := sorted(begun - set(known)):
        raise ValueError(f"there is no {', '.join(missing)} here; --path names the file of your own.")
    asked = begun | ({made.id for made in select(ids, known)} if ids else set())
    statements = [made for id, made in known.items() if id in asked]
    recorded = {each.id: each for each in record.statements}
    changed = {id for id, each in recorded.items() if each.digest != known[id].digest}
    new = {known[id].module for id in (asked - begun) | changed}
    short = budget_differences(record)
    kept = [
        recorded[made.id].as_finding(made)
        for made in statements
        if made.id in recorded and made.module not in new and made.id not in short and _holds(recorded[made.id], made)
    ]
    return Resumption(statements, kept, {**here, "commit": _commits(record, here)})


def _holds(recorded: RecordedStatement, made: Statement) -> bool:
    outdated = any(kind.is_outdated(made, recorded.evidence) for kind in KINDS.values())
    return recorded.verdict not in RUN_AGAIN and not outdated and not contradictions(recorded, made)


def _commits(record: Record, here: Mapping[str, str]) -> str:
    """Every commit that had a part in a record, the oldest first."""
    before = record.environment.get("commit", "").split(" and ")
    return " and ".join(dict.fromkeys(each for each in (*before, here.get("commit", "")) if each))
