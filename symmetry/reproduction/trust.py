"""What is known about a record without running anything: whether it is about the same statements, and at odds with itself.

A record is taken at its word nowhere. Its verdicts must follow from its lines, its counts from its budget.
"""

from collections.abc import Mapping

from symmetry.engine.work import NARROW
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement
from symmetry.reproduction.difference import Difference, by_item, counts_networks, differences, random_networks
from symmetry.statements.statement import Statement

REPRODUCED, NOT_REPRODUCIBLE, CHANGED, MISSING = "reproduced", "not reproducible", "changed", "missing"
"""What can become of a recorded statement."""


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
    verdict = Finding(Heading.of(made), list(recorded.evidence)).verdict
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


def budget_differences(record: Record) -> dict[str, list[Difference]]:
    """By id, sampled lines that count fewer networks than the record's budget gives them."""
    found: dict[str, list[Difference]] = {}
    for statement in record.statements:
        for line in filter(counts_networks, statement.evidence):
            narrow = line.column.endswith("16")
            due = -(-record.networks // NARROW) if narrow else record.networks
            if random_networks(line) < due:
                networks = line.to_json().get("networks")
                found.setdefault(statement.id, []).append(
                    Difference(line.item, "networks", networks, f"at least {due}")
                )
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
    made = record.environment
    names = dict.fromkeys([*made, *here])
    pairs = [(name, made.get(name), here.get(name)) for name in names]
    return [Difference("environment", name, before, now) for name, before, now in pairs if before != now]
