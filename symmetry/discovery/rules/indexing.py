"""Rules of slices at places that are computed, of gather and of scatter."""

import numpy as np

from symmetry.discovery.axes import Axes, Axis, fresh, product, row
from symmetry.discovery.rules.equation import Equation, Rule
from symmetry.discovery.rules.positions import taken, window
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value


def _dynamic_slice(equation: Equation, operand: Value, *starts: Value) -> list[Axes]:
    sizes = equation.params["slice_sizes"]
    return [tuple(_part(equation, *one) for one in zip(operand.axes, sizes, map(_only, starts), strict=True))]


def _dynamic_update_slice(equation: Equation, operand: Value, update: Value, *starts: Value) -> list[Axes]:
    for axis, written, start in zip(operand.axes, update.axes, map(_only, starts), strict=True):
        part = _part(equation, axis, written.size, start)
        unify(part, written)
    equation.space(update.axes)
    return [operand.axes]


def _part(equation: Equation, axis: Axis, size: int, start: int | None) -> Axis:
    """A stretch along an axis that begins at a place, or as near to it as it fits in; the place may be unknown."""
    if size == axis.size:
        return axis
    if start is None:
        equation.freeze(axis)
        return equation.fixed(size)
    start = min(max(start, 0), axis.size - size)
    return window(axis, start, start + size)


def _only(value: Value) -> int | None:
    """The integer, if it is known and the only one."""
    return int(value.known.item()) if value.known is not None and value.known.size == 1 else None


def _gather(equation: Equation, operand: Value, indices: Value) -> list[Axes]:
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    *chosen, vector = indices.axes
    equation.freeze(vector)
    offsets, picked = [], []
    for place, axis in enumerate(operand.axes):
        if place in numbers.operand_batching_dims:
            batch = numbers.start_indices_batching_dims[numbers.operand_batching_dims.index(place)]
            unify(axis, chosen[batch])
        elif place not in numbers.collapsed_slice_dims:
            start = _only(indices) if place in numbers.start_index_map else 0
            offsets.append(_part(equation, axis, sizes[place], start))
        elif place not in numbers.start_index_map:
            equation.freeze(axis)
        elif _is_list(numbers.start_index_map, indices) and not numbers.operand_batching_dims:
            picked, chosen = _at(equation, axis, indices, chosen)
        else:
            equation.freeze(axis)
    for part in picked:
        equation.space((part, *offsets))
    return [_interleaved(offsets, list(chosen), numbers.offset_dims, len(equation.shapes[0]))]


def _is_list(indexed: tuple[int, ...], indices: Value) -> bool:
    """Whether the indices are known numbers along one axis."""
    return len(indexed) == 1 and indices.known is not None


def _at(equation: Equation, axis: Axis, indices: Value, chosen: list[Axis]) -> tuple[list[Axis], list[Axis]]:
    """What is picked by known numbers, as parts of the axis, and then as axes in the shape of the numbers."""
    assert indices.known is not None
    picked = taken(axis, indices.known.ravel(), equation.name)
    axes = fresh(one.size for one in chosen)
    if indices.known.size:
        unify(row(picked), product(axes))
    return picked, list(axes)


def _interleaved(offsets: list[Axis], chosen: list[Axis], offset_places: tuple[int, ...], rank: int) -> Axes:
    """The axes of slices at their places among the axes of the indices."""
    return tuple(offsets.pop(0) if place in offset_places else chosen.pop(0) for place in range(rank))


def _scatter(equation: Equation, operand: Value, indices: Value, updates: Value) -> list[Axes]:
    numbers = equation.params["dimension_numbers"]
    *chosen, vector = indices.axes
    equation.freeze(vector)
    inside = [updates.axes[place] for place in numbers.update_window_dims]
    outside = [axis for place, axis in enumerate(updates.axes) if place not in numbers.update_window_dims]
    written, picked = list(inside), []
    batched = bool(numbers.operand_batching_dims)
    listed = not batched and _is_list(numbers.scatter_dims_to_operand_dims, indices) and _each_once(indices)
    for place, axis in enumerate(operand.axes):
        if place in numbers.operand_batching_dims:
            batch = numbers.scatter_indices_batching_dims[numbers.operand_batching_dims.index(place)]
            unify(axis, chosen[batch])
        elif place not in numbers.inserted_window_dims:
            new = inside.pop(0)
            start = _only(indices) if place in numbers.scatter_dims_to_operand_dims else 0
            unify(_part(equation, axis, new.size, start), new)
        elif listed and place in numbers.scatter_dims_to_operand_dims:
            picked, chosen = _at(equation, axis, indices, chosen)
        else:
            equation.freeze(axis)
    in_any_order = equation.name != "scatter" or equation.params["unique_indices"] or listed
    for one, other in zip(chosen, outside, strict=True):
        unify(one, other)
        if not in_any_order:
            equation.freeze(one)
    for part in picked or [Axis(1)]:
        equation.space((part, *written))
    return [operand.axes]


def _each_once(indices: Value) -> bool:
    assert indices.known is not None
    return len(np.unique(indices.known)) == indices.known.size


SCATTERS = ("scatter", "scatter-add", "scatter-mul", "scatter-min", "scatter-max", "scatter-sub")

INDEXING: dict[str, Rule] = {
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "gather": _gather,
    **dict.fromkeys(SCATTERS, _scatter),
}
