"""Which name of a specification stands for which discovered group: the one that most of the group's axes are listed under."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.specification.placement import (
    AxisPlacements,
    Placement,
    Placements,
    reordered,
    same_layout,
    sorted_copies,
    units_of,
)


@dataclasses.dataclass(frozen=True)
class Owned:
    """A group under the name that stands for it.

    Attributes:
        group: the discovered group.
        name: its name in the specification, or a new one.
        order: unit i of the name is unit order[i] of the group.
        joins: the group whose name it is, if this one is listed under the name of another, too.
        is_new: whether the specification has no such name.
        has_blocks: whether each block has a permutation of its own under that name, as in the group.
    """

    group: UnitGroup
    name: str
    order: np.ndarray
    joins: UnitGroup | None = None
    is_new: bool = False
    has_blocks: bool = True

    def placements(self) -> Iterator[tuple[str, int, Placement]]:
        """Where the units of the name should be listed: parameter, axis, layout."""
        for axis in self.group.axes:
            blocks = axis.blocks if self.has_blocks else ()
            yield axis.path, axis.axis, Placement(self.name, reordered(axis.positions, self.order), blocks)


@dataclasses.dataclass(frozen=True)
class _Match:
    """On how many axes a name lists a group, and in which order of the units."""

    name: str
    group: UnitGroup
    axes: int
    order: np.ndarray


def owned_groups(listed: Placements, groups: Sequence[UnitGroup]) -> list[Owned]:
    """The groups that a specification lists, each under its right name; those that it does not list are left out.

    A group has the name that most of its axes are listed under, in its layout. A group most of whose axes are listed in
    another layout, or under the name of a group of another size, gets a name of its own.

    Args:
        listed: what the specification says of each parameter.
        groups: the discovered groups.
    """
    found = sorted(_matches(listed, groups), key=lambda match: -match.axes)
    owned: dict[str, _Match] = {}
    taken: set[int] = set()
    for match in found:
        if match.name not in owned and id(match.group) not in taken:
            owned[match.name] = match
            taken.add(id(match.group))
    made = [Owned(one.group, one.name, one.order, has_blocks=_has_blocks(one, listed)) for one in owned.values()]
    names = {one.name for each in listed.values() for there in each for one in there}
    unexplained = _unexplained(listed, made)
    for group in groups:
        if id(group) in taken:
            continue
        match = next((match for match in found if match.group is group), None)
        if match is not None and _joins(match, owned[match.name].group):
            made.append(Owned(group, match.name, match.order, joins=owned[match.name].group))
        elif 2 * sum((axis.path, axis.axis) in unexplained for axis in group.axes) > len(group.axes):
            made.append(Owned(group, new_name(names), np.arange(group.size), is_new=True))
            names.add(made[-1].name)
    return made


def _joins(match: _Match, owner: UnitGroup) -> bool:
    """Whether most of a group is listed under the name of another that it can move along with."""
    alike = owner.size == match.group.size and not match.group.per and not owner.per
    return alike and 2 * match.axes > len(match.group.axes)


def _unexplained(listed: Placements, owned: Sequence[Owned]) -> set[tuple[str, int]]:
    """The axes on which something is listed that is not there in the group that the name stands for."""
    right = {(path, axis, one.name): one for each in owned for path, axis, one in each.placements()}
    return {
        (path, axis)
        for path, each in listed.items()
        for axis, there in enumerate(each)
        for one in there
        if (path, axis, one.name) not in right or not same_layout(one, right[path, axis, one.name])
    }


def new_name(names: set[str]) -> str:
    """A name that a specification does not have yet."""
    return next(name for name in (f"P_{number}" for number in range(len(names) + 1)) if name not in names)


def _matches(listed: Placements, groups: Sequence[UnitGroup]) -> list[_Match]:
    """Every pair of a name and a group that it lists on some axis."""
    seen: dict[tuple[str, int], Counter[bytes]] = {}
    for place, group in enumerate(groups):
        for axis in group.axes:
            for one in listed[axis.path][axis.axis] if axis.path in listed else ():
                order = _order(one.positions, axis.positions)
                if order is not None:
                    seen.setdefault((one.name, place), Counter())[order.tobytes()] += 1
    best = {pair: orders.most_common(1)[0] for pair, orders in seen.items()}
    return [
        _Match(name, groups[place], axes, np.frombuffer(order, int)) for (name, place), (order, axes) in best.items()
    ]


def _order(name: np.ndarray, group: np.ndarray) -> np.ndarray | None:
    """Which unit of the group each unit of the name is, if both lie on the same positions; else None."""
    if name.shape != group.shape or name.ndim != 2:
        return None
    length = int(max(name.max(), group.max())) + 1
    order = units_of(group, length)[name[0], 0]
    if (order < 0).any() or len(np.unique(order)) != len(order):
        return None
    return order if np.array_equal(sorted_copies(group[:, order]), sorted_copies(name)) else None


def _has_blocks(match: _Match, listed: Placements) -> bool:
    """Whether the name needs the blocks of the group: it lists some, or some of the axes' entries lie in none."""
    if any((block.index < 0).any() for axis in match.group.axes for block in axis.blocks):
        return True
    return any(one.blocks for each in listed.values() for there in each for one in there if one.name == match.name)


def right_placements(
    owned: Sequence[Owned], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[AxisPlacements, ...]]:
    """What should be listed for each parameter."""
    right: dict[str, list[list[Placement]]] = {path: [[] for _ in shape] for path, shape in shapes.items()}
    for one in owned:
        for path, axis, placement in one.placements():
            right[path][axis].append(placement)
    return {path: tuple(map(tuple, each)) for path, each in right.items()}
