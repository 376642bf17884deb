"""How far apart results are, entry by entry: of balls, of floats of 64 bits, or of whole numbers."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from flint import arb

from symmetry.gradcheck.jaxpr.values import is_inexact
from symmetry.same.arithmetic import smallest
from symmetry.same.running import Outcome
from symmetry.same.sides import Side
from symmetry.yardstick import FACTOR

WIDE = 2.0**-64
"""Radius of a ball, as a share of the array's largest number, from which exact numbers decide nothing."""


@dataclasses.dataclass(frozen=True)
class Gap:
    """How far two arrays of results are apart.

    Attributes:
        size: the difference of each entry; 0 where they cannot be told apart.
        known: which entries are compared: those where both are finite and known well enough.
        one_sided: how many entries are finite on one side only.
        undecided: how many are finite on both sides, and not known well enough.
        level: up to where a difference is rounding of the numbers that the sides were run on.
    """

    size: np.ndarray
    known: np.ndarray
    one_sided: int = 0
    undecided: int = 0
    level: float = 0.0

    @property
    def largest(self) -> float:
        """The largest known difference."""
        return float(np.max(self.size[self.known], initial=0.0))

    @property
    def place(self) -> tuple[int, ...]:
        """Where it is."""
        index = np.unravel_index(int(np.argmax(np.where(self.known, self.size, -1.0))), self.size.shape)
        return tuple(int(each) for each in index)


def distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The difference of the centres of each entry, infinite where one is not finite; of whole numbers, too."""
    if one.dtype != object:
        with np.errstate(all="ignore"):
            gaps = np.abs(np.asarray(one, np.float64) - np.asarray(other, np.float64))
        return np.where(np.isnan(gaps), np.inf, gaps)
    return _each(one, other, lambda a, b: float(abs((a - b).mid())) if _finite(a, b) else math.inf)


def gaps_between(f: Side, g: Side, one: Outcome, other: Outcome, levels: Sequence[float] | None = None) -> list[Gap]:
    """The gap of each array of the results; `levels` says what rounding of floats of 64 bits explains."""
    allowed = levels or [0.0] * len(one.leaves)
    return [
        _gap(a, b, level, max(_least(x.dtype), _least(y.dtype)))
        for a, b, level, x, y in zip(one.leaves, other.leaves, allowed, f.shapes, g.shapes, strict=True)
    ]


def _least(dtype: np.dtype) -> float:
    """What floats of a type take for 0."""
    return smallest(dtype) if is_inexact(dtype) else 0.0


def _gap(one: np.ndarray, other: np.ndarray, level: float, least: float) -> Gap:
    if one.dtype != object and one.dtype.kind != "f":
        return Gap(distances(one, other), np.ones(one.shape, bool))
    finite = [finite_in(array) for array in (one, other)]
    both, apart = finite[0] & finite[1], distances(one, other)
    if one.dtype == object:
        radius = _each(one, other, lambda a, b: float(a.rad() + b.rad()) if _finite(a, b) else math.inf)
        sizes = _each(one, other, lambda a, b: float(max(abs(a.mid()), abs(b.mid()))) if _finite(a, b) else 0.0)
        told = _each(one, other, lambda a, b: float(_finite(a, b) and not (a - b).contains(0))) > 0
        known = both & ((radius <= WIDE * np.max(sizes, initial=0.0)) | told)
    else:
        told, known = apart > level, both & ((apart <= level) | (apart > FACTOR * level))
    one_sided = int((finite[0] != finite[1]).sum())
    return Gap(np.where(told & (apart > least), apart, 0.0), known, one_sided, int((both & ~known).sum()), level)


def finite_in(array: np.ndarray) -> np.ndarray:
    """Which entries are finite."""
    if array.dtype != object:
        return np.isfinite(np.asarray(array, np.float64))
    return np.array([ball.is_finite() for ball in array.ravel()], bool).reshape(array.shape)


def centres(array: np.ndarray) -> np.ndarray:
    """The entries as floats; NaN where they are not finite."""
    if array.dtype != object:
        return np.asarray(array, np.float64)
    floats = [float(ball.mid()) if ball.is_finite() else math.nan for ball in array.ravel()]
    return np.array(floats, np.float64).reshape(array.shape)


def radii(array: np.ndarray) -> np.ndarray:
    """How far off each entry may be; infinite where a ball is not finite."""
    floats = [float(ball.rad()) if ball.is_finite() else math.inf for ball in array.ravel()]
    return np.array(floats, np.float64).reshape(array.shape)


def _finite(one: arb, other: arb) -> bool:
    return one.is_finite() and other.is_finite()


def _each(one: np.ndarray, other: np.ndarray, function) -> np.ndarray:
    pairs = zip(one.ravel(), other.ravel(), strict=True)
    return np.array([function(a, b) for a, b in pairs], np.float64).reshape(one.shape)
