"""Groups as they are reported: from sets of units to positions along the axes of parameters."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from symmetry.discovery.axes import Axes, Axis
from symmetry.discovery.groups import Block, FrozenAxis, GroupAxis, UnitGroup, UnitGroups
from symmetry.discovery.layout import Term, layout


@dataclasses.dataclass(frozen=True)
class Sets:
    """What was found of the sets of units in the parameters.

    Attributes:
        classes: the sets that together are one group.
        blocks: for a set, the axes on whose index its permutation may depend.
    """

    classes: list[list[Axis]]
    blocks: Mapping[Axis, list[Axis]]

    def blocks_of(self, group: list[Axis]) -> list[Axis]:
        """The axes on whose index the permutation of a group may depend."""
        together = {axis for one in self.classes if len(one) > 1 for axis in one}  # their index is no index of one axis
        shared = [self.blocks.get(units, []) for units in group]
        return [axis for axis in shared[0] if axis not in together and all(axis in others for others in shared)]


def found_groups(params: Mapping[str, Axes], sets: Sets) -> UnitGroups:
    """The groups in the order of the parameters, and what is frozen."""
    laid = {(path, place): layout(axis) for path, axes in params.items() for place, axis in enumerate(axes)}
    order = {units: at for at, units in enumerate(dict.fromkeys(_sets_in(laid)))}
    classes = [sorted(one, key=order.__getitem__) for one in sets.classes if sum(units.size for units in one) > 1]
    classes.sort(key=lambda one: order[one[0]])
    axes = [_group_axes(one, sets.blocks_of(one), laid) for one in classes]
    names = _names(axes, params)
    named = {units: name for one, name in zip(classes, names, strict=True) for units in one}
    groups = []
    for one, name, own in zip(classes, names, axes, strict=True):
        per = tuple((named.get(axis) or _first_place(axis, laid), axis.size) for axis in sets.blocks_of(one))
        groups.append(UnitGroup(name, sum(units.size for units in one), own, per))
    return UnitGroups(groups, _frozen_axes(laid))


Laid = Mapping[tuple[str, int], list[tuple[Term, np.ndarray]]]
"""The layout of each axis of each parameter."""


def _sets_in(laid: Laid) -> Iterable[Axis]:
    return (units for terms in laid.values() for term, _ in terms for units in term)


def _group_axes(group: list[Axis], blocks: list[Axis], laid: Laid) -> tuple[GroupAxis, ...]:
    found = []
    for (path, place), terms in laid.items():
        for positions in _positions(group, terms):
            own = tuple(_block(axis, path, laid) for axis in blocks)
            found.append(GroupAxis(path, place, positions, own))
    return tuple(found)


def _positions(group: list[Axis], terms: list[tuple[Term, np.ndarray]]) -> list[np.ndarray]:
    """Where the units lie along an axis: rows of positions, or of pairs of them, ...; arrays for one, two, ... at a time."""
    starts = dict(zip(group, itertools.accumulate((units.size for units in group), initial=0), strict=False))
    total = sum(units.size for units in group)
    tables: dict[tuple, np.ndarray] = {}
    counts: dict[tuple, int] = defaultdict(int)
    for term, places in terms:
        mine = [at for at, units in enumerate(term) if units in starts]
        if not mine:
            continue
        beside = tuple(None if units in starts else units for units in term)
        key = (beside, counts[(term, beside)])  # a term can lie twice along an axis: gates
        counts[(term, beside)] += 1
        shape = [units.size for units in beside if units is not None] + [total] * len(mine)
        table = tables.setdefault(key, np.full(shape, -1))
        moved = np.moveaxis(places, mine, range(places.ndim - len(mine), places.ndim))
        stretch = (slice(starts[term[at]], starts[term[at]] + term[at].size) for at in mine)
        table[(..., *stretch)] = moved
    by_count: dict[int, list[np.ndarray]] = defaultdict(list)
    for (beside, _), table in tables.items():
        units = beside.count(None)
        by_count[units].append(table.reshape(-1, *[total] * units))
    return [np.concatenate(rows) for rows in by_count.values()]


def _block(axis: Axis, path: str, laid: Laid) -> Block:
    """Where the index lies among the axes of a parameter."""
    for (own, place), terms in laid.items():
        index = np.full(sum(places.size for _, places in terms), -1)
        for term, places in terms:
            if axis in term:
                along = [-1 if units is axis else 1 for units in term]
                index[places] = np.arange(axis.size).reshape(along)
        if own == path and (index >= 0).any():
            return Block(place, index)
    raise AssertionError(f"{path} has no index of the blocks.")


def _names(groups: list[tuple[GroupAxis, ...]], params: Mapping[str, Axes]) -> list[str]:
    """For each group the first module in it, or the first parameter that has one axis; a number tells equal ones apart."""
    names = []
    for axes in groups:
        paths = [axis.path for axis in axes]
        path = next((path for path in paths if len(params[path]) == 1), paths[0])
        names.append(path.rpartition("/")[0] or path)
    taken: dict[str, int] = defaultdict(int)
    for at, name in enumerate(names):
        taken[name] += 1
        if taken[name] > 1:
            names[at] = f"{name} ({taken[name]})"
    return names


def _first_place(axis: Axis, laid: Laid) -> str:
    return next(f"{path}:{place}" for (path, place), terms in laid.items() if any(axis in term for term, _ in terms))


def _frozen_axes(laid: Laid) -> list[FrozenAxis]:
    found = []
    for (path, place), terms in laid.items():
        reasons: dict[str, list[np.ndarray]] = defaultdict(list)
        for term, places in terms:
            frozen = [units.frozen for units in term if units.size > 1] or [units.frozen for units in term]
            if all(frozen):
                reasons[str(frozen[0])].append(places.ravel())
        found += [
            FrozenAxis(path, place, np.sort(np.concatenate(positions)), reason) for reason, positions in reasons.items()
        ]
    return found
