"""A plan to run a record again: which statements, and how closely their floats must come out."""

import dataclasses
from collections.abc import Mapping, Sequence

from symmetry.evidence.fields import Json
from symmetry.evidence.finding import Finding
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement, first_of
from symmetry.reproduction.difference import Difference, between, counts_networks
from symmetry.reproduction.trust import (
    CHANGED,
    MISSING,
    NOT_REPRODUCIBLE,
    REPRODUCED,
    backprop_differences,
    budget_differences,
    contradictions,
    environment_differences,
    state,
)
from symmetry.statements.ids import UnknownId, chapter_and_number
from symmetry.statements.registry import select
from symmetry.statements.statement import Statement


@dataclasses.dataclass
class Reproduction:
    """What became of one recorded statement: `outcome` is "reproduced" or says why not; the verdict is the record's."""

    id: str
    verdict: str
    outcome: str = REPRODUCED
    differences: list[Difference] = dataclasses.field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        found: list[Json] = [each.to_json() for each in self.differences]
        return {"id": self.id, "verdict": self.verdict, "outcome": self.outcome, "differences": found}

    def differs(self, found: Sequence[Difference]) -> None:
        """Adds differences; a statement that is changed or missing stays that."""
        self.differences += found
        if found and self.outcome == REPRODUCED:
            self.outcome = NOT_REPRODUCIBLE


@dataclasses.dataclass
class ReproductionPlan:
    """What is to be run again, and what is known before anything is.

    Attributes:
        record: the record.
        statements: all that must share kernels as they did, in order.
        wanted: the ids among them whose lines are compared.
        exactly: the ids whose floats must come out to the digit.
        found: every recorded statement that was asked for, by id.
    """

    record: Record
    statements: list[Statement]
    wanted: list[str]
    exactly: set[str]
    found: dict[str, Reproduction]

    def compare(self, findings: Sequence[Finding]) -> list[Reproduction]:
        """Every statement that was asked for, after the findings of those that were run again."""
        again = Record.of(findings, networks=self.record.networks, seed=self.record.seed) if findings else None
        here = {each.id: each for each in again.statements} if again is not None else {}
        for recorded in self.record.statements:
            if recorded.id in here and recorded.id in self.wanted:
                exactly = recorded.id in self.exactly
                self.found[recorded.id].differs(between(recorded, here[recorded.id], exactly=exactly))
        return list(self.found.values())


def plan(
    record: Record,
    ids: Sequence[str],
    known: Mapping[str, Statement],
    here: Mapping[str, str],
    backprop: RecordedBackprop | None = None,
) -> ReproductionPlan:
    """Plans to run the record's statements of these ids and chapters again, all of them for none.

    Args:
        record: the record.
        ids: what is asked for.
        known: the statements there are, by id.
        here: this environment, as a record has it.
        backprop: the reader's own, as a record names it, if one is given.

    Raises:
        UnknownId: an id or chapter that the record does not hold.
        ValueError: the record is of an own backprop and none is given, or the other way round.
    """
    inside = {each.id: each for each in record.statements}
    asked = _asked(ids, inside)
    found = {id: _before_running(record, id, known) for id in asked}
    budget, another = budget_differences(record), backprop_differences(record, backprop)
    for each in found.values() if another else ():
        each.differs(another)
        each.outcome = CHANGED if each.outcome != MISSING else MISSING
    for id in asked:
        found[id].differs(budget.get(id, []))
    sampled = sum(any(map(counts_networks, each.evidence)) for each in inside.values())
    believable = not another and (not budget or len(budget) < sampled)
    unchanged = [id for id in known if id in inside and state(inside[id], known)[0] == REPRODUCED]
    wanted = [id for id in unchanged if id in asked] if believable else []
    beside = {known[id].module for id in wanted}
    return ReproductionPlan(
        record=record,
        statements=[known[id] for id in unchanged if known[id].module in beside],
        wanted=wanted,
        exactly=_on_the_same_kernels(wanted, inside, known) if _rounds_alike(record, here) else set(),
        found=found,
    )


def _asked(ids: Sequence[str], inside: Mapping[str, RecordedStatement]) -> list[str]:
    chapters = {chapter_and_number(id)[0] for id in inside}
    if unknown := [id for id in ids if id not in inside and id not in chapters]:
        raise UnknownId(f"the record holds no {' and no '.join(unknown)}; it holds {first_of(list(inside))}.")
    return [each.id for each in select(ids, inside)]


def _rounds_alike(record: Record, here: Mapping[str, str]) -> bool:
    """Whether versions and machine are the same; another commit of one version must give the same numbers too."""
    return all(each.field == "commit" for each in environment_differences(record, here))


def _on_the_same_kernels(
    wanted: Sequence[str], inside: Mapping[str, RecordedStatement], known: Mapping[str, Statement]
) -> set[str]:
    """Those beside which nothing is changed or missing: the theorems of a module share kernels, and round alike."""
    states = {id: state(recorded, known)[0] for id, recorded in inside.items()}
    modules = {known[id].module for id, outcome in states.items() if outcome == CHANGED}
    chapters = {chapter_and_number(id)[0] for id, outcome in states.items() if outcome == MISSING}
    return {id for id in wanted if known[id].module not in modules and known[id].chapter not in chapters}


def _before_running(record: Record, id: str, known: Mapping[str, Statement]) -> Reproduction:
    """What is known about a recorded statement without running it."""
    copies = [each for each in record.statements if each.id == id]
    outcome, different = state(copies[0], known)
    found = Reproduction(id, copies[0].verdict, outcome, different)
    if outcome == REPRODUCED:
        found.differs(contradictions(copies[0], known[id]))
        found.differs([Difference("theorem", "times recorded", len(copies), 1)] if len(copies) > 1 else [])
    return found
