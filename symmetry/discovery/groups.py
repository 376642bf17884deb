"""Groups of units: which positions of which parameters move together when the units of a group are permuted."""

import dataclasses
from collections.abc import Sequence

import jax
import numpy as np

from symmetry.discovery.leaves import Leaf, Tree, map_arrays, named_arrays
from symmetry.given import shown


@dataclasses.dataclass(frozen=True)
class Block:
    """Along which axis of a parameter the blocks lie that each have a permutation of their own.

    Attributes:
        axis: the axis of the parameter.
        index: the block at each position of that axis, an integer array of shape (length of the axis,); -1 for none.
    """

    axis: int
    index: np.ndarray


@dataclasses.dataclass(frozen=True)
class GroupAxis:
    """The positions along one axis of one parameter that a group moves.

    Attributes:
        path: the parameter, such as `Dense_0/kernel`.
        axis: the axis of the parameter.
        positions: integer array of shape (copies, size): row r lists where the units are, and all rows move alike. Where
            positions stand for pairs of units, as in a flattened outer product, the shape is (copies, size, size).
        blocks: where the blocks lie, one for each entry of the group's `per`.
        only: an axis of the parameter and an index along it, if the group moves this slice only: one layer of several that
            lie in one array; else None.
    """

    path: str
    axis: int
    positions: np.ndarray
    blocks: tuple[Block, ...] = ()
    only: tuple[int, int] | None = None

    @property
    def place(self) -> str:
        """The parameter, the slice if it moves only one, and the axis: `Dense_0/kernel:1`, `layers[2]:0`.

        >>> GroupAxis("layers", 1, np.arange(6).reshape(1, 6), only=(0, 2)).place
        'layers[2]:1'
        """
        if self.only is None:
            return f"{self.path}:{self.axis}"
        axis, index = self.only
        return f"{self.path}[{':, ' * axis}{index}]:{self.axis}"


@dataclasses.dataclass(frozen=True)
class UnitGroup:
    """Units that can be permuted in any way: the function of the parameters does not change.

    Attributes:
        name: the first parameter that the units are in, without its last part.
        size: how many units; the group has size! permutations (of each block).
        axes: everything that moves with them.
        per: if each block can have a permutation of its own, what the blocks are and how many: ("attention/query:1", 4).
    """

    name: str
    size: int
    axes: tuple[GroupAxis, ...]
    per: tuple[tuple[str, int], ...] = ()

    @property
    def blocks(self) -> tuple[int, ...]:
        """How many blocks there are, one number for each entry of `per`."""
        return tuple(count for _, count in self.per)

    def act(self, permutation: Sequence | np.ndarray, params: Tree) -> Tree:
        """The parameters with unit permutation[i] in the place of unit i, along every axis of the group.

        Args:
            permutation: a permutation of range(size), or one for each block, of shape (*blocks, size).
            params: a tree with the parameters of the group; leaves without values (`jax.ShapeDtypeStruct`) stay.

        Raises:
            ValueError: the permutation is none, or not of this size; a parameter is missing or has another shape.
        """
        chosen = self._permutation(permutation)
        arrays = named_arrays(params)
        for axis in self.axes:
            _require_fits(self, axis, arrays)

        def moved(path: str, leaf: Leaf) -> Leaf:
            for axis in self.axes:
                if axis.path == path and not isinstance(leaf, jax.ShapeDtypeStruct):
                    leaf = _moved(leaf, axis, chosen)
            return leaf

        return map_arrays(moved, params)

    def _permutation(self, permutation: Sequence | np.ndarray) -> np.ndarray:
        try:
            chosen = np.asarray(permutation)
        except (TypeError, ValueError):  # such as lists of other lengths
            chosen = np.empty(0)
        if chosen.dtype.kind not in "iu":
            raise ValueError(f"{self.name}: {shown(permutation)} is no permutation; pass an array of indices.")
        shapes = {(self.size,), (*self.blocks, self.size)}
        if chosen.shape not in shapes:
            wanted = " or ".join(map(str, sorted(shapes, key=len)))
            raise ValueError(
                f"{self.name}: the permutation has shape {chosen.shape}, but the group has {self.size} units; "
                f"pass an array of shape {wanted}."
            )
        if not np.array_equal(np.sort(chosen, axis=-1), np.broadcast_to(np.arange(self.size), chosen.shape)):
            raise ValueError(
                f"{self.name}: {chosen.tolist()} is not a permutation of range({self.size}); "
                "pass each of its numbers once, as numpy.random.permutation does."
            )
        return np.broadcast_to(chosen, (*self.blocks, self.size))

    def __str__(self) -> str:
        per = "".join(f", one permutation for each of {count} of {name}" for name, count in self.per)
        where = ", ".join(dict.fromkeys(axis.place for axis in self.axes))
        return f"{self.name}: {self.size} units{per} ({where})"


