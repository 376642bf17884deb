"""Rules of products of arrays: `dot_general` and convolutions."""

from symmetry.discovery.axes import Axes, Axis, product
from symmetry.discovery.rules.equation import Equation, Rule
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value


def _dot(equation: Equation, left: Value, right: Value, *_: Value) -> list[Axes]:
    (left_sums, right_sums), (left_batch, right_batch) = equation.params["dimension_numbers"]
    for one, other in ((left_sums, right_sums), (left_batch, right_batch)):
        for left_place, right_place in zip(one, other, strict=True):
            unify(left.axes[left_place], right.axes[right_place])
    batch = tuple(left.axes[place] for place in left_batch)
    left_free = tuple(axis for place, axis in enumerate(left.axes) if place not in (*left_sums, *left_batch))
    right_free = tuple(axis for place, axis in enumerate(right.axes) if place not in (*right_sums, *right_batch))
    result = batch + left_free + right_free
    equation.space(result + tuple(left.axes[place] for place in left_sums))
    return [result]


def _convolve(equation: Equation, images: Value, kernel: Value) -> list[Axes]:
    """Channels move; places do not. Channels of several groups are a product of the group and the channel inside."""
    numbers, groups = equation.params["dimension_numbers"], equation.params["feature_group_count"]
    batch, channels, *places = numbers.lhs_spec
    outputs, inputs, *window = numbers.rhs_spec
    out_batch, out_channels, *_ = numbers.out_spec
    equation.freeze(*[images.axes[place] for place in places], *[kernel.axes[place] for place in window])
    group = Axis(groups)
    inside = kernel.axes[inputs]
    shape = equation.shapes[0]
    if equation.params["batch_group_count"] > 1:
        equation.freeze(images.axes[batch], images.axes[channels], inside, kernel.axes[outputs])
    else:
        unify(images.axes[channels], product([group, inside]))
        unify(kernel.axes[outputs], product([group, Axis(kernel.axes[outputs].size // groups)]))
    axes = list(equation.all_fixed(shape))
    if equation.params["batch_group_count"] == 1:
        axes[out_batch] = images.axes[batch]
    axes[out_channels] = kernel.axes[outputs]
    result = tuple(axes)
    equation.space((*result, *[kernel.axes[place] for place in window], inside))
    return [result]


CONTRACTIONS: dict[str, Rule] = {"dot_general": _dot, "conv_general_dilated": _convolve}
