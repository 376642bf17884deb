"""What a specification lists, beside what the discovered groups say should be listed."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import FrozenAxis, UnitGroup, UnitGroups
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.discovery.specification.lines import Listing, line, line_by_name
from symmetry.discovery.specification.ownership import Owned, new_name, owned_groups, right_placements
from symmetry.discovery.specification.placement import AxisPlacements, Placement, Placements, same_axis
from symmetry.discovery.specification.reading import groups_of
from symmetry.discovery.specification.sizes import Shapes
from symmetry.discovery.specification.usable import Usable, spoil_misfits, usable
from symmetry.discovery.specification.writing import Axes, labels_of, written


@dataclasses.dataclass
class Comparison:
    """A specification and the discovered groups, axis by axis.

    Attributes:
        shapes: the shapes of the parameters.
        listing: the lines as they were given.
        found: what can be acted on.
        groups: the discovered groups.
        owned: those that the specification lists, each with the name that stands for it.
        right: what should be listed for each parameter.
    """

    shapes: Shapes
    listing: Listing
    found: Usable
    groups: UnitGroups
    owned: list[Owned]
    right: dict[str, tuple[AxisPlacements, ...]]
    _right_entries: Axes | None = None

    @property
    def names(self) -> list[str]:
        """All names that the usable lines have."""
        return list(dict.fromkeys(one.name for _, _, one in self.placed()))

    @property
    def unowned(self) -> list[str]:
        """Names that stand for no discovered group."""
        owners = {one.name for one in self.owned}
        return [name for name in self.names if name not in owners]

    @property
    def unlisted(self) -> list[UnitGroup]:
        """Groups that the specification leaves out, which is allowed."""
        listed = {id(one.group) for one in self.owned}
        return [group for group in self.groups if id(group) not in listed]

    def placed(self) -> Iterator[tuple[str, int, Placement]]:
        """Every entry of the usable lines: parameter, axis, layout."""
        for path, each in self.found.placements.items():
            for axis, there in enumerate(each):
                for one in there:
                    yield path, axis, one

    def owner(self, name: str) -> Owned:
        """The group that a name stands for; the first, if it stands for several."""
        return next(one for one in self.owned if one.name == name)

    def group_there(self, path: str, axis: int) -> UnitGroup | None:
        """The first discovered group that moves an axis."""
        return next(
            (group for group in self.groups for one in group.axes if (one.path, one.axis) == (path, axis)), None
        )

    def frozen_there(self, path: str, axis: int) -> FrozenAxis | None:
        """What discovery says of an axis that nothing moves."""
        return next((one for one in self.groups.frozen if (one.path, one.axis) == (path, axis)), None)

    def as_written(self) -> dict[str, tuple[AxisPlacements, ...]]:
        """The specification, with the right lines in the place of those that cannot be acted on."""
        return {**self.found.placements, **{path: self.right[path] for path in self.found.spoilt}}

    def right_but_for(self, path: str) -> dict[str, tuple[AxisPlacements, ...]]:
        """The right lines, but that of one parameter as it was written, or left out if it was."""
        nothing = ((),) * len(self.shapes[path])
        return {**self.right, path: self.found.placements.get(path, nothing)}

    def differing(self) -> list[str]:
        """Parameters whose line could be acted on, and is not the right one."""
        return [path for path in self.shapes if path not in self.found.spoilt and any(self.differing_axes(path))]

    def differing_axes(self, path: str) -> list[bool]:
        """For each axis of a parameter whether something else is listed than should be."""
        nothing = ((),) * len(self.shapes[path])
        listed = self.found.placements.get(path, nothing)
        return [not same_axis(one, other) for one, other in zip(listed, self.right[path], strict=True)]

    def keep_as_right(self, names: Sequence[str]) -> None:
        """Takes what is listed under some names to be right where nothing else is."""
        for path, axis, one in self.placed():
            if one.name in names and not self.right[path][axis]:
                self._put(path, axis, (one,))

    def _put(self, path: str, axis: int, there: AxisPlacements) -> None:
        before = self.right[path]
        self.right[path] = (*before[:axis], there, *before[axis + 1 :])

    def lines(self, paths: Sequence[str]) -> tuple[str, ...]:
        """The right lines for parameters, in the form in which the specification is written."""
        if self.listing.by_name and (by_name := _lines_by_name(self.right, self.found.placements, paths)):
            return by_name
        return tuple(line(path, self.right_entries[path]) for path in paths)

    @property
    def right_entries(self) -> Axes:
        """What should be listed for each parameter, as it is written."""
        if self._right_entries is None:
            self._right_entries = self._entries(self.right, self.owned)
        return self._right_entries

    def _entries(self, placements: Placements, owned: Sequence[Owned]) -> Axes:
        names = {one.group.name: one.name for one in owned}
        sizes = {one.name: one.size for each in placements.values() for there in each for one in there}
        sizes |= {one.name: one.group.size for one in owned}
        labels = labels_of([one.group for one in owned], names)
        labels = {one.name: labels[one.name] for one in owned if one.has_blocks and one.name in labels}
        return written(placements, self.shapes, sizes, labels)

    def lines_with(self, group: UnitGroup) -> tuple[str, ...]:
        """The right lines for a group under a name of its own, which it does not have yet."""
        others = [one for one in self.owned if one.group is not group]
        name = new_name({*self.names, *(one.name for one in self.owned)})
        owned = [*others, Owned(group, name, np.arange(group.size))]
        paths = list(dict.fromkeys(axis.path for axis in group.axes))
        placements = right_placements(owned, self.shapes)
        if self.listing.by_name and (by_name := _lines_by_name(placements, self.found.placements, paths)):
            return by_name
        entries = self._entries(placements, owned)
        return tuple(line(path, entries[path]) for path in paths)


def compared(listing: Listing, groups: UnitGroups, params: Tree) -> Comparison:
    """Finds which name stands for which group, and what should be listed."""
    shapes = {path: tuple(leaf.shape) for path, leaf in named_arrays(params).items()}
    _require_groups_fit(groups, shapes)
    found = usable(listing, shapes)
    owned = owned_groups(found.placements, groups)
    sizes, blocks = _counts(found.placements, owned)
    spoil_misfits(found, sizes, blocks)
    return Comparison(shapes, listing, found, groups, owned, right_placements(owned, shapes))


def _require_groups_fit(groups: UnitGroups, shapes: Shapes) -> None:
    for group in groups:
        for axis in group.axes:
            shape = shapes.get(axis.path)
            if shape is None or axis.axis >= len(shape) or axis.positions.max() >= shape[axis.axis]:
                what = "which the parameters do not have" if shape is None else f"whose shape is {shape}"
                raise ValueError(
                    f"the discovered group {group.name} moves axis {axis.axis} of {axis.path}, {what}; pass groups that "
                    "were found for these parameters."
                )


def _counts(listed: Placements, owned: Sequence[Owned]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """For each name how many units and blocks it has: those of its group, else of most axes."""
    seen: dict[str, Counter[tuple[int, tuple[int, ...]]]] = {}
    for group in groups_of(listed):
        for axis in group.axes:
            blocks = tuple(int(block.index.max()) + 1 for block in axis.blocks)
            seen.setdefault(group.name, Counter())[axis.positions.shape[-1], blocks] += 1
    counts = {name: each.most_common(1)[0][0] for name, each in seen.items()}
    for one in reversed(owned):
        counts[one.name] = one.group.size, one.group.blocks if one.has_blocks else ()
    return {name: size for name, (size, _) in counts.items()}, {name: blocks for name, (_, blocks) in counts.items()}


def _lines_by_name(right: Placements, listed: Placements, paths: Sequence[str]) -> tuple[str, ...]:
    """For each name that should be moved otherwise in some parameters, all that it moves; none if names cannot say it."""
    places: dict[str, list[tuple[str, int]]] = {}
    for path, each in right.items():
        for axis, there in enumerate(each):
            for one in there:
                if not one.is_plain or len(there) > 1:
                    return ()
                places.setdefault(one.name, []).append((path, axis))
    changed = [
        set(names_in(listed, path, axis)) ^ set(names_in(right, path, axis))
        for path in paths
        for axis in range(len(right[path]))
    ]
    wanted = dict.fromkeys(name for names in changed for name in sorted(names))
    return tuple(line_by_name(name, places.get(name, [])) for name in wanted)


def names_in(placements: Mapping[str, tuple[AxisPlacements, ...]], path: str, axis: int) -> list[str]:
    """The names that lie on an axis."""
    return [one.name for one in placements[path][axis]] if path in placements else []