@dataclasses.dataclass(frozen=True)
class FrozenAxis:
    """An axis of a parameter, or a part of one, that no group moves.

    Attributes:
        path: the parameter.
        axis: its axis.
        positions: which positions along the axis, an integer array.
        reason: what froze them: "an input", "an output", "iota", "a constant", "no equation uses it".
    """

    path: str
    axis: int
    positions: np.ndarray
    reason: str


class UnitGroups(tuple[UnitGroup, ...]):
    """The groups of a function, as a tuple, with what is frozen beside them.

    Attributes:
        frozen: every axis of a parameter (or part of it) that nothing moves, with the reason.
    """

    frozen: tuple[FrozenAxis, ...]

    def __new__(cls, groups: Sequence[UnitGroup], frozen: Sequence[FrozenAxis] = ()) -> "UnitGroups":
        made = super().__new__(cls, groups)
        made.frozen = tuple(frozen)
        return made

    def named(self, name: str) -> UnitGroup:
        """The group of this name.

        Raises:
            KeyError: there is none; the message lists the names.
        """
        for group in self:
            if group.name == name:
                return group
        raise KeyError(f"no group is called {name!r}; there are {', '.join(group.name for group in self) or 'none'}.")

    def to_axes(self, params: Tree, *, extended: bool = False) -> dict[str, tuple]:
        """The groups as `{"Dense_0/kernel": (None, "P_0"), ...}`: `symmetry.discovery.specification.to_axes`."""
        from symmetry.discovery.specification import to_axes

        return to_axes(self, params, extended=extended)

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no group of units"


def _require_fits(group: UnitGroup, axis: GroupAxis, arrays: dict[str, Leaf]) -> None:
    if axis.path not in arrays:
        raise ValueError(
            f"{group.name}: the parameters have no array {axis.path}; pass a tree like the one in which the group was "
            f"found. It has {', '.join(arrays) or 'no arrays'}."
        )
    shape = arrays[axis.path].shape
    last = int(axis.positions.max(initial=-1))
    if axis.axis >= len(shape) or last >= shape[axis.axis]:
        raise ValueError(
            f"{group.name}: {axis.path} has shape {shape}, but the group moves position {last} of axis {axis.axis}; "
            "pass parameters of the shapes in which the group was found."
        )


def _moved(leaf: Leaf, axis: GroupAxis, permutations: np.ndarray) -> Leaf:
    """The array with its entries moved along one axis, by the permutation of the block that each entry lies in."""
    sources = _sources(leaf.shape, axis, permutations)
    if sources.ndim == 1:
        return leaf[(slice(None),) * axis.axis + (sources,)]
    indices = [np.arange(length).reshape(_along(place, leaf.ndim)) for place, length in enumerate(leaf.shape)]
    indices[axis.axis] = sources
    return leaf[tuple(indices)]


def _sources(shape: tuple[int, ...], axis: GroupAxis, permutations: np.ndarray) -> np.ndarray:
    """For each position along the axis, the position whose entry comes there: one row, or one for each block."""
    rows = [_row(shape[axis.axis], axis.positions, one) for one in permutations.reshape(-1, permutations.shape[-1])]
    one_for_all = all(np.array_equal(row, rows[0]) for row in rows)
    everywhere = axis.only is None and all((block.index >= 0).all() for block in axis.blocks)
    if everywhere and one_for_all:
        return rows[0]
    blocks = np.zeros([1] * len(shape), int)
    outside = np.zeros([1] * len(shape), bool)
    if axis.only is not None:
        outside = np.arange(shape[axis.only[0]]).reshape(_along(axis.only[0], len(shape))) != axis.only[1]
    for block, count in zip(axis.blocks, permutations.shape, strict=False):
        index = block.index.reshape(_along(block.axis, len(shape)))
        blocks = blocks * count + index
        outside = outside | (index < 0)
    along = np.arange(shape[axis.axis]).reshape(_along(axis.axis, len(shape)))
    return np.where(outside, along, np.stack(rows)[np.where(outside, 0, blocks), along])


def _row(length: int, positions: np.ndarray, permutation: np.ndarray) -> np.ndarray:
    """The sources under one permutation: every row of positions, and each of its axes of units, moves alike."""
    moved = positions
    for axis in range(1, positions.ndim):
        moved = np.take(moved, permutation, axis=axis)
    sources = np.arange(length)
    sources[positions] = moved
    return sources


def _along(axis: int, dimensions: int) -> tuple[int, ...]:
    return tuple(-1 if place == axis else 1 for place in range(dimensions))
