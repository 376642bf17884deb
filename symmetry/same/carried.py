"""Which numbers of one side the other lacks: only those can have been rounded when the one was made from the other.

A permuted, transposed, sliced or fused parameter holds the numbers that were there before; a folded one holds new ones.
"""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from jax.extend.core import JaxprEqn

from symmetry.gradcheck.jaxpr.values import Value, is_inexact, is_key
from symmetry.same.arithmetic import is_short, unit
from symmetry.same.evaluate import Arithmetic
from symmetry.same.sides import Leaf, Side

FEW = 8
"""Numbers of an array below which a match must be of the numbers themselves, not only up to signs and powers of 2."""


@dataclasses.dataclass(frozen=True)
class Numbers:
    """The floats of a side that depend on no input: sizes, how often each parameter's occurs, and whole arrays."""

    sizes: np.ndarray
    parameters: tuple[np.ndarray, np.ndarray]
    arrays: frozenset[bytes]

    def hold(self, array: np.ndarray) -> bool:
        """Whether an array has no number that is new: its numbers are here, or are short ones such as 0.5.

        In 16 bits numbers coincide by chance, so that all of an array must be found in one array, in some order.
        """
        short = is_short(array)
        if short.all() or _print(array) in self.arrays:
            return True
        return array.dtype.itemsize > 2 and bool(np.isin(_sizes(array[~short]), self.sizes).all())

    def hold_all(self, arrays: Iterable[np.ndarray]) -> bool:
        """Whether every number of the arrays occurs among the parameters here at least as often."""
        values, counts = _counted(arrays)
        known, times = self.parameters
        if not np.isin(values, known).all():
            return False
        return bool((counts <= times[np.searchsorted(known, values)]).all())


def numbers_of(parameters: Sequence[Leaf], constants: Iterable[np.ndarray]) -> Numbers:
    """The numbers of a side: those of its parameters, and the constants that its program holds or computes."""
    own = floats(parameters)
    arrays = [*own, *constants]
    sizes = np.unique(np.concatenate([_sizes(array).ravel() for array in arrays])) if arrays else np.zeros(0)
    return Numbers(sizes, _counted(own), frozenset(map(_print, arrays)))


def floats(leaves: Sequence[Leaf]) -> list[np.ndarray]:
    """The arrays of floats among leaves."""
    return [leaf for leaf in leaves if not is_key(leaf) and is_inexact(leaf.dtype)]


def new_parameters(side: Side, other: Numbers) -> tuple[bool, ...]:
    """For each parameter of a side, whether it holds numbers that the other side lacks."""
    if other.hold_all(floats(side.parameters)):
        return (False,) * len(side.parameters)
    return tuple(not is_key(leaf) and is_inexact(leaf.dtype) and not other.hold(leaf) for leaf in side.parameters)


def rounded_alike(side: Side, other: Side) -> tuple[Side, str]:
    """The side with parameters rounded to the other's type, and which that is, where that is how the other's came about.

    All of them are, if that gives every number of the other side; if not, those whose rounded arrays are there.
    """
    coarse = max((np.dtype(leaf.dtype) for leaf in floats(other.parameters)), key=unit, default=None)
    if coarse is None or all(unit(leaf.dtype) >= unit(coarse) for leaf in floats(side.parameters)):
        return side, ""
    known, theirs = numbers_of(other.parameters, ()), floats(other.parameters)
    leaves = [_rounded(leaf, coarse, known) for leaf in side.parameters]
    if numbers_of(leaves, ()).hold_all(theirs):
        return side.holding(leaves), coarse.name
    found = [is_key(leaf) or known.hold(leaf) for leaf in leaves]
    kept = [new if here else old for old, new, here in zip(side.parameters, leaves, found, strict=True)]
    changed = any(new is not old for old, new in zip(side.parameters, kept, strict=True))
    return (side.holding(kept), coarse.name) if changed else (side, "")


def _rounded(leaf: Leaf, coarse: np.dtype, known: Numbers) -> Leaf:
    """A parameter rounded to a type, if it is not known as it is."""
    if is_key(leaf) or not is_inexact(leaf.dtype) or known.hold(leaf):
        return leaf
    return leaf.astype(coarse).astype(leaf.dtype)


class Collecting(Arithmetic):
    """Another arithmetic, which keeps the constants that come by."""

    def __init__(self, inner: Arithmetic) -> None:
        self.inner = inner
        self.constants: list[np.ndarray] = []

    def given(self, value: Value) -> Value:
        self.constants.append(np.asarray(value))
        return self.inner.given(value)

    def computed(self, equation: JaxprEqn, value: Value) -> Value:
        self.constants.append(np.asarray(value))
        return self.inner.computed(equation, value)

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        return self.inner.rounded(equation, place, operands, outcome)


def _sizes(array: np.ndarray) -> np.ndarray:
    return np.abs(np.asarray(array, np.float64))


def _counted(arrays: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The sizes that occur, in order, and how often each does."""
    sizes = [_sizes(array).ravel() for array in arrays]
    return np.unique(np.concatenate(sizes) if sizes else np.zeros(0), return_counts=True)


def _print(array: np.ndarray) -> bytes:
    """The same for arrays of the same numbers in any order, of any signs, and times any power of 2."""
    sizes = _sizes(array).ravel()
    return np.sort(np.frexp(sizes)[0] if len(sizes) >= FEW else sizes).tobytes()
