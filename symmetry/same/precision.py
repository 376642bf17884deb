"""Whether one side rounds more than the other because it computes in a coarser type, and at which equation."""

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np
from jax.extend.core import Jaxpr, JaxprEqn, jaxprs_in_params

from symmetry.gradcheck.jaxpr.values import is_inexact, shaped
from symmetry.gradcheck.tape import CannotRun
from symmetry.same.arithmetic import EXACT, TypeOf, all_in, own_type, unit
from symmetry.same.carried import floats
from symmetry.same.places import place_of
from symmetry.same.points import Point
from symmetry.same.sides import Side
from symmetry.same.spreads import Spreads
from symmetry.yardstick import FACTOR

MOST_EQUATIONS = 40
"""Equations that are tried as the one that rounds the most."""


@dataclasses.dataclass(frozen=True)
class Coarser:
    """One side rounds more than the other, since it computes in a coarser type.

    Attributes:
        place: 0 if that is f, 1 if it is g.
        times: how many times as much it may round, beside what its formula alone would make of it.
        primitive: what the equation does that is to blame the most.
        dtype: the type in which it does that.
        where: its line in the code; "" if that is unknown.
    """

    place: int
    times: float
    primitive: str
    dtype: str
    where: str


def coarser_side(spreads: Spreads, points: Sequence[Point]) -> Coarser | None:
    """The side that may round 16 times as much as the other because of its types; None if neither does.

    How far rounding takes each side is measured by moving every value by what its type rounds, in floats of 64 bits; and
    again with all values in one type. What is left of the ratio in one type is due to their formulas, and nothing to do with
    precision. A side whose parameters or results are of a coarser type than the other's may round as that type does.

    Raises:
        CannotRun: their types differ, and what that does cannot be measured at any of the points; or one cuts off digits.
    """
    f, g = map(_cut, spreads.sides)
    if f != g:
        raise CannotRun("one of them cuts off digits by reduce_precision, and what that does is not measured")
    types = set().union(*map(_types, spreads.sides))
    if len(types) < 2:
        return None
    finest = min(types, key=unit)
    measured = [_times(spreads, point, finest) for point in points]
    if not any(measured):
        raise CannotRun("they compute in different types of floats, and how much each rounds cannot be measured here")
    for point, times in zip(points, measured, strict=True):
        if times is not None and max(times) > FACTOR:
            place = int(times[1] > times[0])
            equation = _to_blame(spreads, place, point, finest)
            dtype = np.dtype(shaped(equation.outvars[0]).dtype).name
            return Coarser(place, times[place], equation.primitive.name, dtype, place_of(equation))
    return None


def _times(spreads: Spreads, point: Point, finest: np.dtype) -> tuple[float, float] | None:
    """How many times as much as the other each side rounds because of its types; None if that is unknown at a point."""
    own = [_rounding(spreads, place, point, own_type) for place in (0, 1)]
    alike = [_rounding(spreads, place, point, all_in(finest)) for place in (0, 1)]
    if not all(map(math.isfinite, [*own, *alike])) or min(*own, *alike) == 0:
        return None
    declared = [_declared(side) for side in spreads.sides]
    most = [max(own[i], _rounding(spreads, i, point, _at_least(declared[1 - i], declared[i]))) for i in (0, 1)]
    f, g = (own[i] / most[1 - i] / (alike[i] / alike[1 - i]) for i in (0, 1))
    return f, g


def _at_least(other: np.dtype | None, own: np.dtype | None) -> TypeOf:
    """The types as they are, or as coarse as the other side's declared one, if that is coarser than this side's."""
    if other is None or own is None or unit(other) <= unit(own):
        return own_type
    return lambda equation, dtype: other if unit(other) > unit(dtype) else dtype


def _declared(side: Side) -> np.dtype | None:
    """The coarsest type among the parameters and results of a side; None if it has no floats."""
    types = [np.dtype(leaf.dtype) for leaf in floats(side.parameters)]
    types += [np.dtype(shape.dtype) for shape in side.shapes if is_inexact(shape.dtype)]
    return max(types, key=unit, default=None)


def _types(side: Side) -> set[np.dtype]:
    return {np.dtype(shaped(each.outvars[0]).dtype) for each in _rounding_equations(side.program.jaxpr)}


def _cut(side: Side) -> list[int]:
    """To how many digits numbers are cut off on purpose, in order."""
    equations = _rounding_equations(side.program.jaxpr)
    return sorted(each.params["mantissa_bits"] for each in equations if each.primitive.name == "reduce_precision")


def _rounding_equations(jaxpr: Jaxpr) -> Iterator[JaxprEqn]:
    """The equations of a program, and of those that it calls, that round."""
    for equation in jaxpr.eqns:
        called = list(jaxprs_in_params(equation.params))
        for program in called:
            yield from _rounding_equations(program)
        rounds = equation.primitive.name not in EXACT and equation.outvars and not called
        if rounds and is_inexact(shaped(equation.outvars[0]).dtype):
            yield equation


def _rounding(spreads: Spreads, place: int, point: Point, type_of: TypeOf) -> float:
    """How far rounding takes the results of a side, as a share of the largest number; the most over its arrays."""
    found = spreads.of_rounding(place, point, type_of)
    return max(map(_share, found, spreads.still(place, point).leaves), default=0.0)


def _share(spread: float, leaf: np.ndarray) -> float:
    sizes = np.abs(np.asarray(leaf, np.float64))
    largest = float(np.max(sizes[np.isfinite(sizes)], initial=0.0))
    return spread / largest if largest > 0 and leaf.dtype.kind == "f" else 0.0


def _to_blame(spreads: Spreads, place: int, point: Point, finest: np.dtype) -> JaxprEqn:
    """The equation without whose coarse type the side would round the least."""
    equations = _rounding_equations(spreads.sides[place].program.jaxpr)
    coarse = [each for each in equations if unit(shaped(each.outvars[0]).dtype) > unit(finest)]

    def without(equation: JaxprEqn) -> float:
        def type_of(each: JaxprEqn, dtype: np.dtype) -> np.dtype:
            return finest if each is equation else dtype

        return _rounding(spreads, place, point, type_of)

    return min(coarse[:MOST_EQUATIONS], key=without)
