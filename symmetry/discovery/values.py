"""What discovery knows of a value of the program: its axes, and its entries where they are constants."""

import dataclasses
from collections.abc import Hashable

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.axes import Axes, Axis, fresh, row

MOST_ENTRIES = 1 << 20
"""Larger constants are not computed."""

MOST_PIECES = 512
"""Longer axes are not divided into pieces; nothing moves along them then."""

VARIES = "a constant whose entries differ along it"


@dataclasses.dataclass(frozen=True)
class Value:
    """A value of the program.

    Attributes:
        axes: what moves along each axis.
        array: its entries if it is a constant; else None.
        even: the axes along which all entries are equal, whatever the parameters are.
    """

    axes: Axes
    array: np.ndarray | jax.Array | None = None
    even: frozenset[int] = frozenset()

    @property
    def known(self) -> np.ndarray | None:
        """The entries, if it is a constant of few integers or truth values."""
        if self.array is None or self.array.size > MOST_ENTRIES or not isinstance(self.array.dtype, np.dtype):
            return None
        return np.asarray(self.array) if self.array.dtype.kind in "biu" else None

    def unknown(self) -> "Value":
        """The same value in a loop, where what it is at first is not what it stays."""
        return Value(self.axes)

    def again(self) -> "Value":
        """The same value where it is used once more: what is equal along an axis need not move as it does elsewhere."""
        axes = [Axis(axis.size) if place in self.even else axis for place, axis in enumerate(self.axes)]
        return Value(tuple(axes), self.array, self.even)


@dataclasses.dataclass(frozen=True)
class Mark:
    """Units of a constant that have equal entries; units with different marks are never in one group.

    Attributes:
        axis: the units.
        name: equal for the units that have equal entries.
    """

    axis: Axis
    name: Hashable


def constant(array: np.ndarray | jax.Array) -> tuple[Value, list[Mark]]:
    """A constant of the program: along each axis, entries that are equal can move, and others cannot."""
    if array.size == 0 or jnp.issubdtype(array.dtype, jax.dtypes.extended):
        return Value(fresh(array.shape, VARIES)), []
    entries = np.asarray(array)
    if entries.dtype.kind == "V":  # bfloat16 and the like, which NumPy cannot compare
        entries = entries.astype(np.float32)
    entries = _with_signs_of_zeros(entries)
    varies = [axis for axis in range(entries.ndim) if not _is_uniform(entries, axis)]
    axes = list(fresh(entries.shape))
    if _is_diagonal(entries, varies):
        axes[varies[1]] = axes[varies[0]]
        return Value(tuple(axes), array), []
    marks: list[Mark] = []
    for axis in varies:
        axes[axis], found = _pieces(entries, axis)
        marks += found
    return Value(tuple(axes), array, frozenset(range(entries.ndim)) - frozenset(varies)), marks


def _with_signs_of_zeros(entries: np.ndarray) -> np.ndarray:
    """Numbers that differ where entries do, also 0.0 and -0.0: NumPy holds these to be equal, but division does not."""
    if entries.dtype.kind not in "fc":
        return entries
    negative = [(part == 0) & np.signbit(part) for part in (np.real(entries), np.imag(entries))]
    if not any(one.any() for one in negative):
        return entries
    kinds = np.unique(entries, return_inverse=True)[1].reshape(entries.shape)
    return np.where(entries == entries, 4 * kinds + 2 * negative[0] + negative[1], np.nan)


def _is_uniform(entries: np.ndarray, axis: int) -> bool:
    """Whether all slices along the axis are equal; NaN equals nothing."""
    return bool((entries == entries.take([0], axis)).all())


def _is_diagonal(entries: np.ndarray, varies: list[int]) -> bool:
    """Whether entries depend only on whether two indices are equal, as those of the identity matrix do."""
    if len(varies) != 2 or len({entries.shape[axis] for axis in varies}) != 1:
        return False
    matrix = entries[tuple(slice(None) if axis in varies else 0 for axis in range(entries.ndim))]
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    return bool((np.diag(matrix) == matrix[0, 0]).all() and (off == off[0]).all())


def _pieces(entries: np.ndarray, axis: int) -> tuple[Axis, list[Mark]]:
    """The axis as a row of stretches with equal entries."""
    length = entries.shape[axis]
    if length > MOST_PIECES or entries.size > MOST_ENTRIES:
        return Axis(length, frozen=VARIES), []
    slices = np.moveaxis(entries, axis, 0).reshape(length, -1)
    if (slices != slices).any():
        return Axis(length, frozen=VARIES), []
    numbers: dict[bytes, int] = {}
    kinds = np.array([numbers.setdefault(one.tobytes(), len(numbers)) for one in slices])  # sorting them takes long
    if kinds.max() == length - 1:
        return Axis(length, frozen=VARIES), []
    starts = np.flatnonzero(np.diff(kinds, prepend=-1))
    stretches = [Axis(int(size)) for size in np.diff(starts, append=length)]
    here = object()  # marks of another constant are others
    return row(stretches), [Mark(part, (here, int(kinds[at]))) for part, at in zip(stretches, starts, strict=True)]
