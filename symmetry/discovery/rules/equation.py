"""What a rule is told of an equation, and the kinds of rule that many primitives share."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from symmetry.discovery.axes import Axes, Axis, freeze
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value

Parameters = Mapping[str, Any]
"""What JAX keeps with an equation: axes, sizes, other programs."""


@dataclasses.dataclass(frozen=True)
class Equation:
    """An equation of a program, without its operands.

    Attributes:
        name: the primitive.
        params: JAX's parameters of the primitive.
        shapes: the shapes of the results.
        live: which results are used.
        space: to be called with the axes of a space that is neither an operand nor a result, such as the products that a
            contraction sums.
    """

    name: str
    params: Parameters
    shapes: Sequence[tuple[int, ...]]
    live: tuple[bool, ...]
    space: Callable[[Axes], None]

    def freeze(self, *axes: Axis) -> None:
        """Nothing moves along these axes, because of this primitive."""
        for axis in axes:
            freeze(axis, self.name)

    def fixed(self, size: int) -> Axis:
        """A new axis along which nothing moves, and whose positions are not those of an operand."""
        return Axis(size, frozen=self.name, relabelled=True)

    def all_fixed(self, sizes: Iterable[int]) -> Axes:
        """Several such axes."""
        return tuple(map(self.fixed, sizes))


Rule = Callable[..., Sequence[Axes]]
"""A function of an equation and its operands that returns the axes of the results."""


def unify_all(*axes: Axis) -> Axis:
    """All the same axis, which is returned."""
    for one in axes[1:]:
        unify(axes[0], one)
    return axes[0]


def elementwise(equation: Equation, *operands: Value) -> list[Axes]:
    """Entries at one place make the entry at that place; operands with one entry along an axis, or no axes, are repeated."""
    axes = []
    for place, size in enumerate(equation.shapes[0]):
        along = [operand.axes[place] for operand in operands if operand.axes]
        axes.append(unify_all(*[axis for axis in along if axis.size == size]))
    return [tuple(axes) for _ in equation.shapes]


def same(equation: Equation, *operands: Value) -> list[Axes]:
    """Each result is an operand as it is."""
    return [operand.axes for operand in operands]


def unknown(equation: Equation, *operands: Value) -> list[Axes]:
    """Nothing is known of this primitive, so nothing moves along the axes that it meets."""
    for operand in operands:
        equation.freeze(*operand.axes)
    return [equation.all_fixed(shape) for shape in equation.shapes]
