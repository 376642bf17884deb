"""From the lines of a specification to what lies on each axis, and from there to groups."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import Block, FrozenAxis, GroupAxis, UnitGroup, UnitGroups
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.discovery.specification.expression import Layout, UnknownSize, is_expression, layout_of
from symmetry.discovery.specification.lines import Specification, line, nearest, read
from symmetry.discovery.specification.notation import AxisEntry, positions_written
from symmetry.discovery.specification.placement import AxisPlacements, Placement, Placements, positions_of
from symmetry.discovery.specification.sizes import Shapes, sizes_of
from symmetry.wording import count


class DoesNotFit(ValueError):
    """An axis is not as long as what a specification says of it.

    Attributes:
        what: what does not fit.
        axis: the axis of the parameter.
    """

    def __init__(self, what: str, advice: str, axis: int) -> None:
        super().__init__(f"{what}; {advice}.")
        self.what, self.axis = what, axis


def from_axes(spec: Specification, params: Tree) -> UnitGroups:
    """The groups of a specification: the units of each name, with every axis that it lists.

    >>> groups = from_axes({"kernel": (None, "P_0"), "bias": ("P_0",)}, {"kernel": np.ones((2, 3)), "bias": np.ones(3)})
    >>> print(groups)
    P_0: 3 units (kernel:1, bias:0)

    Args:
        spec: for each parameter one entry an axis: None, a name, an expression such as `4 * P_0` (`expression`), or
            {name: positions}. Also pairs of the same, or {name: [(parameter, axis), ...]}.
        params: arrays or `jax.ShapeDtypeStruct`s.

    Raises:
        ValueError: a parameter that does not exist or is listed twice unlike, a number of names unlike that of the axes,
            axes of one name that differ in length, an expression that cannot be read.
        TypeError: the specification has none of the forms.
    """
    arrays = named_arrays(params)
    shapes = {path: tuple(leaf.shape) for path, leaf in arrays.items()}
    listing = read(spec, arrays)
    lines = listing.first()
    for one in listing.lines:
        require_known(one.path, shapes)
        require_number(one.path, one.names, shapes)
        if one.names != lines[one.path]:
            raise ValueError(
                f"{one.path} is listed twice, as {line(one.path, lines[one.path])} and as {one}; keep the line that is right."
            )
    sizes = sizes_of(lines, shapes)
    if empty := [name for name, size in sizes.items() if size == 0]:
        raise ValueError(f"{empty[0]} names an axis without entries; leave it out, or write None there.")
    placements = {path: placements_of(path, names, shapes[path], sizes) for path, names in lines.items()}
    require_all_units(placements)
    return UnitGroups(groups_of(placements), _unmoved(placements, shapes))


def require_known(path: str, shapes: Shapes) -> None:
    """Raise unless the parameters have such an array."""
    if path not in shapes:
        near = nearest(path, shapes)
        hint = f"did you mean {near}?" if near else f"they have {', '.join(shapes) or 'none'}."
        raise ValueError(f"the specification lists {path}, but no parameter has this path; {hint}")


def require_number(path: str, names: Sequence[AxisEntry], shapes: Shapes) -> None:
    """Raise unless there is one entry for each axis."""
    if len(names) != len(shapes[path]):
        raise ValueError(
            f"{path} has shape {shapes[path]}, but the specification has {count(len(names), 'name')} for it; "
            "pass one for each axis, None where nothing moves."
        )


def placements_of(
    path: str, names: Sequence[AxisEntry], shape: Sequence[int], sizes: Mapping[str, int], *, stretched: bool = False
) -> tuple[AxisPlacements, ...]:
    """What lies on each axis of one parameter; `stretched` takes a name alone as it stands, whatever its size elsewhere.

    Raises:
        ValueError: an entry cannot be read; `DoesNotFit` if it is longer or shorter than its axis.
    """
    if stretched:
        alone = [isinstance(name, str) and not is_expression(name) for name in names]
        each = [
            {**sizes, name: length} if is_name else sizes
            for name, length, is_name in zip(names, shape, alone, strict=True)
        ]
    else:
        each = [sizes] * len(shape)
    layouts = [_layout(path, axis, names[axis], length, each[axis]) for axis, length in enumerate(shape)]
    return tuple(_placements(path, axis, names[axis], layouts) for axis in range(len(shape)))


def _layout(path: str, axis: int, entry: AxisEntry, length: int, sizes: Mapping[str, int]) -> Layout:
    where = f"{path}, axis {axis}"
    try:
        layout = _written(entry, length, sizes)
    except UnknownSize as unknown:
        raise ValueError(
            f"{where}: how many units {unknown} has cannot be told from {entry!r}; list an axis that is {unknown} alone, "
            f'or write "{unknown}[0:3]" for three units.'
        ) from None
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    if layout.length != length:
        what = (
            f'"{entry}" stands for {count(layout.length, "position")}'
            if is_expression(str(entry))
            else f"{entry} has {count(layout.length, 'unit')} elsewhere"
        )
        what = f"axis {axis} of {path} has length {length}, but {what}"
        raise DoesNotFit(what, "list axes of one length under one name", axis)
    return layout


def _written(entry: AxisEntry, length: int, sizes: Mapping[str, int]) -> Layout:
    if entry is None:
        return Layout(length)
    if isinstance(entry, str):
        return layout_of(entry, sizes)
    for name, positions, _ in positions_written(entry):
        if len(np.unique(positions)) != positions.size:
            raise ValueError(f"{name} has a position twice in {positions.tolist()}; list each position once.")
        if positions.max() >= length or positions.min() < 0:
            far = positions.max() if positions.min() >= 0 else positions.min()
            raise ValueError(f"{name} has position {far}, but the axis has length {length}; count from 0.")
    return Layout(length)


def _placements(path: str, axis: int, entry: AxisEntry, layouts: Sequence[Layout]) -> AxisPlacements:
    if isinstance(entry, Mapping):
        placed = tuple(Placement(*each) for each in positions_written(entry))
        for one in placed:
            _require_blocks_fit(path, axis, one, [layout.length for layout in layouts])
        return placed
    layout = layouts[axis]
    found = []
    for name in layout.units:
        if name not in layout.labels:
            try:
                positions = positions_of(layout.units[name])
            except ValueError as error:
                raise ValueError(f"{path}, axis {axis}: in {entry!r}, {error}") from None
            found.append(
                Placement(name, positions, tuple(_block(path, label, layouts) for label in layout.per.get(name, ())))
            )
    return tuple(found)


def _require_blocks_fit(path: str, axis: int, one: Placement, shape: Sequence[int]) -> None:
    for block in one.blocks:
        if block.axis not in range(len(shape)) or len(block.index) != shape[block.axis]:
            raise ValueError(
                f"{path}, axis {axis}: {one.name} has blocks for {count(len(block.index), 'position')} along "
                f"axis {block.axis}, but the shape is {tuple(shape)}; list the block at each position of that axis, -1 for none."
            )


def _block(path: str, label: str, layouts: Sequence[Layout]) -> Block:
    """Where the blocks of a label lie along an axis of the parameter."""
    for axis, layout in enumerate(layouts):
        if layout.units.get(label, np.zeros(0)).size:
            return Block(axis, layout.units[label][:, 0])
    raise ValueError(
        f'{path}: "per {label}" needs an axis with {label}; write {label}=4 for an axis of four positions called {label}.'
    )


def require_all_units(placements: Placements) -> None:
    """Raise `DoesNotFit` unless every axis of a name has all of its units."""
    most: dict[str, tuple[int, str, int]] = {}
    for size, name, path, axis in _sizes_there(placements):
        most[name] = max(most.get(name, (0, "", 0)), (size, path, axis), key=lambda each: each[0])
    for size, name, path, axis in _sizes_there(placements):
        if size != most[name][0]:
            other = f"axis {most[name][2]} of {most[name][1]} has {most[name][0]}"
            what = f"axis {axis} of {path} has {count(size, 'unit')} of {name}, but {other}"
            raise DoesNotFit(what, "list the same units on every axis", axis)


def _sizes_there(placements: Placements) -> Iterator[tuple[int, str, str, int]]:
    for path, each in placements.items():
        for axis, there in enumerate(each):
            for one in there:
                yield one.size, one.name, path, axis


def groups_of(placements: Placements) -> list[UnitGroup]:
    """One group a name, in the order in which the names come."""
    axes: dict[str, list[GroupAxis]] = {}
    for path, each in placements.items():
        for axis, there in enumerate(each):
            for one in there:
                axes.setdefault(one.name, []).append(GroupAxis(path, axis, one.positions, one.blocks))
    return [UnitGroup(name, each[0].positions.shape[-1], tuple(each), _per(each)) for name, each in axes.items()]


def _per(axes: Sequence[GroupAxis]) -> tuple[tuple[str, int], ...]:
    first = axes[0]
    return tuple((f"{first.path}:{block.axis}", int(block.index.max()) + 1) for block in first.blocks)


def _unmoved(placements: Placements, shapes: Shapes) -> list[FrozenAxis]:
    """Every position that no name moves."""
    frozen = []
    for path, shape in shapes.items():
        reason = "the specification names nothing there" if path in placements else "the specification does not list it"
        for axis, length in enumerate(shape):
            there = placements[path][axis] if path in placements else ()
            rest = np.setdiff1d(
                np.arange(length), np.concatenate([np.zeros(0, int), *(one.positions.ravel() for one in there)])
            )
            if rest.size:
                frozen.append(FrozenAxis(path, axis, rest, reason))
    return frozen
