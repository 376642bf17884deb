"""Where else a gradient is looked at when it is 0, left out or undecided at the point given: a verdict needs something."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.comparison import GradientComparison
from symmetry.gradcheck.parameters import Tree, is_array
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student, or_none

DRAWS = 3
"""Random parameters that are tried."""

PART = "a part of the batch"

Found = tuple[GradientComparison, Point, str]
"""The comparison at a point at which the gradient is wrong, that point, and what it is."""


def looked_elsewhere(
    student: Student, point: Point, here: GradientComparison, seed: int
) -> tuple[tuple[str, ...], tuple[str, ...], Found | None]:
    """Goes on at other points until every array is known to be right, or one is wrong.

    Returns: what the points were, in words; the arrays about which nothing is known yet; and what was found wrong.
    """
    left = here.undecided_paths()
    # What is 0 wherever it is looked at, as a sum of what is not 0, is right: such as a bias before a batch norm.
    cancelled = set(here.cancelled)
    tried: list[str] = []
    for words, other in _points(point, seed) if left else ():
        there = or_none(lambda other=other: _compared(student, other, seed))
        if there is None:
            continue
        if words == PART and set(there.wrong_paths()) - set(left):
            continue  # what is right for the whole batch is wrong for a part: the code knows its size
        tried.append(words)
        if there.wrong:
            return tuple(tried), tuple(left), (there, other, words)
        still = set(there.undecided_paths())
        left = [path for path in left if path in still]
        cancelled &= set(there.cancelled)
        if not left:
            break
    return tuple(dict.fromkeys(tried)), tuple(path for path in left if path not in cancelled), None


def _compared(student: Student, point: Point, seed: int) -> GradientComparison | None:
    """The comparison there; None where the loss or the gradient is not finite."""
    returned = (float(student.loss_at(point)), *student.gradient_at(point).values())
    finite = all(np.isfinite(np.float64(each)).all() for each in returned)
    return compared(student, point, seed) if finite else None


def _points(point: Point, seed: int) -> Iterator[tuple[str, Point]]:
    for trial in range(DRAWS):
        draw = np.random.default_rng((seed, trial))

        def fresh(array: np.ndarray, draw: np.random.Generator = draw) -> np.ndarray:
            # The size that networks start from: variance 1 over the number of inputs.
            inputs = max(array.shape[0] if array.ndim < 3 else array.size // array.shape[0], 1) if array.ndim > 1 else 4
            return np.asarray(draw.normal(size=array.shape) / inputs**0.5)

        yield "random parameters of the same shapes", point.changed(fresh)
    for x, y in _parts(point.x, point.y):
        yield PART, dataclasses.replace(point, x=x, y=y)


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
