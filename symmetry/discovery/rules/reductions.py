"""Rules of what makes one entry of many, along whole axes or in windows."""

from symmetry.discovery.axes import Axes
from symmetry.discovery.rules.equation import Equation, Rule, unify_all, unknown
from symmetry.discovery.values import Value


def _reduce(equation: Equation, operand: Value) -> list[Axes]:
    """In exact arithmetic the order of the entries does not matter."""
    dropped = equation.params["axes"]
    return [tuple(axis for place, axis in enumerate(operand.axes) if place not in dropped)]


def _across(equation: Equation, operand: Value) -> list[Axes]:
    """What `jax.vmap` makes of a sum over a named axis: a sum over axes given by number. Other devices are not known."""
    axes = equation.params["axes"]
    if equation.params["axis_index_groups"] is not None or not all(isinstance(axis, int) for axis in axes):
        return unknown(equation, operand)
    return _reduce(equation, operand)


def _any_reduce(equation: Equation, *operands: Value) -> list[Axes]:
    """The operation is the reader's own, which may depend on the order."""
    arrays, dropped = operands[: len(equation.shapes)], equation.params["dimensions"]
    axes = [unify_all(*same) for same in zip(*[operand.axes for operand in arrays], strict=True)]
    equation.freeze(*[axes[place] for place in dropped])
    return [tuple(axis for place, axis in enumerate(axes) if place not in dropped) for _ in equation.shapes]


def _windows(equation: Equation, *operands: Value) -> list[Axes]:
    """Neighbours make one entry: axes along which windows move are frozen, and others pass."""
    arrays = [operand for operand in operands if operand.axes]
    rank = len(equation.shapes[0])
    axes = []
    for place in range(rank):
        along = [operand.axes[place] for operand in arrays]
        if _is_still(equation, place):
            axes.append(unify_all(*along))
        else:
            equation.freeze(*along)
            axes.append(equation.fixed(equation.shapes[0][place]))
    return [tuple(axes) for _ in equation.shapes]


def _is_still(equation: Equation, place: int) -> bool:
    """Whether windows have one entry along this axis, and there is one for each."""
    ones = ("window_dimensions", "window_strides", "base_dilation", "window_dilation")
    return all(equation.params.get(name, (1,) * (place + 1))[place] == 1 for name in ones) and (
        tuple(equation.params["padding"][place]) == (0, 0)
    )


SUMS = "reduce_sum reduce_max reduce_min reduce_prod reduce_and reduce_or reduce_xor"

WINDOWS = """
reduce_window reduce_window_sum reduce_window_max reduce_window_min select_and_gather_add select_and_scatter_add
"""

REDUCTIONS: dict[str, Rule] = {
    **dict.fromkeys(SUMS.split(), _reduce),
    **dict.fromkeys(("psum", "pmax", "pmin"), _across),
    "reduce": _any_reduce,
    **dict.fromkeys(WINDOWS.split(), _windows),
}
