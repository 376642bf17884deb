"""Functions of real numbers from SymPy's formulas, by python-flint: rationals for arithmetic, `arb` for everything else."""

import functools
from collections.abc import Callable
from typing import SupportsFloat

import flint
import numpy as np
import sympy

from symmetry.numbers.symbol import VARIABLE, formula, translated

ACCURACY = 120
"""Bits to which a function is computed, relative to the value or to the smallest normal float64."""

_OF_ARB = {name: member for name, member in vars(flint.arb).items() if not name.startswith("_")}
"""arb's functions by name, which are SymPy's names: exp, tanh, erf, ..."""


def _left_or_right(z: flint.arb, left: flint.arb, right: flint.arb) -> flint.arb:
    return left if z <= 0 else right


def real_function(name: str, order: int) -> Callable[[flint.arb], flint.arb]:
    """The derivative of an activation as a function of exact arguments, accurate to `ACCURACY` bits."""
    return real_function_of(formula(name, order))


def real_function_of(expression: sympy.Expr) -> Callable[[flint.arb], flint.arb]:
    """The same for any expression in `VARIABLE`."""
    return _accurate(on_arb(expression))


@functools.cache
def on_arb(expression: sympy.Expr, arguments: tuple[sympy.Symbol, ...] = (VARIABLE,)) -> Callable[..., flint.arb]:
    """An expression as a function of its arguments, computed once, to flint's precision of that moment."""
    functions = {**_OF_ARB, "left_or_right": _left_or_right}
    return translated(expression, arguments, functions, lambda constant, like: _constant(constant))


def _constant(constant: sympy.Expr) -> flint.arb:
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


def rational(number: SupportsFloat) -> flint.fmpq:
    """A float as the fraction it is."""
    return flint.fmpq(*float(number).as_integer_ratio())


def real(number: flint.fmpq) -> flint.arb:
    """A fraction as a real number, to `ACCURACY` bits and more."""
    with flint.ctx.workprec(4 * ACCURACY):
        return flint.arb(number)


def excess(value: flint.arb | flint.fmpq | int, center: float, radius: float) -> float:
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
