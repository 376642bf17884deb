"""Rules of the primitives that move entries, as a whole or along one axis, to places that do not depend on values."""

import numpy as np

from symmetry.discovery.axes import Axes, Axis, freeze, fresh, is_frozen, product, row
from symmetry.discovery.rules.equation import Equation, Rule, unify_all
from symmetry.discovery.rules.positions import taken, window
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value


def _broadcast(equation: Equation, operand: Value, *_: Value) -> list[Axes]:
    """Along a new axis all entries are equal, so that they can move."""
    axes = list(fresh(equation.shapes[0]))
    for axis, place in zip(operand.axes, equation.params["broadcast_dimensions"], strict=True):
        if axis.size == axes[place].size:
            axes[place] = axis
    return [tuple(axes)]


def _reshape(equation: Equation, operand: Value, *_: Value) -> list[Axes]:
    (shape,) = equation.shapes
    if equation.params.get("dimensions") is not None or 0 in shape:
        equation.freeze(*operand.axes)
        return [equation.all_fixed(shape)]
    axes = fresh(shape)
    unify(product(operand.axes), product(axes))
    return [axes]


def _squeeze(equation: Equation, operand: Value) -> list[Axes]:
    dropped = {place % len(operand.axes) for place in equation.params["dimensions"]}
    return [tuple(axis for place, axis in enumerate(operand.axes) if place not in dropped)]


def _transpose(equation: Equation, operand: Value) -> list[Axes]:
    return [tuple(operand.axes[place] for place in equation.params["permutation"])]


def _concatenate(equation: Equation, *operands: Value) -> list[Axes]:
    along = equation.params["dimension"]
    axes = [unify_all(*same) for same in zip(*[_without(operand.axes, along) for operand in operands], strict=True)]
    axes.insert(along, row(operand.axes[along] for operand in operands))
    return [tuple(axes)]


def _stack(equation: Equation, *operands: Value) -> list[Axes]:
    axes = [unify_all(*same) for same in zip(*[operand.axes for operand in operands], strict=True)]
    axes.insert(equation.params["axis"], Axis(len(operands), frozen=equation.name))
    return [tuple(axes)]


def _unstack(equation: Equation, operand: Value) -> list[Axes]:
    along = equation.params["axis"]
    equation.freeze(operand.axes[along])
    return [_without(operand.axes, along) for _ in equation.shapes]


def _tile(equation: Equation, operand: Value) -> list[Axes]:
    """Copies one after another, which can move."""
    return [
        tuple(product([Axis(count), axis]) for count, axis in zip(equation.params["reps"], operand.axes, strict=True))
    ]


def _pad(equation: Equation, operand: Value, _: Value) -> list[Axes]:
    """What is put around is the same everywhere, so that it can move by itself."""
    axes = []
    for axis, (low, high, between) in zip(operand.axes, equation.params["padding_config"], strict=True):
        if between and axis.size > 1:
            freeze(axis, equation.name)
            axes.append(equation.fixed(max(0, axis.size + (axis.size - 1) * between + low + high)))
            continue
        kept = window(axis, min(max(0, -low), axis.size), max(0, axis.size + min(0, high)))
        axes.append(row([Axis(max(0, low)), kept, Axis(max(0, high))]))
    sizes = equation.shapes[0]
    if tuple(axis.size for axis in axes) != tuple(sizes):  # more is taken away than there is
        equation.freeze(*operand.axes)
        return [equation.all_fixed(sizes)]
    return [tuple(axes)]


def _slice(equation: Equation, operand: Value) -> list[Axes]:
    params = equation.params
    strides = params["strides"] or (1,) * len(operand.axes)
    bounds = zip(operand.axes, params["start_indices"], params["limit_indices"], strides, strict=True)
    return [tuple(window(axis, start, limit, stride) for axis, start, limit, stride in bounds)]


def _split(equation: Equation, operand: Value) -> list[Axes]:
    along = equation.params["axis"]
    ends = np.cumsum(equation.params["sizes"])
    results = []
    for size, end in zip(equation.params["sizes"], ends, strict=True):
        axes = list(operand.axes)
        axes[along] = window(axes[along], int(end - size), int(end))
        results.append(tuple(axes))
    return results


def _reverse(equation: Equation, operand: Value) -> list[Axes]:
    axes = list(operand.axes)
    for place in equation.params["dimensions"]:
        if is_frozen(axes[place]):
            axes[place] = equation.fixed(axes[place].size)
        else:
            parts = taken(axes[place], np.arange(axes[place].size)[::-1], equation.name)
            for part in parts:
                equation.space((*_without(operand.axes, place), part))
            axes[place] = row(parts)
    return [tuple(axes)]


def _iota(equation: Equation, *_: Value) -> list[Axes]:
    axes = list(fresh(equation.shapes[0]))
    along = equation.params["dimension"]
    axes[along] = Axis(axes[along].size, frozen=equation.name)
    return [tuple(axes)]


def _bitcast(equation: Equation, operand: Value) -> list[Axes]:
    """Entries become several of fewer bits along a new last axis, or the other way round."""
    shared = min(len(operand.axes), len(equation.shapes[0]))
    equation.freeze(*operand.axes[shared:])
    return [operand.axes[:shared] + equation.all_fixed(equation.shapes[0][shared:])]


def _without(axes: Axes, place: int) -> Axes:
    return axes[:place] + axes[place + 1 :]


SHAPES: dict[str, Rule] = {
    "bitcast_convert_type": _bitcast,
    "broadcast_in_dim": _broadcast,
    "concatenate": _concatenate,
    "iota": _iota,
    "pad": _pad,
    "reshape": _reshape,
    "rev": _reverse,
    "slice": _slice,
    "split": _split,
    "squeeze": _squeeze,
    "stack": _stack,
    "tile": _tile,
    "transpose": _transpose,
    "unstack": _unstack,
}
