"""The smallest input at which two functions differ: as many entries as possible are 0, and the others are simple numbers."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.values import is_inexact, is_key
from symmetry.same.points import Point
from symmetry.same.sides import Leaf

MOST_TRIALS = 80
"""Inputs that are tried; fewer, if the functions take long."""


@dataclasses.dataclass
class Search:
    """A search for a smaller point that still shows the difference.

    Attributes:
        shows: whether a point does.
        left: how many points may still be tried.
    """

    shows: Callable[[Point], bool]
    left: int = MOST_TRIALS

    def accepts(self, point: Point) -> bool:
        """Whether a point shows the difference; False once no more may be tried."""
        self.left -= 1
        return self.left >= 0 and self.shows(point)


def smallest_point(point: Point, search: Search) -> Point:
    """A point at which few entries are other than 0, or than the array's smallest number if it holds whole numbers."""
    point = _emptied(point, search)
    return _simplified(point, search)


def _emptied(point: Point, search: Search) -> Point:
    """Takes away blocks of entries, large ones first, as long as the difference still shows."""
    filled = _filled(point)
    size = len(filled)
    while size >= 1 and search.left > 0:
        place = 0
        while place < len(filled) and search.left > 0:
            block = filled[place : place + size]
            candidate = _with(point, block, None)
            if search.accepts(candidate):
                point, filled = candidate, filled[:place] + filled[place + size :]
            else:
                place += size
        size = min(size // 2, len(filled))
    return point


def _simplified(point: Point, search: Search) -> Point:
    """Puts 1, or a power of 10, in the place of numbers."""
    for place in _filled(point):
        index, entry = place
        if not is_inexact(point.leaves[index].dtype):
            continue
        for simple in _simpler(float(point.leaves[index].ravel()[entry])):
            candidate = _with(point, [place], simple)
            if search.accepts(candidate):
                point = candidate
                break
    return point


def _simpler(number: float) -> Iterator[float]:
    sign = math.copysign(1.0, number)
    if abs(number) == 1 or not math.isfinite(number):
        return
    yield sign
    power = 10.0 ** round(math.log10(abs(number))) if number else 0.0
    if power != abs(number):
        yield sign * power


def _filled(point: Point) -> list[tuple[int, int]]:
    """The entries that are other than what is left where they are taken away: index of the leaf, and place in it."""
    return [
        (index, int(entry))
        for index, leaf in enumerate(point.leaves)
        if not is_key(leaf)
        for entry in np.flatnonzero(np.asarray(leaf).ravel() != _least(leaf))
    ]


def _least(leaf: Leaf) -> float:
    """What stands for no number: 0, and the smallest of whole numbers, which may have to be in a range."""
    return (
        0
        if is_inexact(leaf.dtype) or leaf.dtype == bool
        else int(leaf.min(initial=0))
        if leaf.size == 0
        else int(leaf.min())
    )


def _with(point: Point, places: Sequence[tuple[int, int]], number: float | None) -> Point:
    """The point with that number at places; None takes what is there away."""
    leaves = list(point.leaves)
    for index in {index for index, _ in places}:
        leaf = np.array(leaves[index])
        entries = [entry for each, entry in places if each == index]
        flat = leaf.reshape(-1)
        flat[entries] = _least(leaves[index]) if number is None else number
        leaves[index] = flat.reshape(leaf.shape)
    return Point("the smallest input found", tuple(leaves))
