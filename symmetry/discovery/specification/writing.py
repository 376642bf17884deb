"""Groups written down as plain data, one name an axis, as code for merging takes it; what that cannot say is refused."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import Block, GroupAxis, UnitGroup
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.discovery.specification.lines import line
from symmetry.discovery.specification.notation import AxisEntry, Style, axis_entry
from symmetry.discovery.specification.placement import AxisPlacements, Placement, reordered, same_axis
from symmetry.discovery.specification.reading import placements_of
from symmetry.discovery.specification.sizes import Shapes, sizes_of

MOST_SHOWN = 6
"""Reasons and lines that a refusal shows; all of them are in its attributes."""

Axes = dict[str, tuple[AxisEntry, ...]]
"""For each parameter, by path, one entry an axis."""


class Inexpressible(ValueError):
    """Groups that one name an axis cannot say.

    Attributes:
        reasons: why, one sentence for each axis.
        extended: the same groups in the extended form.
    """

    def __init__(self, reasons: Sequence[str], extended: Axes) -> None:
        self.reasons, self.extended = tuple(reasons), extended
        wanted = [line(path, names) for path, names in extended.items() if not _is_plain(names)]
        super().__init__(
            f"one name an axis cannot say these groups: {_first(reasons)} Pass extended=True for the extended form, "
            f"in which these lines are {_first(wanted)}"
        )


def _first(sentences: Sequence[str]) -> str:
    shown = " ".join(sentences[:MOST_SHOWN])
    return shown if len(sentences) <= MOST_SHOWN else f"{shown} (and {len(sentences) - MOST_SHOWN} more)."


def to_axes(groups: Sequence[UnitGroup], params: Tree, *, extended: bool = False) -> Axes:
    """The groups as `{"Dense_0/kernel": (None, "P_0"), ...}`, with every array of the parameters.

    >>> bias = UnitGroup("hidden", 3, (GroupAxis("bias", 0, np.arange(3)[None]),))
    >>> to_axes([bias], {"bias": np.ones(3)})
    {'bias': ('P_0',)}

    Args:
        groups: what `discover` or `from_axes` returned; the first is called P_0, the next P_1.
        params: arrays or `jax.ShapeDtypeStruct`s.
        extended: write expressions such as `4 * P_0` (`expression`) where one name does not do.

    Raises:
        Inexpressible: a group needs the extended form, which is not asked for; the message says why, and how it reads.
        ValueError: a parameter of a group is missing.
    """
    shapes = {path: tuple(leaf.shape) for path, leaf in named_arrays(params).items()}
    names = {group.name: f"P_{place}" for place, group in enumerate(groups)}
    for group in groups:
        for axis in group.axes:
            if axis.path not in shapes:
                raise ValueError(
                    f"{group.name}: the parameters have no array {axis.path}; pass the tree in which the group was found."
                )
    placements = placements_by_axis(groups, shapes, names)
    sizes = {names[group.name]: group.size for group in groups}
    labels = labels_of(groups, names)
    entries = written(placements, shapes, sizes, labels)
    reasons = [
        reason
        for path, each in placements.items()
        for axis, there in enumerate(each)
        for reason in _reasons(path, axis, shapes[path][axis], there, dict(zip(names.values(), groups, strict=True)))
    ]
    if reasons and not extended:
        raise Inexpressible(reasons, entries)
    return entries


def written(
    placements: Mapping[str, tuple[AxisPlacements, ...]],
    shapes: Shapes,
    sizes: Mapping[str, int],
    labels: Mapping[str, tuple[str, ...]],
) -> Axes:
    """Entries for every parameter, from which the size of every name can be told."""
    sized: frozenset[str] = frozenset()
    while True:
        entries = {
            path: entries_of(path, shapes[path], each, sizes, labels, sized) for path, each in placements.items()
        }
        told = sizes_of(entries, shapes)
        unknown = {name for each in placements.values() for there in each for name in (one.name for one in there)}
        unknown = frozenset(name for name in unknown if told.get(name) != sizes[name]) - sized
        if not unknown:
            return entries
        sized |= unknown


def placements_by_axis(
    groups: Sequence[UnitGroup], shapes: Mapping[str, tuple[int, ...]], names: Mapping[str, str]
) -> dict[str, tuple[AxisPlacements, ...]]:
    """What lies on each axis of each parameter, under new names for the groups."""
    there: dict[tuple[str, int], list[Placement]] = {}
    for group in groups:
        first = group.axes[0].positions
        # Units are numbered as they come along the first axis, so that this one is the name alone.
        order = np.argsort(first.reshape(-1, group.size)[0]) if first.ndim == 2 else np.arange(group.size)
        for one in group.axes:
            placed = Placement(names[group.name], reordered(one.positions, order), one.blocks)
            there.setdefault((one.path, one.axis), []).append(placed)
    return {
        path: tuple(tuple(there.get((path, axis), ())) for axis in range(len(shape))) for path, shape in shapes.items()
    }


def labels_of(groups: Sequence[UnitGroup], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each name with blocks, what they are called: the name of a group that lies as they do, else L_0, L_1, ..."""
    fresh: dict[tuple[str, int], str] = {}
    labels = {}
    for group in groups:
        called = []
        for place, blocks in enumerate(group.per):
            twin = next((other for other in groups if other is not group and _lies_as(group, place, other)), None)
            called.append(names[twin.name] if twin else fresh.setdefault(blocks, f"L_{len(fresh)}"))
        if called:
            labels[names[group.name]] = tuple(called)
    return labels


