"""The units of a group that are equal, opposite or proportional at a start, found by comparing what each has, exactly."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.starts.relation import Relation, UnitClass
from symmetry.starts.slices import rows_of
from symmetry.starts.trained_tree import Arrays


def equal_units(group: UnitGroup, axes: Sequence[GroupAxis], arrays: Arrays) -> Relation:
    """The classes of units that can be exchanged along these axes without changing any number."""
    labels = [_joined([_labels(row) for row in rows]) for rows in _rows_by_block(group, axes, arrays)]
    return _confirmed(Relation(group, "equal", _classes(group, labels), tuple(axes)), arrays)


def opposite_units(group: UnitGroup, arrays: Arrays) -> Relation:
    """The classes of units that are equal but for the sign of everything they have, and not all equal."""
    classes = []
    for block, rows in zip(np.ndindex(*group.blocks), _rows_by_block(group, group.axes, arrays), strict=True):
        numbers = np.concatenate(rows, axis=1)
        signs = np.sign(np.real(_first_nonzero(numbers)))
        for units in _members(_labels(numbers * signs[:, None])):
            chosen = signs[list(units)]
            if len(set(chosen)) == 2:
                classes.append(UnitClass(units, block, tuple(map(float, chosen))))
    return _confirmed(Relation(group, "opposite", tuple(classes), group.axes), arrays)


def proportional_units(group: UnitGroup, arrays: Arrays, unit: float) -> Relation:
    """The classes of units of which one is a positive multiple of the other but for rounding, and not all equal.

    Args:
        unit: the unit in the last place of the floats in which the parameters were made: each number was rounded when it
            was multiplied, and is here divided by its unit's largest, so that two of them may be 8 such units apart.
    """
    classes = []
    for block, rows in zip(np.ndindex(*group.blocks), _rows_by_block(group, group.axes, arrays), strict=True):
        numbers = np.concatenate(rows, axis=1)
        largest = np.abs(numbers).max(axis=1, initial=0.0)
        alive = np.flatnonzero(largest > 0)
        for units in _near(numbers[alive] / largest[alive, None], 8 * unit):
            chosen = alive[list(units)]
            if len(set(largest[chosen])) > 1:
                classes.append(UnitClass(tuple(map(int, chosen)), block, tuple(map(float, largest[chosen]))))
    return Relation(group, "proportional", tuple(classes), group.axes)


def _rows_by_block(group: UnitGroup, axes: Sequence[GroupAxis], arrays: Arrays) -> list[list[np.ndarray]]:
    """For each block, what each unit has in each array. Where an array has several of the axes, its numbers are sorted."""
    several = {path for path, count in Counter(axis.path for axis in axes).items() if count > 1}
    found = []
    for axis in axes:
        rows = rows_of(group, axis, arrays[axis.path])
        found.append([np.sort(row, axis=1) if _is_mixed(axis, several) else row for row in rows])
    return [list(block) for block in zip(*found, strict=True)]


def _is_mixed(axis: GroupAxis, several: set[str]) -> bool:
    return axis.path in several or axis.positions.ndim > 2


def _labels(rows: np.ndarray) -> list[Hashable]:
    """For each unit what it has, so that equal units have equal labels; 0 and -0 are one number."""
    return [row.tobytes() for row in np.ascontiguousarray(rows + 0.0)]


def _joined(labels: Iterable[list[Hashable]]) -> list[Hashable]:
    return list(zip(*labels, strict=True))


def _members(labels: Sequence[Hashable]) -> list[tuple[int, ...]]:
    found: dict[Hashable, list[int]] = {}
    for unit, label in enumerate(labels):
        found.setdefault(label, []).append(unit)
    return [tuple(units) for units in found.values() if len(units) > 1]


def _classes(group: UnitGroup, labels: Sequence[list[Hashable]]) -> tuple[UnitClass, ...]:
    blocks = zip(np.ndindex(*group.blocks), labels, strict=True)
    return tuple(UnitClass(units, block) for block, each in blocks for units in _members(each))


def _near(rows: np.ndarray, allowed: float) -> list[tuple[int, ...]]:
    """Classes of rows within `allowed` of the first of their class, in every number."""
    reals = np.ascontiguousarray(rows).view(float)
    width = reals.shape[1]
    projected = reals @ np.cos(np.arange(width))  # rows that are near have near projections, so few are compared
    reach = width * (allowed + width * np.finfo(float).eps)
    left, found = np.argsort(projected, kind="stable"), []
    while len(left):
        close = left[: np.searchsorted(projected[left], projected[left[0]] + reach, side="right")]
        same = close[np.abs(reals[close] - reals[left[0]]).max(axis=1) <= allowed]
        if len(same) > 1:
            found.append(tuple(sorted(same.tolist())))
        left = left[~np.isin(left, same)]
    return found


def _first_nonzero(rows: np.ndarray) -> np.ndarray:
    places = (rows != 0).argmax(axis=1)
    return rows[np.arange(len(rows)), places]


def _confirmed(relation: Relation, arrays: Arrays) -> Relation:
    """The relation with the classes that exchanges of units really leave as they are; the others are taken apart in pairs."""
    if not relation.classes:
        return relation
    holds = relation.holds(arrays)
    kept = [each for each, right in zip(relation.classes, holds, strict=True) if right]
    for each in (each for each, right in zip(relation.classes, holds, strict=True) if not right):
        kept += _taken_apart(relation, each, arrays)
    return Relation(relation.group, relation.kind, tuple(kept), relation.axes)


def _taken_apart(relation: Relation, mixed: UnitClass, arrays: Arrays) -> list[UnitClass]:
    factors = dict(zip(mixed.units, mixed.factors or [1.0] * len(mixed.units), strict=True))
    left, found = list(mixed.units), []
    while left:
        first, same = left[0], [left[0]]
        for unit in left[1:]:
            pair = UnitClass((first, unit), mixed.block, (factors[first], factors[unit]) if mixed.factors else ())
            if Relation(relation.group, relation.kind, (pair,), relation.axes).holds(arrays)[0]:
                same.append(unit)
        left = [unit for unit in left if unit not in same]
        chosen = tuple(factors[unit] for unit in same) if mixed.factors else ()
        if len(same) > 1 and (relation.kind == "equal" or len(set(chosen)) > 1):
            found.append(UnitClass(tuple(same), mixed.block, chosen))
    return found
