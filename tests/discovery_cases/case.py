"""What a case of a rule is: a function of arrays, and what may move along their axes and those of its results."""

import dataclasses
from collections.abc import Callable

import jax

Shape = tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Case:
    """A function, and what must be found of it when none of its arguments and results is held still.

    Attributes:
        function: of arrays.
        axes: what moves along each axis of the arguments and of the results, such as `ab,bc->ac`: a letter for each set of
            units, `.` for what is frozen, `1` for a single unit, `a+b` for parts one after another, `(ab)` for factors, and
            `[ab]` for parts in turn.
        shapes: of the arguments.
        types: of the arguments, or one for all.
    """

    function: Callable
    axes: str
    shapes: tuple[Shape, ...]
    types: tuple[str, ...] = ("int32",)

    @property
    def arguments(self) -> list[jax.ShapeDtypeStruct]:
        types = self.types * (len(self.shapes) if len(self.types) == 1 else 1)
        return [jax.ShapeDtypeStruct(shape, type_) for shape, type_ in zip(self.shapes, types, strict=True)]


def of_integers(function: Callable, axes: str, *shapes: Shape) -> Case:
    return Case(function, axes, shapes)


def of_floats(function: Callable, axes: str, *shapes: Shape) -> Case:
    return Case(function, axes, shapes, ("float32",))


def of_types(types: tuple[str, ...], function: Callable, axes: str, *shapes: Shape) -> Case:
    return Case(function, axes, shapes, types)
