"""Differences between what a record says and what comes out here, at the deepest place where the two differ."""

import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence

from symmetry.evidence.evidence import Evidence
from symmetry.evidence.fields import Json
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import RecordedStatement
from symmetry.statements.theorem import DTYPES

ROUNDED = ("worst", "vacuous", "vacuous_leaves", "adversarial", "vacuous_adversarial", "vacuous_black_boxes")
"""Numbers of a sampled line that other versions or another processor may round otherwise."""

FOUND = ("reason", "counterexample", "reproduce")
"""Words of a failed line about one failing case among many."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A place where the record says one thing and this run another: "sampled-float64", "worst", 0.1, 0.2."""

    line: str
    field: str
    recorded: Json
    here: Json

    def __str__(self) -> str:
        return f"{self.line}: {self.field} is {_short(self.recorded)} in the record, {_short(self.here)} here"


def differences(line: str, field: str, recorded: Json, here: Json) -> list[Difference]:
    """Where two values differ."""
    if isinstance(recorded, dict) and isinstance(here, dict):
        names = dict.fromkeys([*recorded, *here])
        inside = [(f"{field}.{name}" if field else name, recorded.get(name), here.get(name)) for name in names]
    elif isinstance(recorded, list) and isinstance(here, list) and len(recorded) == len(here):
        inside = [(f"{field}[{place}]", *pair) for place, pair in enumerate(zip(recorded, here, strict=True))]
    else:
        same = recorded == here and isinstance(recorded, bool) == isinstance(here, bool)
        return [] if same else [Difference(line, field, recorded, here)]
    return [difference for each in inside for difference in differences(line, *each)]


def between(recorded: RecordedStatement, here: RecordedStatement, *, exactly: bool) -> list[Difference]:
    """The differences between a recorded statement and the same statement run again, line by line.

    Lines that were not selected when the record was made are not asked for: its verdict says "not run"; nor is evidence that
    is extra and was not gathered then. Where floats may round otherwise they need not come out `exactly`; they must pass
    again, within the bound.
    """
    gathered = {line.kind for line in recorded.evidence if line.outcome != "not run"}
    unasked = {name for name, kind in KINDS.items() if kind.is_extra} - gathered
    before, again = by_item(recorded, unasked), by_item(here, unasked)
    found = []
    for item, line in before.items():
        if item not in again:
            found.append(Difference(item, "outcome", line.outcome, "no such line"))
        else:
            found += _between_lines(line, again[item], exactly)
    if recorded.verdict != "not run":
        left_out = [item for item in again if item not in before]
        found += [Difference(item, "outcome", "no such line", again[item].outcome) for item in left_out]
    return found


def _between_lines(recorded: Evidence, here: Evidence, exactly: bool) -> list[Difference]:
    item = recorded.item
    if exactly or recorded.outcome != here.outcome:
        return differences(item, "", recorded.to_json(), here.to_json())
    loose = FOUND if recorded.outcome == "failed" else ()
    if not isinstance(recorded, Sampled):
        return differences(item, "", _without(recorded.to_json(), loose), _without(here.to_json(), loose))
    pair = (_without(_at_random(line.to_json()), loose + ROUNDED) for line in (recorded, here))
    found = differences(item, "", *pair)
    if recorded.outcome == "passed" and not 0 <= (recorded.worst if recorded.worst is not None else -1) <= 1:
        found += differences(item, "worst", recorded.to_json().get("worst"), here.to_json().get("worst"))
    return found


def by_item(statement: RecordedStatement, unasked: Collection[str] = ()) -> dict[str, Evidence]:
    """The lines of a recorded statement by their items, but for kinds that are not asked for."""
    return {line.item: line.without(unasked) for line in statement.evidence if line.kind not in unasked}


def counts_networks(line: Evidence) -> bool:
    """Whether a line counts networks of the budget; a measured law counts operations, and what failed may stop early."""
    return isinstance(line, Sampled) and line.outcome == "passed" and line.operations is None and line.dtype in DTYPES


def random_networks(line: Evidence) -> int:
    """The networks of a line that were random: another version of Hypothesis generates other adversarial ones."""
    assert isinstance(line, Sampled)
    return (line.networks or 0) - (line.adversarial or 0)


def _at_random(line: Mapping[str, Json]) -> dict[str, Json]:
    """A sampled line without its adversarial networks."""
    networks, adversarial = line.get("networks"), line.get("adversarial")
    if not (isinstance(networks, int) and isinstance(adversarial, int)):
        return dict(line)
    return {**line, "networks": networks - adversarial}


def _without(line: Mapping[str, Json], fields: Sequence[str]) -> dict[str, Json]:
    return {name: value for name, value in line.items() if name not in fields}


def _short(value: Json) -> str:
    """A value as JSON, its middle left out where it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:28]} ... {text[-28:]}"
