"""Findings about units that start equal, opposite or proportional in all that they have: whether training parts them."""

import dataclasses
from collections.abc import Mapping, Sequence

from symmetry.starts.course import Course, Gap
from symmetry.starts.finding import AS_EXPECTED, CANNOT_BE_TOLD, Finding
from symmetry.starts.relation import Relation, UnitClass
from symmetry.starts.treatment import Treatment
from symmetry.starts.words import capitalised, gap_at_marks, gap_in_words, units_in_words

KINDS = {"equal": "tied units", "opposite": "opposite units", "proportional": "proportional units"}

MEANS = {
    "equal": "train as one unit",
    "opposite": "train as one unit, up to sign",
    "proportional": "train as one unit, up to scale",
}


@dataclasses.dataclass(frozen=True)
class Expected:
    """What is expected of related units, and why.

    Attributes:
        treated: how the loss and the optimiser treat them.
        theorems: what says that they stay related if both treat them alike.
        optimiser: its name in sentences.
        coarser: how many times coarser than training's the floats are in which proportional units were rounded.
    """

    treated: Treatment
    theorems: tuple[str, ...]
    optimiser: str
    coarser: float = 1.0


def tie_findings(relation: Relation, gaps: Mapping[str, Gap], course: Course, expected: Expected) -> list[Finding]:
    """One finding for all classes of a relation with which training did the same."""
    by_outcome: dict[Outcome, list[int]] = {}
    for number in range(len(relation.classes)):
        by_outcome.setdefault(_outcome(relation, gaps, number, expected.coarser), []).append(number)
    return [_finding(relation, gaps, course, expected, *each) for each in by_outcome.items()]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What training did to a class.

    Attributes:
        step: the step that parts it; 0 if none does.
        real: whether that step does so by more than rounding explains. What follows may be of any size.
        torn: whether the gradient at the start is not the same for its units. It is the same if the loss is differentiable
            there and treats them alike, but not where equal values are told apart by their place, as by top-1 routing.
    """

    step: int
    real: bool
    torn: bool


def _outcome(relation: Relation, gaps: Mapping[str, Gap], number: int, coarser: float) -> Outcome:
    torn = any(gap.torn(number, coarser) for gap in gaps.values())
    if relation.kind == "proportional":  # multiples are rounded from the start on
        parted = [step for step in (gap.first_beyond_rounding(number, coarser) for gap in gaps.values()) if step]
        return Outcome(min(parted, default=0), bool(parted), torn)
    opened = [step for step in (gap.first(number) for gap in gaps.values()) if step]
    step = min(opened, default=0)
    return Outcome(step, bool(step) and any(gap.size[step, number] > gap.allowed[step] for gap in gaps.values()), torn)


def _finding(
    relation: Relation,
    gaps: Mapping[str, Gap],
    course: Course,
    expected: Expected,
    outcome: Outcome,
    numbers: Sequence[int],
) -> Finding:
    classes = [relation.classes[number] for number in numbers]
    widest = max(numbers, key=lambda number: max(gap.size[-1, number] for gap in gaps.values()))
    grows = gap_in_words(gaps.values(), widest, course, outcome.step) if outcome.step else ""
    told = _where_alike if expected.treated.by_training and not outcome.torn else _where_unlike
    sentence, wrong, verdict = told(relation, course, expected, outcome, grows)
    measured = {
        "parted at step": outcome.step or None,
        "opened by": None if not outcome.step else "training" if outcome.real else "rounding",
        "gap after step": gap_at_marks(gaps.values(), widest, course),
    }
    return Finding(
        KINDS[relation.kind],
        relation.group.name,
        plain(classes),
        f"{capitalised(units_in_words(relation.group, classes))} start {relation.kind}{sentence}",
        expected.theorems if wrong else (),
        wrong,
        verdict,
        measured,
    )


def plain(classes: Sequence[UnitClass]) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """The classes as a finding holds them."""
    return tuple((each.block, each.units) for each in classes)


def _where_alike(relation: Relation, course: Course, expected: Expected, outcome: Outcome, grows: str):
    stay = f"stay {relation.kind} under {expected.optimiser}"
    if outcome.real:
        why = f"but step {outcome.step} parted them ({grows}), and why cannot be told"
        return f" and are expected to {stay}; {why}.", False, CANNOT_BE_TOLD
    reason = f": {', '.join(expected.theorems)}" if expected.theorems else ""
    happened = f"Rounding alone parts them: by {grows}." if outcome.step else f"In {course.steps} steps they did."
    means = f"so that they {MEANS[relation.kind]}{reason}. {happened}"
    return f" and {stay}, in exact arithmetic, {means}", True, AS_EXPECTED


def _where_unlike(relation: Relation, course: Course, expected: Expected, outcome: Outcome, grows: str):
    treated = expected.treated
    if not treated.by_loss:
        why = "the loss tells them apart on these inputs"
    elif outcome.torn:
        why = "the gradient there tells them apart, as where a choice between equal values goes by their place"
    elif treated.by_training is None:
        why = f"numbers overflow elsewhere, so that nothing is known of {expected.optimiser}"
    else:
        why = f"{expected.optimiser} does not treat them alike"
    if outcome.step and outcome.real:
        return f", but {why}, and step {outcome.step} parts them ({grows}).", False, AS_EXPECTED
    seen = f"only rounding parted them ({grows})" if outcome.step else "nothing parted them"
    told = f"; {why}, yet in {course.steps} steps {seen}: whether they stay so cannot be told."
    return told, False, CANNOT_BE_TOLD
