"""The smallest network that shows a fault: other sizes where the student's code takes them, else fewer non-zero entries."""

import dataclasses
import functools
from collections.abc import Callable, Iterator

import jax
import numpy as np

from symmetry.gradcheck.comparison import GradientComparison, Outcome
from symmetry.gradcheck.constants import SMALL
from symmetry.gradcheck.exact_comparison import formulas_compared
from symmetry.gradcheck.float_comparison import MOST_ENTRIES
from symmetry.gradcheck.parameters import size_of
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.reading import Layout
from symmetry.gradcheck.resizing import CountedAxes, Sizes, like, numbers_in, random_network
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student, or_none
from symmetry.gradcheck.tape import work_done

DRAWS = 6
"""Random networks that are tried at each size."""

MOST_TRIALS = 64
"""Trials of the network as given with entries set to 0, where its sizes cannot change."""

MOST_WORK = 1_500_000
"""Operations on exact numbers after which the search ends with what it has: two or three seconds."""


@dataclasses.dataclass(frozen=True)
class Example:
    """A network that shows the fault.

    Attributes:
        resized: whether its sizes are others than given.
    """

    point: Point
    comparison: GradientComparison
    resized: bool

    @property
    def numbers(self) -> int:
        return size_of(self.point.arrays)


def smallest_example(
    student: Student, point: Point, comparison: GradientComparison, seed: int, layout: Layout | None = None
) -> Example:
    """The smallest network found that shows one of the same arrays to be wrong.

    Without a layout, axes of one length count the same units.
    """
    axes, end = CountedAxes.of(point, layout), work_done() + MOST_WORK
    whole = functools.partial(compared, seed=seed)
    gaps = np.abs(comparison.yours - comparison.loss)[comparison.outcome == Outcome.WRONG]
    # Apart by more than rounding could ever make formulas.
    clear = np.max(gaps, initial=0.0) > SMALL * np.max(np.abs(comparison.loss), initial=0.0)
    quick = formulas_compared if comparison.on_balls and clear else whole

    def fails(tried: Point) -> GradientComparison | None:
        return _shown(quick, student, tried, comparison) if work_done() < end else None

    resized = _smaller(point, axes, lambda tried: _runs(student, tried), fails, seed)
    if resized is not None:
        simple = _simplified(resized[0], fails)
        return Example(simple, _shown(whole, student, simple, comparison) or resized[1], True)
    if size_of(point.arrays) <= MOST_ENTRIES:
        sparse = _with_fewer_entries(point, lambda tried: fails(tried) is not None)
        shown = _shown(whole, student, sparse, comparison)
        if shown is not None:
            return Example(sparse, shown, False)
    return Example(point, comparison, False)


def _shown(compare: Callable, student: Student, point: Point, known: GradientComparison) -> GradientComparison | None:
    """The comparison at a point; None unless it fails only in arrays already suspected, away from kinks."""
    found = or_none(lambda: compare(student, point))
    bad = set() if found is None else set(found.wrong_paths())
    return found if found and bad and bad <= set(known.wrong_paths()) and not found.at_kink else None


def _runs(student: Student, point: Point) -> bool:
    """Whether the student's code takes a network of these sizes; JAX code is traced, which compiles nothing."""
    try:
        if student.in_jax:
            jax.eval_shape(lambda: (student.loss_at(point), student.returned_at(point)))
        else:
            student.loss_at(point)
            student.gradient_at(point)
    except Exception:  # whatever it raises at sizes that it was not written for
        return False
    return True


def _smaller(
    point: Point, axes: CountedAxes, runs: Callable, fails: Callable, seed: int
) -> tuple[Point, GradientComparison] | None:
    """A network of other sizes that fails: all sizes small at once, then each as small as it goes."""
    given = axes.sizes(point)

    def tried(chosen: Sizes) -> tuple[Point, GradientComparison] | None:
        for draw in range(DRAWS):
            smaller = random_network(point, axes, chosen, np.random.default_rng((seed, draw)))
            if smaller is None or not runs(smaller):
                return None
            found = fails(smaller)
            if found is not None:
                return smaller, found
        return None

    for chosen in _starts(given):
        best = None if chosen == given else tried(chosen)
        if best is not None:
            break
    else:
        return None
    for what in given:
        for smaller in range(1, chosen[what]):
            attempt = tried({**chosen, what: smaller})
            if attempt is not None:
                chosen[what], best = smaller, attempt
                break
    return best


def _starts(given: Sizes) -> Iterator[Sizes]:
    """Sizes to begin with: all 2, all 3, then one of them other than the rest, since a fault may need them to differ."""
    for start in (2, 3):
        yield {what: min(size, start) for what, size in given.items()}
    for odd in given if len(given) > 1 else ():
        for one, rest in ((3, 2), (1, 2)):
            yield {what: min(size, one if what == odd else rest) for what, size in given.items()}


def _simplified(point: Point, fails: Callable) -> Point:
    """The same network with entries made 0 or 1 where it still fails, parameters first, then the inputs."""
    entries = [(path, index) for path, array in point.arrays.items() for index in np.ndindex(np.shape(array))]
    x = numbers_in(point.x)
    if x is not None and x.dtype.kind == "f" and x.ndim:
        entries += [(None, index) for index in np.ndindex(x.shape)]
    for path, index in entries:
        simpler = (_with_entry(point, path, index, value) for value in (0.0, 1.0))
        point = next((tried for tried in simpler if fails(tried) is not None), point)
    return point


def _with_entry(point: Point, path: str | None, index: tuple, value: float) -> Point:
    """The point with one entry of a parameter changed, or of the inputs if no path is given."""
    array = np.array(point.x if path is None else point.arrays[path])
    array[index] = value
    if path is None:
        return dataclasses.replace(point, x=like(point.x, array))
    return point.at({**point.arrays, path: array})


def _with_fewer_entries(point: Point, fails: Callable[[Point], bool]) -> Point:
    """The network as given with as many entries set to 0 as `MOST_TRIALS` trials find: arrays, then ever smaller parts."""
    places, trials = Places.of(point.arrays), 0
    kept = np.arange(places.size)

    def without(part: np.ndarray) -> bool:
        nonlocal kept, trials
        fewer = np.setdiff1d(kept, part)
        trials += 1
        if len(fewer) == len(kept) or trials > MOST_TRIALS or not fails(_only(point, fewer)):
            return False
        kept = fewer
        return True

    for span in places.spans.values():
        without(np.arange(span.start, span.stop))
    size = len(kept) // 2
    while size and trials < MOST_TRIALS:
        removed = [without(part) for part in [kept[start : start + size] for start in range(0, len(kept), size)]]
        if not any(removed):
            size //= 2
        size = min(size, len(kept) // 2)
    return _only(point, kept)


def _only(point: Point, kept: np.ndarray) -> Point:
    """The point with 0 in every place that is not kept."""
    places = Places.of(point.arrays)
    mask = places.split(np.isin(np.arange(places.size), kept))
    return point.at({path: np.where(mask[path], array, 0).astype(array.dtype) for path, array in point.arrays.items()})
