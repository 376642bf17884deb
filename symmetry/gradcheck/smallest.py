"""The smallest network that shows a fault: other sizes where the student's code takes them, else fewer non-zero entries."""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.comparison import Comparison, Outcome
from symmetry.gradcheck.constants import SMALL
from symmetry.gradcheck.exact_comparison import formulas_compared
from symmetry.gradcheck.float_comparison import MOST_ENTRIES
from symmetry.gradcheck.parameters import Arrays, is_array, size_of
from symmetry.gradcheck.reading import Layout
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.tape import work_done

DRAWS = 6
"""Random networks that are tried at each size."""

VALUES = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
"""What entries are drawn from: exact in every float type, and easy to read."""

MOST_TRIALS = 64
"""Trials of the network as given with entries set to 0, where its sizes cannot change."""


MOST_WORK = 1_500_000
"""Operations on exact numbers after which the search ends with what it has: two or three seconds."""


@dataclasses.dataclass(frozen=True)
class Example:
    """A network that shows the fault.

    Attributes:
        point: the network and its data.
        comparison: what is wrong there.
        resized: whether its sizes are others than given.
    """

    point: Point
    comparison: Comparison
    resized: bool

    @property
    def numbers(self) -> int:
        return size_of(self.point.arrays)


def smallest_example(
    student: Student, point: Point, comparison: Comparison, seed: int, layout: Layout | None = None
) -> Example:
    """The smallest network found that shows one of the same arrays to be wrong.

    Args:
        student: whose gradient is wrong.
        point: where it is.
        comparison: how.
        seed: of the networks that are drawn.
        layout: which axes count the same units; if it is not known, axes of one length count as such.
    """
    axes, end = _Axes.of(point, layout), work_done() + MOST_WORK
    whole = functools.partial(compared, seed=seed)
    quick = formulas_compared if _differs_clearly(comparison) else whole

    def fails(tried: Point) -> Comparison | None:
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


def _differs_clearly(comparison: Comparison) -> bool:
    """Whether formulas were compared, and are apart by more than rounding could ever make them."""
    wrong = comparison.outcome == Outcome.WRONG
    gaps, sizes = np.abs(comparison.yours - comparison.loss)[wrong], np.abs(comparison.loss)
    return comparison.on_balls and bool(np.max(gaps, initial=0.0) > SMALL * np.max(sizes, initial=0.0))


def _shown(compare: Callable, student: Student, point: Point, known: Comparison) -> Comparison | None:
    """The comparison at a point, if it shows a fault only in arrays in which it is known, and no kink lies there."""
    try:
        found = compare(student, point)
    except Exception:  # the code does not take these sizes
        return None
    bad = set(found.wrong_paths())
    return found if bad and bad <= set(known.wrong_paths()) and not found.at_kink else None


@dataclasses.dataclass(frozen=True)
class _Axes:
    """What every axis counts; axes that count the same have one size. Nothing is an axis that stays as it is."""

    arrays: dict[str, tuple]
    x: tuple
    y: tuple

    @classmethod
    def of(cls, point: Point, layout: Layout | None) -> "_Axes":
        if layout is not None:
            return cls(layout.axes(dict(point.arrays)), layout.x_axes, layout.y_axes)
        shapes = {path: np.shape(array) for path, array in point.arrays.items()}
        x, y = (() if array is None else array.shape for array in _data(point))
        return cls(shapes, x, y)

    def sizes(self, point: Point) -> dict[Any, int]:
        """The size of whatever is counted, the largest first; what is 1 stays 1."""
        found: dict[Any, int] = {}
        for axes, array in zip((self.x, self.y), _data(point), strict=True):
            found |= {} if array is None else dict(zip(axes, array.shape, strict=True))
        for path, axes in self.arrays.items():
            found |= dict(zip(axes, np.shape(point.arrays[path]), strict=True))
        return dict(
            sorted(((what, size) for what, size in found.items() if what is not None and size > 1), key=lambda s: -s[1])
        )


