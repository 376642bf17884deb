"""What rounding of a side's new numbers explains: how far its results spread when these move by one unit in the last place."""

import zlib
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax.extend.core import JaxprEqn

from symmetry.gradcheck.jaxpr.values import Value
from symmetry.same.arithmetic import is_short, unit
from symmetry.same.carried import Numbers
from symmetry.same.evaluate import Arithmetic
from symmetry.same.sides import Leaf

PATTERNS = 6
"""Ways to move numbers: all of them up, each at random, and alike along an axis as a folded scale moves them."""


def moves(array: np.ndarray, pattern: int) -> np.ndarray:
    """One unit in the last place for every number that is not short; equal arrays move alike.

    A small number moves by the unit of its array's root mean square, since sums that cancel are rounded by as much; where
    all numbers move up, each moves by its own.
    """
    wide, one = np.asarray(array, np.float64), unit(array.dtype)
    sizes = np.abs(np.where(np.isfinite(wide), wide, 0.0))
    if pattern == 0 or not wide.size:
        return np.where(is_short(array), 0.0, one * sizes)
    least = float(np.sqrt(np.mean(sizes**2))) if wide.ndim else 0.0
    return one * np.where(is_short(array), least, np.maximum(sizes, least)) * _signs(wide, pattern)


def _signs(array: np.ndarray, pattern: int) -> np.ndarray:
    """1 and -1 at random, alike along all but the first axis, or all but the last, or not at all."""
    draws = np.random.default_rng([zlib.crc32(np.ascontiguousarray(array).tobytes()), pattern])
    ones = (1,) * (array.ndim - 1)
    alike = {1: array.shape[:1] + ones, 2: ones + array.shape[-1:]} if array.ndim else {}
    return draws.choice((-1.0, 1.0), alike.get(pattern, array.shape))


class Moved(Arithmetic):
    """Another arithmetic, with constants moved that the other side lacks."""

    def __init__(self, inner: Arithmetic, other: Numbers, pattern: int) -> None:
        self.inner, self.other, self.pattern = inner, other, pattern

    def given(self, value: Value) -> Value:
        return self._moved(value)

    def computed(self, equation: JaxprEqn, value: Value) -> Value:
        return self._moved(value)

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        return self.inner.rounded(equation, place, operands, outcome)

    def _moved(self, value: Value) -> Value:
        array = np.asarray(value)
        if self.other.hold(array):
            return value
        moved = np.asarray(array, np.float64) + moves(array, self.pattern)
        return jnp.asarray(np.where(is_short(array), array, moved.astype(array.dtype)))


def moved_leaf(leaf: Leaf, pattern: int) -> np.ndarray:
    """A parameter with every number moved, in float64."""
    return np.asarray(leaf, np.float64) + moves(leaf, pattern)
