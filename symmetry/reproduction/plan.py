"""A plan to run a record again: which statements, and how closely their floats must come out.

A record is taken at its word nowhere: what is known without running anything is whether it is about the same statements, its
verdicts follow from its lines, and its counts from its budget.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from symmetry.engine.work import NARROW
from symmetry.evidence.finding import Finding
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement, first_of
from symmetry.reproduction.difference import Difference, between, by_item, counts_networks, differences, random_networks
from symmetry.statements.ids import UnknownId, chapter_and_number
from symmetry.statements.registry import select
from symmetry.statements.statement import Statement

REPRODUCED, NOT_REPRODUCIBLE, CHANGED, MISSING = "reproduced", "not reproducible", "changed", "missing"
"""What can become of a recorded statement."""


@dataclasses.dataclass
class Reproduction:
    """What became of one recorded statement: `outcome` is "reproduced" or says why not; the verdict is the record's."""

    id: str
    verdict: str
    outcome: str = REPRODUCED
    differences: list[Difference] = dataclasses.field(default_factory=list)

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
    chapters = {chapter_and_number(id)[0] for id in inside}
    if unknown := [id for id in ids if id not in inside and id not in chapters]:
        raise UnknownId(f"the record holds no {' and no '.join(unknown)}; it holds {first_of(list(inside))}.")
    asked = [each.id for each in select(ids, inside)]
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
    # Another commit of one version must give the same numbers too, on the same machine.
    rounds_alike = all(each.field == "commit" for each in environment_differences(record, here))
    return ReproductionPlan(
        record=record,
        statements=[known[id] for id in unchanged if known[id].module in beside],
        wanted=wanted,
        exactly=_on_the_same_kernels(wanted, inside, known) if rounds_alike else set(),
        found=found,
    )


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


def state(recorded: RecordedStatement, known: Mapping[str, Statement]) -> tuple[str, list[Difference]]:
    """Whether a recorded statement is still the statement of that id, and what differs if not."""
    made = known.get(recorded.id)
    if made is None:
        nowhere = "no such theorem; --path names the file of your own"
        return MISSING, [Difference("theorem", "id", recorded.id, nowhere)]
    if recorded.digest == made.digest:
        return REPRODUCED, []
    changed = [Difference("theorem", "digest", recorded.digest, made.digest)]
    return CHANGED, differences("theorem", "statement", recorded.statement, made.statement) + changed


def contradictions(recorded: RecordedStatement, made: Statement) -> list[Difference]:
    """Where a recorded statement is at odds with the one whose digest it bears, or its verdict with its lines."""
    found = differences("theorem", "title", recorded.title, made.title)
    found += differences("theorem", "statement", recorded.statement, made.statement)
    if len(by_item(recorded)) < len(recorded.evidence):
        found.append(Difference("theorem", "lines", len(recorded.evidence), len(by_item(recorded))))
    verdict = recorded.as_finding(made).verdict
    return found + differences("theorem", "verdict, by its lines,", recorded.verdict, verdict)


def evidence_for(made: Statement, record: Record) -> RecordedStatement:
    """What a record holds of a statement.

    Raises:
        ValueError: it holds nothing of it, or another statement or law, or it contradicts itself.
    """
    recorded = record[made.id]
    if state(recorded, {made.id: made})[0] == CHANGED:
        raise ValueError(
            f"{made.id}: the record is of another statement or law (digest {recorded.digest[:12]}..., here "
            f"{made.digest[:12]}...); make a new one with `symmetry prove {made.id} --record FILE`."
        )
    if wrong := contradictions(recorded, made):
        raise ValueError(f"{made.id}: the record is at odds with the theorem or with itself: {wrong[0]}.")
    return recorded


def evidence_at_hand(made: Statement, record: Record | None) -> RecordedStatement | None:
    """What a record holds of a statement; None without a record, or where the one that ships is of another text of it.

    Raises:
        ValueError: the reader's own record is no evidence for it.
    """
    if record is None:
        return None
    try:
        return evidence_for(made, record)
    except ValueError:
        if record.ships:
            return None
        raise


def budget_differences(record: Record) -> dict[str, list[Difference]]:
    """By id, sampled lines that count fewer networks than the record's budget gives them."""
    found: dict[str, list[Difference]] = {}
    for statement in record.statements:
        for line in filter(counts_networks, statement.evidence):
            due = -(-record.networks // NARROW) if line.column.endswith("16") else record.networks
            if random_networks(line) < due:
                fewer = Difference(line.item, "networks", line.to_json().get("networks"), f"at least {due}")
                found.setdefault(statement.id, []).append(fewer)
    return found


def backprop_differences(record: Record, given: RecordedBackprop | None) -> list[Difference]:
    """Whether the backprop that a record is of is the one given; the same file may be elsewhere.

    Raises:
        ValueError: one of them is symmetry's own.
    """
    recorded = record.backprop
    if recorded is None and given is None:
        return []
    if recorded is None:
        raise ValueError("the record is of symmetry's own backprop; leave --backprop out.")
    if given is None:
        raise ValueError(f"the record is of {recorded}; name that file, --backprop FILE.py:OBJECT.")
    found = differences("backprop", "object", recorded.object, given.object)
    if recorded.sha256 != given.sha256:
        what = f"{recorded.name}, which has changed since: sha256"
        found.append(Difference("backprop", what, recorded.sha256, given.sha256))
    return found


def environment_differences(record: Record, here: Mapping[str, str]) -> list[Difference]:
    """What the record was made with that is not what there is here."""
    return differences("environment", "", dict(record.environment), dict(here))
