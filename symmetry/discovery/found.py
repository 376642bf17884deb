"""Groups as they are reported: from sets of units to positions along the axes of parameters."""

import dataclasses
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from symmetry.discovery.axes import Axes, Axis
from symmetry.discovery.groups import Block, FrozenAxis, GroupAxis, UnitGroup, UnitGroups
from symmetry.discovery.layout import Term, layout


@dataclasses.dataclass(frozen=True)
class Array:
    """What can move in a parameter, or in one slice of it.

    Attributes:
        path: the parameter.
        axes: its axes.
        only: the axis and the index of the slice; None if all of it moves.
    """

    path: str
    axes: Axes
    only: tuple[int, int] | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Along:
    """An axis of an array, written out.

    Attributes:
        array: the array.
        axis: which of its axes.
        terms: the layout of the axis.
    """

    array: Array
    axis: int
    terms: list[tuple[Term, np.ndarray]]


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


def found_groups(arrays: Sequence[Array], sets: Sets) -> UnitGroups:
    """The groups in the order of the parameters, and what is frozen."""
    laid = [Along(array, place, layout(axis)) for array in arrays for place, axis in enumerate(array.axes)]
    order = {units: at for at, units in enumerate(dict.fromkeys(_sets_in(laid)))}
    classes = [sorted(one, key=order.__getitem__) for one in sets.classes if sum(units.size for units in one) > 1]
    classes.sort(key=lambda one: order[one[0]])
    where: dict[Axis, dict[Along, None]] = defaultdict(dict)
    for along in laid:
        for units in _sets_in([along]):
            where[units][along] = None
    axes = [_group_axes(one, sets.blocks_of(one), where) for one in classes]
    names = _names(axes, {array.path: len(array.axes) for array in arrays})
    named = {units: name for one, name in zip(classes, names, strict=True) for units in one}
    groups = []
    for one, name, own in zip(classes, names, axes, strict=True):
        per = tuple((named.get(axis) or _first_place(where[axis]), axis.size) for axis in sets.blocks_of(one))
        groups.append(UnitGroup(name, sum(units.size for units in one), own, per))
    return UnitGroups(groups, _frozen_axes(laid))


def _sets_in(laid: Sequence[Along]) -> Iterable[Axis]:
    return (units for along in laid for term, _ in along.terms for units in term)


def _group_axes(
    group: list[Axis], blocks: list[Axis], where: Mapping[Axis, Mapping[Along, None]]
) -> tuple[GroupAxis, ...]:
    found = []
    for along in {along: None for units in group for along in where[units]}:
        array = along.array
        own = tuple(_block(axis, _beside(group, along, axis, where[axis])) for axis in blocks)
        found += [
            GroupAxis(array.path, along.axis, positions, own, array.only)
            for positions in _positions(group, along.terms)
        ]
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


def _beside(group: list[Axis], along: Along, axis: Axis, where: Iterable[Along]) -> Along:
    """Where the index of the units along an axis lies: beside them along the same axis, or else along one other."""
    if any(axis in term and not {*group}.isdisjoint(term) for term, _ in along.terms):
        return along
    (other,) = (one for one in where if one.array is along.array and one is not along)
    return other


def _block(axis: Axis, one: Along) -> Block:
    """Which index each position has."""
    index = np.full(sum(places.size for _, places in one.terms), -1)
    for term, places in one.terms:
        if axis in term:
            index[places] = np.arange(axis.size).reshape([-1 if units is axis else 1 for units in term])
    return Block(one.axis, index)


def _names(groups: list[tuple[GroupAxis, ...]], dimensions: Mapping[str, int]) -> list[str]:
    """For each group the first module in it, or the first parameter if a module has several groups, and then a number."""
    first = [next((axis for axis in axes if dimensions[axis.path] == 1), axes[0]) for axes in groups]
    modules = [axis.path.rpartition("/")[0] for axis in first]
    names = []
    for axis, module in zip(first, modules, strict=True):
        alone = module and modules.count(module) == 1
        slice_ = "" if axis.only is None else f"[{axis.only[1]}]"
        names.append((module if alone else axis.path) + slice_)
    seen = Counter[str]()
    for at, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            names[at] = f"{name} ({seen[name]})"
    return names


def _first_place(along: Iterable[Along]) -> str:
    first = next(iter(along))
    return f"{first.array.path}:{first.axis}"


def _frozen_axes(laid: Sequence[Along]) -> list[FrozenAxis]:
    """What does not move, with its reason; an array that is used slice by slice is told about once."""
    found: dict[tuple[str, int, str], list[np.ndarray]] = defaultdict(list)
    for along in laid:
        for term, places in along.terms:
            reasons = [units.frozen for units in term if units.size > 1] or [units.frozen for units in term]
            if all(reasons):
                found[(along.array.path, along.axis, str(reasons[0]))].append(places.ravel())
    return [
        FrozenAxis(path, axis, np.unique(np.concatenate(positions)), reason)
        for (path, axis, reason), positions in found.items()
    ]
