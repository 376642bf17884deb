"""From what is found at the inputs to a verdict, and, on failure, to the smallest input and the first value that differs."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.values import is_key
from symmetry.gradcheck.places import in_brackets
from symmetry.gradcheck.tape import CannotRun
from symmetry.same.arithmetic import unit
from symmetry.same.carried import floats as floats_among
from symmetry.same.comparison import centres, distances
from symmetry.same.first_difference import first_difference
from symmetry.same.floats import seen_in_floats
from symmetry.same.pair import Found, Pair
from symmetry.same.points import Point
from symmetry.same.precision import coarser_side
from symmetry.same.report import Example, InFloats, Sameness, Verdict
from symmetry.same.running import DOUBLES, Floats, System
from symmetry.same.shown import shown_array
from symmetry.same.sides import Leaf, Side
from symmetry.same.smallest import MOST_TRIALS, Search, smallest_point
from symmetry.same.work import work_of
from symmetry.wording import count
from symmetry.yardstick import FACTOR

MOST_OPERATIONS = 2_000_000
"""Operations on exact numbers, of both sides at all inputs together: about 20 seconds, with balls that widen."""

MOST_ENTRIES = 40_000_000
"""Entries that are computed in floats of 64 bits, of both sides at all inputs together: about a minute, with all moves."""

QUICK = 20_000
"""Operations on exact numbers below which these are as fast as many runs on floats."""

FEWEST = 2
"""Inputs that are always tried."""

PRECISION_POINTS = 3
"""Inputs at which the rounding of both sides is held against each other."""

DOUBLE_LEVEL = 2.0**-40
"""Share of an array's largest number from which floats of 64 bits are said to differ inside of programs."""


@dataclasses.dataclass(frozen=True)
class Case:
    """What is judged.

    Attributes:
        originals: f and g as they were given.
        sides: f and g, one of them perhaps with rounded parameters.
        rounded_to: the type of these; "" if none are.
        inputs: the names of the arrays of the inputs.
        points: the inputs given, and generated ones.
    """

    originals: tuple[Side, Side]
    sides: tuple[Side, Side]
    rounded_to: str
    inputs: tuple[str, ...]
    points: tuple[Point, ...]


def judged(case: Case, system: System) -> Sameness:
    """The verdict that a system of numbers gives.

    Raises:
        CannotRun: the sides do not run on it.
    """
    pair = Pair(*case.sides, system, case.points[0])
    found = _found(pair, case.points)
    report = _begun(case, pair, found)
    if found[-1].different:
        return _explained(report, case, pair, found[-1])
    if report.silent == report.inputs:
        return dataclasses.replace(report, refused=("at no input could a result be compared",))
    if lost := sum(gap.one_sided for gap in found[0].gaps):
        words = f"{count(lost, 'result')} at the inputs given, finite on one side only"
        return dataclasses.replace(report, refused=(words,))
    report = dataclasses.replace(report, share=max(each.share for each in found if not each.silent))
    if undecided := [each for each in found if each.undecided]:
        worst = max(undecided, key=lambda each: each.share)
        return dataclasses.replace(report, refused=(f"{worst.undecided} ({worst.point.words})",))
    report = dataclasses.replace(report, floats=_in_floats(case, pair, found))
    return _about_precision(report, pair, found)


def _found(pair: Pair, points: Sequence[Point]) -> list[Found]:
    """What is found at the points, up to the first one that shows a difference, or as many as are worth their time."""
    found = [pair.at(points[0])]
    if pair.exact:
        affordable = MOST_OPERATIONS // max(1, sum(outcome.operations for outcome in found[0].outcomes))
    else:
        affordable = MOST_ENTRIES // max(1, sum(work_of(side.program.jaxpr) for side in pair.sides))
    for point in points[1 : max(FEWEST, affordable)]:
        if found[-1].different:
            break
        try:
            found.append(pair.at(point))
        except CannotRun:  # such as an index made of numbers that are not finite here
            continue
    return found


def _begun(case: Case, pair: Pair, found: Sequence[Found]) -> Sameness:
    """The report without a verdict."""
    zero = [[_is_zero(leaf) for leaf in side.parameters] for side in case.sides]
    return Sameness(
        Verdict.UNTOLD,
        pair.exact,
        inputs=len(found),
        silent=sum(each.silent for each in found),
        one_sided=sum(gap.one_sided for each in found for gap in each.gaps),
        new=_named(case.sides, pair.spreads.new),
        new_constants=pair.spreads.new_constants,
        rounded_to=case.rounded_to,
        zero=_named(case.sides, zero),
    )


