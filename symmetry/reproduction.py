"""Reproduction: a record is run again, and every line of it compared with what comes out now.

A record is taken at its word nowhere. Its verdicts must follow from its lines, its counts from its budget, and each
line must come out again, so that a record edited by hand is not reproducible.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from symmetry.claim import Claim
from symmetry.evidence import Evidence, Finding, Heading
from symmetry.own_evidence import name_of, told_of
from symmetry.record import listed
from symmetry.registry import UnknownId, chapter_and_number, select
from symmetry.theorem import DTYPES, Theorem

REPRODUCED, NOT_REPRODUCIBLE, CHANGED, MISSING = "reproduced", "not reproducible", "changed", "missing"
"""What can become of a recorded theorem."""

ROUNDED = ("worst", "vacuous", "vacuous_leaves", "adversarial", "vacuous_adversarial", "vacuous_black_boxes")
"""Numbers of a sampled line that other versions or another processor may round otherwise."""

FOUND = ("reason", "counterexample", "reproduce")
"""Words of a failed line that tell of one failing case among many."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A place where the record says one thing and this run another: "sampled-float64", "worst", 0.1, 0.2."""

    line: str
    field: str
    recorded: Any
    here: Any

    def __str__(self) -> str:
        return f"{self.line}: {self.field} is {_short(self.recorded)} in the record, {_short(self.here)} here"


@dataclasses.dataclass
class Reproduction:
    """What became of one recorded theorem: `outcome` is "reproduced" or says why not; the verdict is the record's."""

    id: str
    verdict: str
    outcome: str = REPRODUCED
    differences: list[Difference] = dataclasses.field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def differs(self, found: Sequence[Difference]) -> None:
        """Adds differences; a theorem that is changed or missing stays that."""
        self.differences += found
        if found and self.outcome == REPRODUCED:
            self.outcome = NOT_REPRODUCIBLE


@dataclasses.dataclass
class Plan:
    """What is to be run again, and what is known before anything is.

    Attributes:
        theorems: all that must share kernels as they did, in order.
        wanted: the ids among them whose lines are compared.
        exactly: the ids whose floats must come out to the digit.
        found: every recorded theorem that was asked for, by id.
    """

    record: Mapping[str, Any]
    theorems: list[Theorem | Claim]
    wanted: list[str]
    exactly: set[str]
    found: dict[str, Reproduction]

    def compare(self, findings: Sequence[Finding]) -> list[Reproduction]:
        """Every theorem that was asked for, after the findings of those that were run again."""
        again = {finding.heading.id: finding for finding in findings}
        for theorem in self.record["theorems"]:
            if theorem["id"] in again and theorem["id"] in self.wanted:
                here = json.loads(json.dumps(again[theorem["id"]].to_json()))
                self.found[theorem["id"]].differs(line_differences(theorem, here, theorem["id"] in self.exactly))
        return list(self.found.values())


def plan(
    record: Mapping[str, Any],
    ids: Sequence[str],
    known: Mapping[str, Any],
    here: Mapping[str, str],
    backprop: Mapping[str, str] | None = None,
) -> Plan:
    """Plans to run the record's theorems of these ids and chapters again, all of them for none.

    Args:
        record: the content of a record.
        ids: what is asked for.
        known: the theorems and claims there are, by id.
        here: this environment, as a record has it.
        backprop: the reader's own, as a record names it, if one is given.

    Raises:
        UnknownId: an id or chapter that the record does not hold.
        ValueError: the record is of an own backprop and none is given, or the other way round.
    """
    inside = {theorem["id"]: theorem for theorem in record["theorems"]}
    asked = _asked(ids, inside)
    found = {id: _before_running(record, id, known) for id in asked}
    budget, another = budget_differences(record), backprop_differences(record, backprop)
    for each in found.values() if another else ():
        each.differs(another)
        each.outcome = CHANGED if each.outcome != MISSING else MISSING
    for id in asked:
        found[id].differs(budget.get(id, []))
    believable = not another and (not budget or len(budget) < sum(map(_is_sampled, inside.values())))
    unchanged = [id for id in known if id in inside and state(inside[id], known)[0] == REPRODUCED]
    wanted = [id for id in unchanged if id in asked] if believable else []
    beside = {known[id].module for id in wanted}
    return Plan(
        record=record,
        theorems=[known[id] for id in unchanged if known[id].module in beside],
        wanted=wanted,
        exactly=_on_the_same_kernels(wanted, inside, known) if _rounds_alike(record, here) else set(),
        found=found,
    )


def _asked(ids: Sequence[str], inside: Mapping[str, Any]) -> list[str]:
    chapters = {chapter_and_number(id)[0] for id in inside}
    if unknown := [id for id in ids if id not in inside and id not in chapters]:
        raise UnknownId(f"the record holds no {' and no '.join(unknown)}; it holds {listed(list(inside))}.")
    return [theorem["id"] for theorem in select(ids, inside)]