def _lies_as(group: UnitGroup, place: int, other: UnitGroup) -> bool:
    """Whether the blocks of a group are, in each of its parameters, the units of another."""
    return all(any(_is_unit_of(axis.path, axis.blocks[place], one) for one in other.axes) for axis in group.axes)


def _is_unit_of(path: str, block: Block, axis: GroupAxis) -> bool:
    if (path, block.axis) != (axis.path, axis.axis) or axis.positions.ndim != 2:
        return False
    index = np.full(len(block.index), -1)
    index[axis.positions] = np.arange(axis.positions.shape[1])
    return np.array_equal(index, block.index)


def entries_of(
    path: str,
    shape: Sequence[int],
    placements: Sequence[AxisPlacements],
    sizes: Mapping[str, int],
    labels: Mapping[str, tuple[str, ...]],
    sized: frozenset[str],
) -> tuple[AxisEntry, ...]:
    """One entry an axis; positions throughout the parameter where expressions would not be read as what is meant."""
    blocks: list[dict[str, np.ndarray]] = [{} for _ in shape]
    for there in placements:
        for one in there:
            for block, label in zip(one.blocks, labels.get(one.name, ()), strict=False):
                blocks[block.axis][label] = block.index
    used = {one.name for there in placements for one in there if one.blocks}
    style = Style({name: ", ".join(called) for name, called in labels.items() if name in used}, sized)
    entries = _entries(shape, placements, blocks, style)
    if _reads_as(path, entries, shape, placements, sizes):
        return entries
    return _entries(shape, placements, [{} for _ in shape], Style(as_positions=True))


def _entries(
    shape: Sequence[int],
    placements: Sequence[AxisPlacements],
    labels: Sequence[Mapping[str, np.ndarray]],
    style: Style,
) -> tuple[AxisEntry, ...]:
    return tuple(axis_entry(*axis, style) for axis in zip(shape, placements, labels, strict=True))


def _reads_as(
    path: str,
    entries: Sequence[AxisEntry],
    shape: Sequence[int],
    placements: Sequence[AxisPlacements],
    sizes: Mapping[str, int],
) -> bool:
    try:
        read = placements_of(path, entries, shape, sizes)
    except ValueError:
        return False
    return all(same_axis(one, other) for one, other in zip(read, placements, strict=True))


def _is_plain(names: Sequence[AxisEntry]) -> bool:
    return all(name is None or (isinstance(name, str) and name.isidentifier()) for name in names)


def _reasons(
    path: str, axis: int, length: int, placements: AxisPlacements, groups: Mapping[str, UnitGroup]
) -> Iterator[str]:
    """Why one name cannot say what lies on an axis, a sentence each."""
    where = f"Axis {axis} of {path}"
    for one in placements:
        group = groups[one.name]
        called = f"{one.name} ({group.name})"
        copies = one.positions.shape[0]
        if one.positions.ndim == 3:
            yield f"{where} holds pairs of the units of {called}."
        elif one.is_plain and one.size == length and len(placements) == 1:
            continue
        elif one.blocks:
            blocks = " and ".join(f"{number} of {what}" for what, number in group.per)
            yield f"{where}: {called} has one permutation for each of {blocks}."
        elif len(placements) > 1:
            others = " and ".join(other.name for other in placements if other is not one)
            yield f"{where} holds {one.name} beside {others}."
        elif one.positions.size < length:
            yield f"{where} moves only in part: {one.positions.size} of its {length} positions carry units of {called}."
        elif copies > 1:
            yield f"{where} holds {copies} copies of the {one.size} units of {called}."
        else:
            yield f"{where} holds the units of {called} in another order."