def _runs(student: Student, point: Point) -> bool:
    """Whether the student's code takes a network of these sizes; JAX code is traced, which compiles nothing."""
    try:
        if student.in_jax:
            jax.eval_shape(lambda: (student.loss_at(point), student.returned_at(point)))
        else:
            student.loss_at(point)
            student.gradient_at(point, dict(point.arrays))
    except Exception:  # whatever it raises at sizes that it was not written for
        return False
    return True


def _smaller(point: Point, axes: _Axes, runs: Callable, fails: Callable, seed: int) -> tuple[Point, Comparison] | None:
    """A network of other sizes that fails: all sizes small at once, then each as small as it goes."""
    given = axes.sizes(point)

    def tried(chosen: dict[Any, int]) -> tuple[Point, Comparison] | None:
        for draw in range(DRAWS):
            smaller = _drawn(point, axes, chosen, np.random.default_rng((seed, draw)))
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


def _starts(given: dict[Any, int]) -> Iterator[dict[Any, int]]:
    """Sizes to begin with: all 2, all 3, then one of them other than the rest, since a fault may need them to differ."""
    for start in (2, 3):
        yield {what: min(size, start) for what, size in given.items()}
    for odd in given if len(given) > 1 else ():
        for one, rest in ((3, 2), (1, 2)):
            yield {what: min(size, one if what == odd else rest) for what, size in given.items()}


