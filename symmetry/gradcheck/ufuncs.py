"""The functions of NumPy and SciPy that arrays of exact numbers are sent to, entry by entry."""

import functools
from collections.abc import Callable

from symmetry.gradcheck.number import ExactNumber, Operand, exact_number

UNARY = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "tanh", "sinh", "cosh", "sin", "cos", "tan"),
    *("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "erf", "erfc", "expit", "conjugate"),
    *("floor", "ceil", "trunc", "rint"),
)
"""Functions of one number that are methods of `ExactNumber`."""


def _softplus(number: ExactNumber) -> ExactNumber:
    """log(1 + e^z), from the side that does not cancel."""
    return number + (-number).exp().log1p() if number > 0 else number.exp().log1p()


def _logaddexp(one: Operand, other: Operand) -> ExactNumber:
    one, other = exact_number(one), exact_number(other)
    return one + _softplus(other - one)


FUNCTIONS: dict[str, Callable] = {
    name: functools.partial(lambda name, number: getattr(exact_number(number), name)(), name) for name in UNARY
} | {
    "isfinite": lambda number: exact_number(number).value.is_finite(),
    "isnan": lambda number: exact_number(number).value.is_nan(),
    "isinf": lambda number: False,
    "signbit": lambda number: exact_number(number) < 0,
    "logaddexp": _logaddexp,
    "log_expit": lambda number: -_softplus(-exact_number(number)),
    "exp2": lambda number: 2 ** exact_number(number),
    "hypot": lambda one, other: (exact_number(one) ** 2 + exact_number(other) ** 2).sqrt(),
    "xlogy": lambda one, other: (
        exact_number(one) * exact_number(other).log() if exact_number(one) != 0 else exact_number(0)
    ),
    "xlog1py": lambda one, other: (
        exact_number(one) * exact_number(other).log1p() if exact_number(one) != 0 else exact_number(0)
    ),
    "entr": lambda number: (
        -exact_number(number) * exact_number(number).log() if exact_number(number) != 0 else exact_number(0)
    ),
    "heaviside": lambda number, at_zero: at_zero if exact_number(number) == 0 else int(exact_number(number) > 0),
    "fabs": abs,
    "fmod": lambda one, other: exact_number(one) - other * (exact_number(one) / other).trunc(),
}
"""Ufuncs of NumPy and SciPy that arrays of numbers are sent to, by name; entry by entry."""
