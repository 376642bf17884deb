"""Where else a gradient is looked at when it is 0, left out or undecided at the point given: a verdict needs something."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.comparison import GradientComparison
from symmetry.gradcheck.parameters import Tree, is_array
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student

DRAWS = 3
"""Random parameters that are tried."""

PART = "a part of the batch"


@dataclasses.dataclass(frozen=True)
class Elsewhere:
    """What came out at other points.

    Attributes:
        tried: what the points were, in words.
        undecided: the arrays about which nothing is known yet.
        wrong: the comparison at a point at which the gradient is wrong, that point, and what it is.
    """

    tried: tuple[str, ...]
    undecided: tuple[str, ...]
    wrong: tuple[GradientComparison, Point, str] | None = None


def looked_elsewhere(student: Student, point: Point, here: GradientComparison, seed: int) -> Elsewhere:
    """Goes on at other points until every array is known to be right, or one is wrong."""
    left = list(here.undecided_paths())
    # What is 0 wherever it is looked at, as a sum of what is not 0, is right: such as a bias before a batch norm.
    cancelled = set(here.cancelled)
    tried: list[str] = []
    for words, other in _points(point, seed) if left else ():
        there = _compared(student, other, seed)
        if there is None:
            continue
        if words == PART and set(there.wrong_paths()) - set(left):
            continue  # what is right for the whole batch is wrong for a part: the code knows its size
        tried.append(words)
        if there.wrong:
            return Elsewhere(tuple(tried), tuple(left), (there, other, words))
        still = set(there.undecided_paths())
        left = [path for path in left if path in still]
        cancelled &= set(there.cancelled)
        if not left:
            break
    return Elsewhere(tuple(dict.fromkeys(tried)), tuple(path for path in left if path not in cancelled))


def _compared(student: Student, point: Point, seed: int) -> GradientComparison | None:
    """The comparison there; None where the code does not take the point."""
    try:
        with np.errstate(all="ignore"):
            returned = (float(student.loss_at(point)), *student.gradient_at(point).values())
            finite = all(np.isfinite(np.float64(each)).all() for each in returned)
            return compared(student, point, seed) if finite else None
    except Exception:  # whatever the code says to such parameters
        return None


def _points(point: Point, seed: int) -> Iterator[tuple[str, Point]]:
    for draw in range(DRAWS):
        yield "random parameters of the same shapes", _random(point, np.random.default_rng((seed, draw)))
    for x, y in _parts(point.x, point.y):
        yield PART, dataclasses.replace(point, x=x, y=y)


def _random(point: Point, draw: np.random.Generator) -> Point:
    """Parameters of the size that networks start from: variance 1 over the number of inputs."""

    def fresh(array: np.ndarray) -> np.ndarray:
        inputs = max(array.shape[0] if array.ndim < 3 else array.size // array.shape[0], 1) if array.ndim > 1 else 4
        return np.asarray(draw.normal(size=array.shape) / inputs**0.5)

    return point.changed(fresh)


def _parts(x: Tree, y: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Single examples and half of the batch, for the axes that may count examples: the first, or the last."""
    for axis in (0, -1):
        count = _length(x, axis)
        if count is None or count < 2 or (y is not None and _length(y, axis) != count):
            continue
        for part in (slice(0, 1), slice(count // 2, count // 2 + 1), slice(0, count // 2)):
            yield _taken(x, axis, part), None if y is None else _taken(y, axis, part)


def _length(data: Tree, axis: int) -> int | None:
    if isinstance(data, list):
        return len(data) if axis == 0 else None
    return int(np.shape(data)[axis]) if is_array(data) and np.ndim(data) else None


def _taken(data: Tree, axis: int, part: slice) -> Tree:
    return data[part] if axis == 0 else data[..., part]
