"""Units that are related at a start: equal, opposite or proportional, along all axes of their group or some."""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.starts.slices import by_unit, gathered, unit_of_entries
from symmetry.starts.trained_tree import Arrays


@dataclasses.dataclass(frozen=True)
class UnitClass:
    """Related units of one block of a group.

    Attributes:
        units: their numbers within the block, at least two.
        block: the block; () where the group has none.
        factors: unit units[k] is factors[k] times what all are multiples of: 1 for equal units.
    """

    units: tuple[int, ...]
    block: tuple[int, ...] = ()
    factors: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class Relation:
    """Classes of units of a group that are related along some axes.

    Attributes:
        kind: "equal", "opposite" or "proportional".
        axes: the axes along which they are; those of one array are meant together.
    """

    group: UnitGroup
    kind: str
    classes: tuple[UnitClass, ...]
    axes: tuple[GroupAxis, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(axis.path for axis in self.axes))

    @functools.cached_property
    def _swaps(self) -> tuple[np.ndarray, np.ndarray]:
        """Two permutations that generate all of a class: the first two units exchanged, and all moved on by one."""
        exchanged, moved = (_identity(self.group) for _ in range(2))
        for each in self.classes:
            units = list(each.units)
            exchanged[each.block][units[:2]] = units[1::-1]
            moved[each.block][units] = units[1:] + units[:1]
        return exchanged, moved

    @functools.cached_property
    def _factors(self) -> np.ndarray | None:
        if not any(each.factors for each in self.classes):
            return None
        factors = np.ones((*self.group.blocks, self.group.size))
        for each in self.classes:
            factors[each.block][list(each.units)] = each.factors
        return factors

    @functools.cached_property
    def _class_of_unit(self) -> np.ndarray:
        numbers = np.full((*self.group.blocks, self.group.size), -1)
        for number, each in enumerate(self.classes):
            numbers[each.block][list(each.units)] = number
        return numbers.ravel()

    def gaps(self, arrays: Arrays) -> dict[str, np.ndarray]:
        """For each array the largest difference of any two units that a class relates: one number a class."""
        return {path: self._gap(path, np.asarray(arrays[path])) for path in self.paths}

    def holds(self, arrays: Arrays) -> np.ndarray:
        """Whether each class is related exactly."""
        return np.all([gap == 0 for gap in self.gaps(arrays).values()], axis=0)

    def made_equal(self, arrays: Arrays) -> Arrays:
        """The arrays, in which each unit of a class has what its first has."""
        sources = np.arange(self._class_of_unit.size)
        for number, each in enumerate(self.classes):
            first = np.ravel_multi_index((*each.block, each.units[0]), (*self.group.blocks, self.group.size))
            sources[self._class_of_unit == number] = first
        changed = dict(arrays)
        for axis in self.axes:
            if axis.positions.ndim == 2:
                changed[axis.path] = gathered(self.group, axis, np.asarray(changed[axis.path]), sources)
        return changed

    def _gap(self, path: str, array: np.ndarray) -> np.ndarray:
        axes = tuple(axis for axis in self.axes if axis.path == path)
        factors = _factors_of_entries(self.group, axes, array.shape, self._factors)
        acting = dataclasses.replace(self.group, axes=axes)
        apart = np.zeros(array.shape)
        for permutation in self._swaps:
            image = acting.act(permutation, {path: array / factors})[path] * factors
            apart = np.maximum(apart, np.abs(image - array))
        largest = np.zeros(len(self.classes))
        for axis in axes:
            of_units = by_unit(self.group, axis, apart, np.maximum, 0.0)
            inside = self._class_of_unit >= 0
            np.maximum.at(largest, self._class_of_unit[inside], of_units[inside])
        return largest


def scaled(group: UnitGroup, axes: Sequence[GroupAxis], factors: np.ndarray, arrays: Arrays) -> dict[str, np.ndarray]:
    """The arrays, in which what belongs to unit j along these axes is multiplied by factors[j]."""
    changed = dict(arrays)
    for axis in axes:
        changed[axis.path] = changed[axis.path] * _factors_of_entries(group, (axis,), changed[axis.path].shape, factors)
    return changed


def _factors_of_entries(
    group: UnitGroup, axes: Sequence[GroupAxis], shape: tuple[int, ...], factors: np.ndarray | None
) -> np.ndarray:
    product = np.ones([1] * len(shape))
    if factors is not None:
        for axis in axes:
            units = unit_of_entries(group, axis, shape)
            product = product * np.where(units < 0, 1.0, factors.ravel()[units])
    return product


def _identity(group: UnitGroup) -> np.ndarray:
    return np.array(np.broadcast_to(np.arange(group.size), (*group.blocks, group.size)))
