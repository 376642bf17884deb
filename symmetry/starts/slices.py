"""The numbers of each unit along one axis of a group, and which unit each entry of an array belongs to."""

import math

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup


def rows_of(group: UnitGroup, axis: GroupAxis, array: np.ndarray) -> list[np.ndarray]:
    """For each block of the group, what each unit has in the array: shape (units, numbers)."""
    front = np.moveaxis(np.asarray(array), axis.axis, 0)
    return [_rows(axis, front, block) for block in np.ndindex(*group.blocks)]


def _rows(axis: GroupAxis, front: np.ndarray, block: tuple[int, ...]) -> np.ndarray:
    positions = axis.positions
    for part, number in zip(axis.blocks, block, strict=False):
        if part.axis == axis.axis:
            copies = positions.reshape(len(positions), -1)[:, 0]
            positions = positions[part.index[copies] == number]
        else:
            place = part.axis + (part.axis < axis.axis)
            front = np.compress(part.index == number, front, axis=place)
    taken = np.moveaxis(front[positions], 1, 0)
    return taken.reshape(len(taken), -1)


def unit_of_entries(group: UnitGroup, axis: GroupAxis, shape: tuple[int, ...]) -> np.ndarray:
    """The unit that each entry belongs to, counted through all blocks; -1 for none. It broadcasts to the array's shape."""
    along = np.full(shape[axis.axis], -1)
    units = np.broadcast_to(
        np.arange(group.size).reshape(-1, *[1] * (axis.positions.ndim - 2)), axis.positions.shape[1:]
    )
    along[axis.positions] = units
    unit = _lying(along, axis.axis, len(shape))
    block, outside = np.zeros_like(unit), unit < 0
    for part, count in zip(axis.blocks, group.blocks, strict=False):
        index = _lying(part.index, part.axis, len(shape))
        block, outside = block * count + index, outside | (index < 0)
    return np.where(outside, -1, block * group.size + unit)


def gathered(group: UnitGroup, axis: GroupAxis, array: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """The array in which unit j has what unit sources[j] had along this axis; units are counted through all blocks."""
    units = unit_of_entries(group, axis, array.shape)
    copies = np.zeros(array.shape[axis.axis], int)
    copies[axis.positions] = np.arange(len(axis.positions))[:, None]
    here = np.arange(array.shape[axis.axis])
    places: list[np.ndarray] = list(np.ogrid[tuple(map(slice, array.shape))])
    copy, still = (_lying(each, axis.axis, array.ndim) for each in (copies, here))
    places[axis.axis] = np.where(units < 0, still, axis.positions[copy, sources[units] % group.size])
    return array[tuple(places)]


def by_unit(group: UnitGroup, axis: GroupAxis, array: np.ndarray, reduce: np.ufunc, empty: float) -> np.ndarray:
    """The entries of an array reduced to one number a unit, such as their maximum: shape (blocks times size,)."""
    units = unit_of_entries(group, axis, array.shape)
    others = tuple(place for place in range(array.ndim) if units.shape[place] == 1 and array.shape[place] > 1)
    reduced = reduce.reduce(array, axis=others, keepdims=True) if others else array
    units = np.broadcast_to(units, reduced.shape)
    found = np.full(math.prod(group.blocks) * group.size, empty, dtype=array.dtype)
    reduce.at(found, units[units >= 0], reduced[units >= 0])
    return found


def _lying(values: np.ndarray, axis: int, dimensions: int) -> np.ndarray:
    return values.reshape([-1 if place == axis else 1 for place in range(dimensions)])