def _rounds_alike(record: Mapping[str, Any], here: Mapping[str, str]) -> bool:
    """Whether versions and machine are the same; another commit of one version must give the same numbers too."""
    return all(each.field == "commit" for each in environment_differences(record, here))


def _on_the_same_kernels(wanted: Sequence[str], inside: Mapping[str, Any], known: Mapping[str, Any]) -> set[str]:
    """Those beside which nothing is changed or missing: the theorems of a module share kernels, and round alike."""
    states = {id: state(theorem, known)[0] for id, theorem in inside.items()}
    modules = {known[id].module for id, outcome in states.items() if outcome == CHANGED}
    chapters = {chapter_and_number(id)[0] for id, outcome in states.items() if outcome == MISSING}
    return {id for id in wanted if known[id].module not in modules and known[id].chapter not in chapters}


def _before_running(record: Mapping[str, Any], id: str, known: Mapping[str, Any]) -> Reproduction:
    """What can be said of a recorded theorem without running it."""
    copies = [theorem for theorem in record["theorems"] if theorem["id"] == id]
    outcome, differences = state(copies[0], known)
    said = Reproduction(id, copies[0]["verdict"], outcome, differences)
    if outcome == REPRODUCED:
        said.differs(contradictions(copies[0], known[id]))
        said.differs([Difference("theorem", "times recorded", len(copies), 1)] if len(copies) > 1 else [])
    return said


