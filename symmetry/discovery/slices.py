"""Parameters that hold one array for each layer or expert, and are only ever used slice by slice: each slice moves alone."""

import dataclasses

from jax.extend.core import Jaxpr, JaxprEqn, Var

from symmetry.discovery.axes import Axes, Axis, fresh
from symmetry.discovery.values import Value

UNUSED = "no result depends on it"

BY_ITSELF = "each slice is used by itself"


@dataclasses.dataclass(frozen=True)
class Slices:
    """An array of which every use takes one slice along one axis.

    Attributes:
        axis: the axis along which the slices lie.
        parts: the axes of each slice, without that axis.
    """

    axis: int
    parts: list[Axes]

    def of(self, equation: JaxprEqn) -> list[Value]:
        """What an equation takes."""
        index = equation.params["start_indices"][self.axis]
        part = self.parts[index]
        return [Value((*part[: self.axis], Axis(1, frozen=BY_ITSELF), *part[self.axis :]))]

    def in_the_array(self, index: int) -> Axes:
        """The axes of the whole array, along which one slice moves."""
        length = Axis(len(self.parts), frozen=BY_ITSELF)
        return (*self.parts[index][: self.axis], length, *self.parts[index][self.axis :])


def slices_of(jaxpr: Jaxpr, variable: Var, shape: tuple[int, ...]) -> Slices | None:
    """How a program without dead equations takes an argument apart; None if it uses it in another way too, or not at all."""
    uses = [equation for equation in jaxpr.eqns if variable in equation.invars]
    axes = {_sliced_axis(equation, shape) for equation in uses}
    axis = next(iter(axes), None)
    if axis is None or len(axes) > 1 or variable in jaxpr.outvars:
        return None
    rest = shape[:axis] + shape[axis + 1 :]
    used = {equation.params["start_indices"][axis] for equation in uses}
    return Slices(axis, [fresh(rest, None if index in used else UNUSED) for index in range(shape[axis])])


def _sliced_axis(equation: JaxprEqn, shape: tuple[int, ...]) -> int | None:
    """The axis of which an equation takes one index, if it takes everything along the others."""
    if equation.primitive.name != "slice" or any(stride != 1 for stride in equation.params["strides"] or ()):
        return None
    bounds = zip(equation.params["start_indices"], equation.params["limit_indices"], strict=True)
    lengths = [limit - start for start, limit in bounds]
    short = [axis for axis, (length, size) in enumerate(zip(lengths, shape, strict=True)) if length != size]
    return short[0] if len(short) == 1 and lengths[short[0]] == 1 else None
