"""Where one axis of one parameter carries the units of a name: the layout that specifications and groups are compared by."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from symmetry.discovery.groups import Block


@dataclasses.dataclass(frozen=True)
class Placement:
    """The units of a name along one axis of a parameter.

    Attributes:
        name: how a specification calls the units.
        positions: integer array of shape (copies, size), or (copies, size, size) for pairs of units, as in `GroupAxis`.
        blocks: where the blocks lie that each have a permutation of their own.
    """

    name: str
    positions: np.ndarray
    blocks: tuple[Block, ...] = ()

    @property
    def size(self) -> int:
        return self.positions.shape[-1]

    @property
    def is_plain(self) -> bool:
        """Whether the axis is these units one after another, which one name says."""
        return (
            self.positions.shape[0] == 1 and np.array_equal(self.positions[0], np.arange(self.size)) and not self.blocks
        )

    def same_as(self, other: "Placement") -> bool:
        """Whether both name and layout are equal; in which order the copies are listed does not matter."""
        return self.name == other.name and same_layout(self, other)


AxisPlacements = tuple[Placement, ...]
"""Everything that lies on one axis."""

Placements = Mapping[str, tuple[AxisPlacements, ...]]
"""For each parameter, by path, what lies on each of its axes."""


def same_layout(one: Placement, other: Placement) -> bool:
    """Whether the units lie alike, whatever they are called."""
    return np.array_equal(sorted_copies(one.positions), sorted_copies(other.positions)) and same_blocks(one, other)


def same_blocks(one: Placement, other: Placement) -> bool:
    """Whether the same blocks have permutations of their own."""
    return len(one.blocks) == len(other.blocks) and all(
        mine.axis == theirs.axis and np.array_equal(mine.index, theirs.index)
        for mine, theirs in zip(one.blocks, other.blocks, strict=True)
    )


def sorted_copies(positions: np.ndarray) -> np.ndarray:
    """The copies in the order in which they come along the axis."""
    first = positions.reshape(len(positions), -1)[:, :1]
    return positions[np.argsort(first.ravel(), kind="stable")]


def reordered(positions: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The same units under other numbers: unit i is what was unit order[i]."""
    for axis in range(1, positions.ndim):
        positions = np.take(positions, order, axis=axis)
    return positions


def same_axis(one: AxisPlacements, other: AxisPlacements) -> bool:
    """Whether two axes carry the same names in the same layouts."""
    return len(one) == len(other) and all(any(mine.same_as(theirs) for theirs in other) for mine in one)


def units_of(positions: np.ndarray, length: int) -> np.ndarray:
    """Which unit lies at each position, -1 for none: shape (length, 1), or (length, 2) for pairs of units.

    >>> units_of(np.array([[0, 2]]), 3).ravel().tolist()
    [0, -1, 1]
    """
    indices = np.indices(positions.shape[1:])
    units = np.full((length, positions.ndim - 1), -1)
    for copy in positions:
        units[copy.ravel()] = indices.reshape(len(indices), -1).T
    return units


def positions_of(units: np.ndarray) -> np.ndarray:
    """The inverse of `units_of`: the copies of a unit are taken in the order in which they come along the axis.

    Raises:
        ValueError: not every unit (or pair) lies there equally often.
    """
    size = int(units.max()) + 1
    present = np.flatnonzero((units >= 0).all(axis=1))
    keys = np.ravel_multi_index(tuple(units[present].T), (size,) * units.shape[1])
    counts = np.bincount(keys, minlength=size ** units.shape[1])
    if counts.min() != counts.max():
        often, seldom = int(counts.argmax()), int(counts.argmin())
        raise ValueError(
            f"unit {often} lies {counts.max()} times on it, but unit {seldom} lies {counts.min()} times; "
            "every unit must lie on an axis equally often."
        )
    places = present[np.argsort(keys, kind="stable")].reshape(*(size,) * units.shape[1], -1)
    return np.moveaxis(places, -1, 0)