def state(theorem: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[str, list[Difference]]:
    """Whether a recorded theorem is still the theorem of that id, and what differs if not."""
    made = known.get(theorem["id"])
    if made is None:
        return MISSING, [
            Difference("theorem", "id", theorem["id"], "no such theorem; --path names the file of your own")
        ]
    if theorem["digest"] == made.digest:
        return REPRODUCED, []
    differences = [Difference("theorem", "digest", theorem["digest"], made.digest)]
    return CHANGED, _differences("theorem", "statement", theorem["statement"], made.statement) + differences


def contradictions(theorem: Mapping[str, Any], made: Theorem | Claim) -> list[Difference]:
    """Where a recorded theorem is at odds with the theorem whose digest it bears, or its verdict with its lines."""
    heading = Heading.of(made)
    differences = []
    for field in ("title", "statement"):
        differences += _differences("theorem", field, theorem[field], getattr(heading, field))
    lines = _by_item(theorem)
    if len(lines) < len(theorem["evidence"]):
        differences.append(Difference("theorem", "lines", len(theorem["evidence"]), len(lines)))
    try:
        verdict = Finding(heading, [Evidence.from_json(line) for line in theorem["evidence"]]).verdict
    except KeyError as error:
        return [*differences, Difference("theorem", str(error.args[0]), None, "a field of its lines")]
    return differences + _differences("theorem", "verdict, by its lines,", theorem["verdict"], verdict)


def budget_differences(record: Mapping[str, Any]) -> dict[str, list[Difference]]:
    """By id, sampled lines that count fewer networks than the record's budget gives them."""
    from symmetry.engine.work import NARROW

    found: dict[str, list[Difference]] = {}
    for theorem in record["theorems"]:
        for line in filter(_counts_networks, theorem["evidence"]):
            due = -(-record["networks"] // NARROW) if line["dtype"].endswith("16") else record["networks"]
            if _at_random(line)["networks"] < due:
                difference = Difference(_item(line), "networks", line["networks"], f"at least {due}")
                found.setdefault(theorem["id"], []).append(difference)
    return found


def backprop_differences(record: Mapping[str, Any], given: Mapping[str, str] | None) -> list[Difference]:
    """Whether the backprop that a record is of is the one given; the same file may be elsewhere.

    Raises:
        ValueError: one of them is symmetry's own.
    """
    recorded = record.get("backprop")
    if recorded is None and given is None:
        return []
    if recorded is None:
        raise ValueError("the record is of symmetry's own backprop; leave --backprop out.")
    if given is None:
        raise ValueError(f"the record is of {told_of(recorded)}; name that file, --backprop FILE.py:OBJECT.")
    differences = _differences("backprop", "object", recorded["object"], given["object"])
    if recorded["sha256"] != given["sha256"]:
        what = f"{name_of(recorded)}, which has changed since: sha256"
        differences.append(Difference("backprop", what, recorded["sha256"], given["sha256"]))
    return differences


def environment_differences(record: Mapping[str, Any], here: Mapping[str, str]) -> list[Difference]:
    """What the record was made with that is not what there is here."""
    made = record["environment"]
    return [
        Difference("environment", name, made.get(name), here.get(name))
        for name in dict.fromkeys([*made, *here])
        if made.get(name) != here.get(name)
    ]


def line_differences(theorem: Mapping[str, Any], here: Mapping[str, Any], exactly: bool) -> list[Difference]:
    """The differences between a recorded theorem and the same theorem run again, line by line.

    Lines that were not selected when the record was made are not asked for: its verdict says "not run".
    """
    recorded, again = _by_item(theorem), _by_item(here)
    found = []
    for item, line in recorded.items():
        if item not in again:
            found.append(Difference(item, "outcome", line["outcome"], "no such line"))
        else:
            found += _of_a_line(item, line, again[item], exactly)
    if theorem["verdict"] != "not run":
        left_out = [item for item in again if item not in recorded]
        found += [Difference(item, "outcome", "no such line", again[item]["outcome"]) for item in left_out]
    return found


def _of_a_line(item: str, recorded: dict[str, Any], here: dict[str, Any], exactly: bool) -> list[Difference]:
    if exactly or recorded["outcome"] != here["outcome"]:
        return _differences(item, "", recorded, here)
    loose = FOUND if recorded["outcome"] == "failed" else ()
    if recorded["kind"] != "sampled":
        return _differences(item, "", _without(recorded, loose), _without(here, loose))
    found = _differences(item, "", *(_without(_at_random(line), loose + ROUNDED) for line in (recorded, here)))
    if recorded["outcome"] == "passed" and not _within_bound(recorded.get("worst")):
        found.append(Difference(item, "worst", recorded.get("worst"), here.get("worst")))
    return found


def _at_random(line: Mapping[str, Any]) -> dict[str, Any]:
    """A sampled line without its adversarial networks, of which another Hypothesis generates another number."""
    if not (_is_count(line.get("networks")) and _is_count(line.get("adversarial"))):
        return dict(line)
    return {**line, "networks": line["networks"] - line["adversarial"]}


def _differences(line: str, field: str, recorded: Any, here: Any) -> list[Difference]:
    """Where two values differ, as deep inside as they can be told apart."""
    if isinstance(recorded, dict) and isinstance(here, dict):
        names = dict.fromkeys([*recorded, *here])
        inside = [(f"{field}.{name}" if field else name, recorded.get(name), here.get(name)) for name in names]
    elif isinstance(recorded, list) and isinstance(here, list) and len(recorded) == len(here):
        pairs = zip(recorded, here, strict=True)
        inside = [(f"{field}[{number}]", *pair) for number, pair in enumerate(pairs)]
    else:
        same = recorded == here and isinstance(recorded, bool) == isinstance(here, bool)
        return [] if same else [Difference(line, field, recorded, here)]
    return [difference for each in inside for difference in _differences(line, *each)]


def _by_item(theorem: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {_item(line): line for line in theorem["evidence"]}


def _item(line: Mapping[str, Any]) -> str:
    """The item that a line is of, such as "sampled-float32" or "control-bias left out"."""
    part = line.get({"sampled": "dtype", "control": "name"}.get(line["kind"], ""))
    return line["kind"] if part is None else f"{line['kind']}-{part}"


def _counts_networks(line: Mapping[str, Any]) -> bool:
    """Whether a line counts networks of the budget; a measured law has another measure, and what failed may stop."""
    drawn = line["kind"] == "sampled" and line["outcome"] == "passed" and "operations" not in line
    return drawn and line.get("dtype") in DTYPES and _is_count(line.get("networks"))


def _is_sampled(theorem: Mapping[str, Any]) -> bool:
    return any(map(_counts_networks, theorem["evidence"]))


def _is_count(value: Any) -> bool:
    return type(value) is int


def _within_bound(worst: Any) -> bool:
    return isinstance(worst, int | float) and not isinstance(worst, bool) and 0 <= worst <= 1


def _without(line: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in fields}


def _short(value: Any) -> str:
    """A value as JSON, its middle left out where it is long."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:28]} ... {text[-28:]}"


def told(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference]) -> str:
    """Text for a terminal or a pipe: where this run differs in versions, a line a theorem, its differences, a count."""
    lines = [f"{each.field}: {each.recorded or 'none'} in the record, {each.here or 'none'} here" for each in elsewhere]
    lines = [*lines, ""] if lines else []
    width = max((len(each.id) for each in outcomes), default=0)
    for each in outcomes:
        lines.append(f"{each.id:<{width}}  {each.outcome}  ({each.verdict})")
        lines += [f"    {difference}" for difference in each.differences]
    counts = Counter(each.outcome for each in outcomes)
    return "\n".join([*lines, "", ", ".join(f"{count} {outcome}" for outcome, count in counts.items())])


def told_json(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference]) -> dict[str, Any]:
    """The same as builtin types."""
    return {
        "environment": [{"name": each.field, "recorded": each.recorded, "here": each.here} for each in elsewhere],
        "theorems": [each.to_json() for each in outcomes],
    }
