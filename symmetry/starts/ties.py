"""Findings about units that start equal, opposite or proportional in all that they have: whether training parts them."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from symmetry.starts.course import Course, Gap
from symmetry.starts.finding import AS_EXPECTED, CANNOT_BE_TOLD, Finding
from symmetry.starts.relation import Relation, UnitClass
from symmetry.starts.treatment import Treatment
from symmetry.starts.words import capitalised, gap_in_words, units_in_words

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
    outcomes: dict[tuple[int, bool], list[int]] = {}
    for number in range(len(relation.classes)):
        outcomes.setdefault(_outcome(relation, gaps, number, expected.coarser), []).append(number)
    say = (
        _sentence_where_alike
        if expected.treated.by_training and expected.treated.by_gradient
        else _sentence_where_unlike
    )
    return [
        _finding(relation, gaps, course, expected, numbers, step, real, say)
        for (step, real), numbers in outcomes.items()
    ]


def _outcome(relation: Relation, gaps: Mapping[str, Gap], number: int, coarser: float) -> tuple[int, bool]:
    """The step that parts a class, 0 if none does, and whether it does so by more than rounding explains.

    A gap that rounding opened may grow to any size: what counts is the step that opens it.
    """
    if relation.kind == "proportional":  # multiples are rounded from the start on
        parted = [step for step in (gap.first_beyond_rounding(number, coarser) for gap in gaps.values()) if step]
        return (min(parted), True) if parted else (0, False)
    opened = [step for step in (gap.first(number) for gap in gaps.values()) if step]
    if not opened:
        return 0, False
    step = min(opened)
    return step, any(gap.size[step, number] > gap.allowed[step] for gap in gaps.values())


def _finding(
    relation: Relation,
    gaps: Mapping[str, Gap],
    course: Course,
    expected: Expected,
    numbers: Sequence[int],
    step: int,
    real: bool,
    say: Callable,
) -> Finding:
    classes = [relation.classes[number] for number in numbers]
    widest = max(numbers, key=lambda number: max(gap.size[-1, number] for gap in gaps.values()))
    grows = gap_in_words(gaps.values(), widest, course, step) if step else ""
    sentence, theorems, wrong, verdict = say(relation, course, expected, step, real, grows)
    measured = {"parted at step": step or None, "opened by": None if not step else "training" if real else "rounding"}
    measured["largest gap"] = {
        path: float(max(gap.size[:, number].max() for number in numbers)) for path, gap in gaps.items()
    }
    subject = capitalised(units_in_words(relation.group, classes))
    return Finding(
        KINDS[relation.kind],
        relation.group.name,
        plain(classes),
        f"{subject} start {relation.kind}{sentence}",
        theorems,
        wrong,
        verdict,
        measured,
    )


def plain(classes: Sequence[UnitClass]) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """The classes as a finding holds them."""
    return tuple((each.block, each.units) for each in classes)


def _sentence_where_alike(relation: Relation, course: Course, expected: Expected, step: int, real: bool, grows: str):
    reason = f": {', '.join(expected.theorems)}" if expected.theorems else ""
    kept = f" and stay {relation.kind} under {expected.optimiser}, in exact arithmetic"
    means = f", so that they {MEANS[relation.kind]}{reason}."
    if real:
        why = f"but step {step} parted them ({grows}), and why cannot be told"
        return (
            f" and are expected to stay {relation.kind} under {expected.optimiser}; {why}.",
            (),
            False,
            CANNOT_BE_TOLD,
        )
    happened = f"Rounding alone parts them: by {grows}." if step else f"In {course.steps} steps they did."
    return f"{kept}{means} {happened}", expected.theorems, True, AS_EXPECTED


def _sentence_where_unlike(relation: Relation, course: Course, expected: Expected, step: int, real: bool, grows: str):
    treated = expected.treated
    why = (
        f"{expected.optimiser} does not treat them alike"
        if treated.by_loss
        else "the loss tells them apart on these inputs"
    )
    if step and real:
        return f", but {why}, and step {step} parts them ({grows}).", (), False, AS_EXPECTED
    if treated.by_training is None:
        why = f"numbers overflow on other parameters, so that nothing is known of {expected.optimiser}"
    seen = f"only rounding parted them ({grows})" if step else "nothing parted them"
    told = f"; {why}, yet in {course.steps} steps {seen}: whether they stay so cannot be told."
    return told, (), False, CANNOT_BE_TOLD
