"""The functions of NumPy and SciPy that arrays of exact numbers are sent to, entry by entry."""

import functools
from collections.abc import Callable
from typing import Any

from symmetry.gradcheck.number import Number, constant

UNARY = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "tanh", "sinh", "cosh", "sin", "cos", "tan"),
    *("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "erf", "erfc", "expit", "conjugate"),
    *("floor", "ceil", "trunc", "rint"),
)
"""Functions of one number that are methods of `Number`."""


def _softplus(number: Number) -> Number:
    """log(1 + e^z), from the side that does not cancel."""
    return number + (-number).exp().log1p() if number > 0 else number.exp().log1p()


def _logaddexp(one: Any, other: Any) -> Number:
    one, other = constant(one), constant(other)
    return one + _softplus(other - one)


FUNCTIONS: dict[str, Callable] = {
    name: functools.partial(lambda name, number: getattr(constant(number), name)(), name) for name in UNARY
} | {
    "isfinite": lambda number: constant(number).value.is_finite(),
    "isnan": lambda number: constant(number).value.is_nan(),
    "isinf": lambda number: False,
    "signbit": lambda number: constant(number) < 0,
    "logaddexp": _logaddexp,
    "log_expit": lambda number: -_softplus(-constant(number)),
    "exp2": lambda number: 2 ** constant(number),
    "hypot": lambda one, other: (constant(one) ** 2 + constant(other) ** 2).sqrt(),
    "xlogy": lambda one, other: constant(one) * constant(other).log() if constant(one) != 0 else constant(0),
    "xlog1py": lambda one, other: constant(one) * constant(other).log1p() if constant(one) != 0 else constant(0),
    "entr": lambda number: -constant(number) * constant(number).log() if constant(number) != 0 else constant(0),
    "heaviside": lambda number, at_zero: at_zero if constant(number) == 0 else int(constant(number) > 0),
    "fabs": abs,
    "fmod": lambda one, other: constant(one) - other * (constant(one) / other).trunc(),
}
"""Ufuncs of NumPy and SciPy that arrays of numbers are sent to, by name; entry by entry."""