def _named(sides: Sequence[Side], marked: Sequence[Sequence[bool]]) -> tuple[str, ...]:
    """The names of the parameters that are marked."""
    return tuple(
        f"params_{side.letter}{path}"
        for side, marks in zip(sides, marked, strict=True)
        for path, mark in zip(side.paths, marks, strict=True)
        if mark
    )


def _is_zero(leaf: Leaf) -> bool:
    return not is_key(leaf) and leaf.size > 0 and not np.any(leaf)


def _about_precision(report: Sameness, pair: Pair, found: Sequence[Found]) -> Sameness:
    """The report of two functions that are equal in exact arithmetic: whether both round as their precision explains."""
    told = [each for each in found if not each.silent]
    try:
        coarser = coarser_side(pair.spreads, [each.point for each in told[:PRECISION_POINTS]])
    except CannotRun as error:
        return dataclasses.replace(report, refused=(str(error),))
    if coarser is not None:
        return dataclasses.replace(report, verdict=Verdict.COARSER, coarser=coarser)
    if report.exact and report.floats is not None and max(report.floats.strayed) > FACTOR:
        return dataclasses.replace(report, verdict=Verdict.COARSER)
    rounded = report.rounded_to or any(each.differs for each in told)
    return dataclasses.replace(report, verdict=Verdict.ROUNDED if rounded else Verdict.EQUAL)


def _in_floats(case: Case, pair: Pair, found: Sequence[Found]) -> InFloats:
    """What both show in floats at these inputs."""
    floats = (Floats(case.sides[0]), Floats(case.sides[1]))
    seen = [seen_in_floats(pair, floats, each) for each in found if not each.silent]
    return InFloats(
        given=_given(case, floats),
        share=max(each.share for each in seen),
        strayed=(max(each.strayed[0] for each in seen), max(each.strayed[1] for each in seen)),
        inputs=len(seen),
        by_balls=sum(each.by_balls for each in seen),
        vacuous=sum(each.vacuous for each in seen),
        overflowed=sum(each.overflowed for each in seen),
    )


def _given(case: Case, floats: tuple[Floats, Floats] | None = None) -> float:
    """The largest difference at the inputs given, of both as they were given."""
    if floats is None or case.rounded_to:
        floats = (Floats(case.originals[0]), Floats(case.originals[1]))
    f, g = (each(case.points[0].leaves) for each in floats)
    gaps = [distances(one, other) for one, other in zip(f, g, strict=True)]
    return max(float(np.max(gap[np.isfinite(gap)], initial=0.0)) for gap in gaps)


def _explained(report: Sameness, case: Case, pair: Pair, found: Found) -> Sameness:
    """The report of two different functions, with the smallest input that shows it and the first value that differs."""
    report = dataclasses.replace(
        report,
        verdict=Verdict.DIFFERENT,
        difference=found.gaps[found.worst].largest,
        share=found.share,
        where=found.point.words,
    )
    point = _smallest(pair, found)
    smallest = pair.at(point)
    level = 0.0 if report.exact else DOUBLE_LEVEL
    if pair.spreads.has_new_numbers:
        types = [leaf.dtype for side in case.sides for leaf in floats_among(side.parameters)]
        level = FACTOR * max(map(unit, types), default=unit(np.dtype(np.float32)))
        level *= FACTOR if any(map(any, pair.spreads.new)) else 1
    first = first_difference(pair, point, level)
    return dataclasses.replace(report, example=_example(case, smallest), first=first)


def _smallest(pair: Pair, found: Found) -> Point:
    """A small point that still shows the difference: looked for in floats of 64 bits if that is faster, and confirmed."""
    few = sum(outcome.operations for outcome in found.outcomes) < QUICK
    doubles = pair if few or not pair.exact else Pair(*pair.sides, DOUBLES, found.point)
    work = sum(work_of(side.program.jaxpr) for side in pair.sides)
    trials = min(MOST_TRIALS, max(FEWEST, MOST_ENTRIES // (10 * max(1, work))))
    point = smallest_point(found.point, Search(lambda point: _differs(doubles, point), trials))
    return point if doubles is pair or _differs(pair, point) else found.point


def _differs(pair: Pair, point: Point) -> bool:
    try:
        return pair.at(point).different
    except CannotRun:
        return False


def _example(case: Case, found: Found) -> Example:
    index = found.worst
    gap, path = found.gaps[index], case.sides[0].results[index]
    f, g = (float(centres(outcome.leaves[index])[gap.place]) for outcome in found.outcomes)
    inputs = tuple(shown_array(name, leaf) for name, leaf in zip(case.inputs, found.point.leaves, strict=True))
    return Example(inputs, f"result{path}{in_brackets(gap.place)}", (f, g))
