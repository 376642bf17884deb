"""Which name of a specification stands for which discovered group: the one that most of the group's axes are listed under."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.specification.placement import (
    AxisPlacements,
    Placement,
    Placements,
    reordered,
    sorted_copies,
    units_of,
)

TOUCH = 2.0**-20
"""What an axis counts where a name is listed for a group in another layout: less than any number of axes in the right one."""


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
    """How well a name fits a group: on how many axes, and in which order of the units."""

    name: str
    group: UnitGroup
    score: float
    order: np.ndarray


def owned_groups(listed: Placements, groups: Sequence[UnitGroup]) -> list[Owned]:
    """The groups that a specification lists, each under its right name; those that it does not list are left out.

    Args:
        listed: what the specification says of each parameter.
        groups: the discovered groups.
    """
    found = _matches(listed, groups)
    owned: dict[str, _Match] = {}
    taken: set[int] = set()
    for match in sorted(found, key=lambda match: -match.score):
        if match.name not in owned and id(match.group) not in taken:
            owned[match.name] = match
            taken.add(id(match.group))
    first = [_owned(match, listed) for match in owned.values()]
    names = {one.name for each in listed.values() for there in each for one in there}
    rest = [group for group in groups if id(group) not in taken]
    others = [_listed_besides(group, found, owned, names, listed) for group in rest]
    return [*first, *(one for one in others if one is not None)]


def _owned(match: _Match, listed: Placements) -> Owned:
    return Owned(match.group, match.name, match.order, has_blocks=_has_blocks(match.name, match.group, listed))


def _listed_besides(
    group: UnitGroup, found: Sequence[_Match], owned: Mapping[str, _Match], names: set[str], listed: Placements
) -> Owned | None:
    """A group most of which is listed under the name of another: joined to it, or under a name of its own if sizes differ."""
    best = max((match for match in found if match.group is group), key=lambda match: match.score, default=None)
    if best is None:
        return None
    owner = owned[best.name].group
    if best.score > len(group.axes) / 2 and owner.size == group.size and not group.per and not owner.per:
        return Owned(group, best.name, best.order, joins=owner)
    if _touched(group, listed) <= len(group.axes) / 2:
        return None
    new = new_name(names)
    names.add(new)
    return Owned(group, new, np.arange(group.size), is_new=True)


def new_name(names: set[str]) -> str:
    """A name that a specification does not have yet."""
    return next(name for name in (f"P_{number}" for number in range(len(names) + 1)) if name not in names)


def _touched(group: UnitGroup, listed: Placements) -> int:
    """On how many axes of a group anything is listed."""
    return sum(bool(axis.path in listed and listed[axis.path][axis.axis]) for axis in group.axes)


def _matches(listed: Placements, groups: Sequence[UnitGroup]) -> list[_Match]:
    """Every pair of a name and a group that share an axis."""
    scores: dict[tuple[str, int], dict[bytes, float]] = {}
    for place, group in enumerate(groups):
        for axis in group.axes:
            for one in listed[axis.path][axis.axis] if axis.path in listed else ():
                order = _order(one.positions, axis.positions)
                key = (np.arange(group.size) if order is None else order).tobytes()
                scores.setdefault((one.name, place), defaultdict(float))[key] += TOUCH if order is None else 1
    best = {pair: max(orders.items(), key=lambda each: each[1]) for pair, orders in scores.items()}
    return [
        _Match(name, groups[place], score, np.frombuffer(order, int)) for (name, place), (order, score) in best.items()
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


def _has_blocks(name: str, group: UnitGroup, listed: Placements) -> bool:
    """Whether the name needs the blocks of the group: it lists some, or some of the axes' entries lie in none."""
    if any((block.index < 0).any() for axis in group.axes for block in axis.blocks):
        return True
    return any(one.blocks for each in listed.values() for there in each for one in there if one.name == name)


def right_placements(
    owned: Sequence[Owned], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[AxisPlacements, ...]]:
    """What should be listed for each parameter."""
    right: dict[str, list[list[Placement]]] = {path: [[] for _ in shape] for path, shape in shapes.items()}
    for one in owned:
        for path, axis, placement in one.placements():
            right[path][axis].append(placement)
    return {path: tuple(map(tuple, each)) for path, each in right.items()}