def _data(point: Point) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Inputs and targets as arrays; None for what is no array of numbers and stays as it is."""
    return _numbers(point.x), _numbers(point.y)


def _numbers(data: Any) -> np.ndarray | None:
    if not (is_array(data) or isinstance(data, list | tuple | int | float)):
        return None
    try:
        array = np.asarray(data)
    except ValueError:  # ragged
        return None
    return array if array.dtype.kind in "fiub" else None


def _drawn(point: Point, axes: _Axes, sizes: dict[Any, int], draw: np.random.Generator) -> Point | None:
    """A random network and data with other sizes, of the kinds that were given; None where they cannot be resized."""
    try:
        x, y = _data(point)
        arrays: Arrays = {
            path: np.asarray(draw.choice(VALUES, _resized(array.shape, axes.arrays[path], sizes))).astype(array.dtype)
            for path, array in point.arrays.items()
        }
        inputs, targets = point.x, point.y
        if x is not None and x.ndim:
            values = VALUES if x.dtype.kind == "f" else x.ravel()
            inputs = _like(point.x, draw.choice(values, _resized(x.shape, axes.x, sizes)).astype(x.dtype))
        if y is not None and y.ndim:
            targets = _like(point.y, _targets(y, _resized(y.shape, axes.y, sizes), _classes(y, sizes), draw))
    except ValueError:
        return None
    return Point(arrays, inputs, targets)


def _resized(shape: tuple[int, ...], axes: tuple, sizes: dict[Any, int]) -> tuple[int, ...]:
    return tuple(sizes.get(what, size) for what, size in zip(axes, shape, strict=True))


def _classes(y: np.ndarray, sizes: dict[Any, int]) -> int | None:
    """How many classes labels may be of: outputs where they are known, else the fewest that it could be."""
    units = [what for what in sizes if isinstance(what, int)]
    if "examples" in sizes or 0 in sizes:
        return sizes[max(units)] if units else None
    return min((sizes[size] for size in units if size > y.max(initial=0)), default=None)


def _targets(y: np.ndarray, shape: tuple[int, ...], classes: int | None, draw: np.random.Generator) -> np.ndarray:
    """Targets of the kind given: labels below the number of classes, distributions over the same axis, else numbers."""
    for axis in range(y.ndim) if y.size > 1 else ():
        if y.shape[axis] > 1 and _is_distribution(y, axis):
            chosen = draw.integers(0, shape[axis], shape[:axis] + shape[axis + 1 :])
            hot = np.expand_dims(chosen, axis) == np.arange(shape[axis]).reshape(
                [-1 if a == axis else 1 for a in range(y.ndim)]
            )
            return hot.astype(y.dtype)
    if y.dtype.kind == "f":
        return draw.choice((0.0, 1.0) if np.all((y >= 0) & (y <= 1)) else VALUES, shape).astype(y.dtype)
    fresh = draw.choice(y.ravel(), shape).astype(y.dtype)
    return fresh % classes if y.dtype.kind in "iu" and classes else fresh


def _is_distribution(y: np.ndarray, axis: int) -> bool:
    """Whether the targets along an axis are shares of 1, within the rounding of their sum in float32 at most."""
    rounding = y.shape[axis] * float(np.finfo(np.float32).eps)
    return bool(np.all(y >= 0) and np.all(np.abs(y.astype(float).sum(axis) - 1) <= rounding))


def _like(given: Any, fresh: np.ndarray) -> Any:
    """The numbers as the kind of thing that was given: an array, or a list or tuple of arrays or numbers."""
    if isinstance(given, list | tuple):
        return type(given)(_like(given[0], each) for each in fresh)
    if isinstance(given, np.ndarray) or not hasattr(given, "at"):
        return fresh if fresh.ndim or isinstance(given, np.ndarray) else fresh[()]
    return jnp.asarray(fresh)


def _simplified(point: Point, fails: Callable) -> Point:
    """The same network with entries made 0 or 1 where it still fails, parameters first, then the inputs."""
    for path in point.arrays:
        for index in np.ndindex(np.shape(point.arrays[path])):
            point = _simpler_entry(
                point, lambda value, p=point, path=path, index=index: _with_entry(p, path, index, value), fails
            )
    x = _numbers(point.x)
    if x is not None and x.dtype.kind == "f" and x.ndim:
        for index in np.ndindex(x.shape):
            point = _simpler_entry(point, lambda value, p=point, index=index: _with_input(p, index, value), fails)
    return point


def _simpler_entry(point: Point, changed: Callable[[float], Point], fails: Callable) -> Point:
    for value in (0.0, 1.0):
        tried = changed(value)
        if fails(tried) is not None:
            return tried
    return point


def _with_entry(point: Point, path: str, index: tuple, value: float) -> Point:
    array = np.array(point.arrays[path])
    array[index] = value
    return dataclasses.replace(point, arrays={**point.arrays, path: array})


def _with_input(point: Point, index: tuple, value: float) -> Point:
    x = np.array(point.x)
    x[index] = value
    return dataclasses.replace(point, x=_like(point.x, x))


def _with_fewer_entries(point: Point, fails: Callable[[Point], bool]) -> Point:
    """The network as given with as many entries set to 0 as `MOST_TRIALS` trials find: arrays, then ever smaller parts."""
    kept = [(path, flat) for path, array in point.arrays.items() for flat in range(np.size(array))]
    trials = 0

    def without(part: set[tuple[str, int]]) -> bool:
        nonlocal kept, trials
        fewer = [place for place in kept if place not in part]
        trials += 1
        if len(fewer) == len(kept) or trials > MOST_TRIALS or not fails(_only(point, fewer)):
            return False
        kept = fewer
        return True

    for path in point.arrays:
        without({place for place in kept if place[0] == path})
    size = len(kept) // 2
    while size and trials < MOST_TRIALS:
        parts = [set(kept[start : start + size]) for start in range(0, len(kept), size)]
        removed = [without(part) for part in parts]
        if not any(removed):
            size //= 2
        size = min(size, len(kept) // 2)
    return _only(point, kept)


def _only(point: Point, kept: list[tuple[str, int]]) -> Point:
    arrays = {path: np.zeros_like(array) for path, array in point.arrays.items()}
    for path, flat in kept:
        arrays[path].ravel()[flat] = np.asarray(point.arrays[path]).ravel()[flat]
    return dataclasses.replace(point, arrays=arrays)
