"""Exact references: rationals for arithmetic and python-flint's `arb` for everything else, from SymPy's formulas."""

import functools
from collections.abc import Callable

import flint
import numpy as np
import sympy

from symmetry.formula import turned_into
from symmetry.numbers.symbol import VARIABLE, formula

ACCURACY = 120
"""Bits to which a reference is computed, relative to the value or to the smallest normal float64."""

_ON_ARB = {
    "exp": lambda z: z.exp(),
    "log": lambda z: z.log(),
    "sqrt": lambda z: z.sqrt(),
    "tanh": lambda z: z.tanh(),
    "erf": lambda z: z.erf(),
    "sin": lambda z: z.sin(),
    "cos": lambda z: z.cos(),
    "left_or_right": lambda z, left, right: left if z <= 0 else right,
}


def reference(name: str, order: int) -> Callable[[flint.arb], flint.arb]:
    """The derivative of an activation as a function of exact arguments, accurate to `ACCURACY` bits."""
    return _accurate(_on_arb(formula(name, order)))


def reference_of(expression: sympy.Expr) -> Callable[[flint.arb], flint.arb]:
    """The same for any expression in `VARIABLE`."""
    return _accurate(_on_arb(expression))


@functools.cache
def _on_arb(expression: sympy.Expr) -> Callable:
    return turned_into(expression, [VARIABLE], _ON_ARB, lambda constant, like: _constant(constant))


def _constant(constant) -> flint.arb:
    digits = int(flint.ctx.prec * 0.302) + 5
    return flint.arb(str(sympy.N(constant, digits)), f"1e-{digits - 3}")


def _accurate(function: Callable) -> Callable[[flint.arb], flint.arb]:
    floor = flint.arb(2) ** (-1022 - ACCURACY)

    def evaluate(argument: flint.arb) -> flint.arb:
        for precision in (256, 1024, 4096, 16384):
            with flint.ctx.workprec(precision):
                value = flint.arb(function(argument))
                if value.rad() <= abs(value.mid()) * flint.arb(2) ** -ACCURACY or value.rad() <= floor:
                    return value
        return value

    return evaluate


def rational(number) -> flint.fmpq:
    """A float as the fraction it is."""
    return flint.fmpq(*float(number).as_integer_ratio())


def real(number: flint.fmpq) -> flint.arb:
    """A fraction as a real number, to `ACCURACY` bits and more."""
    with flint.ctx.workprec(4 * ACCURACY):
        return flint.arb(number)


def excess(value, center: float, radius: float) -> float:
    """How far the exact value is from the center, in radii; 0 if the radius is infinite, infinite if center is NaN."""
    if not np.isfinite(radius):
        return 0.0
    if not np.isfinite(center):
        return float("inf")
    with flint.ctx.workprec(4 * ACCURACY):
        distance = abs(flint.arb(value) - flint.arb(float(center)))
        if distance == 0:
            return 0.0
        if radius == 0:
            return float("inf")
        ratio = distance / flint.arb(float(radius))
        return float(ratio.mid() + ratio.rad()) if ratio.is_finite() else float("inf")
