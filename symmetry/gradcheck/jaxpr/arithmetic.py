"""Rules of arithmetic, rounding and comparisons, of what takes one operand or another, and of casts between types."""

import functools
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.jaxpr.values import dual, each_entry, is_exact, order
from symmetry.gradcheck.tape import CannotRun, current

NEAREST_EVEN = 1
"""JAX's rounding method that takes the even one of two integers that are equally near; 0 is away from zero."""


def _by_order(real: Callable, first_stays: Callable, x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
    """One of two operands; of equal ones the first."""
    if any(is_exact(each) or np.iscomplexobj(each) for each in (x, y)):
        return np.where(first_stays(order(x), order(y)), x, y)
    return real(x, y)


maximum = functools.partial(_by_order, np.maximum, np.greater_equal)
minimum = functools.partial(_by_order, np.minimum, np.less_equal)


def _power(x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
    if not (np.iscomplexobj(x) or np.iscomplexobj(y)):
        return np.power(x, y)
    base, exponent = order(x), order(y)
    value = np.power(base, exponent)
    slope = np.where(exponent == 0, 0, exponent * np.power(base, exponent - 1))
    return dual(value, (np.imag(x), slope), (np.imag(y), value * np.log(base)))


def _floor(x: np.ndarray, **_: object) -> np.ndarray:
    if not is_exact(x):
        return np.floor(order(x))
    # an integer less than 1 away, from the middle of the ball: this makes no float of the number itself
    nearest = each_entry(lambda number: float(np.rint(float(number.value.mid()))), x).astype(float)
    return nearest - (x < nearest)


def _round(x: np.ndarray, *, rounding_method: int, **_: object) -> np.ndarray:
    real = order(x)
    low = _floor(real)
    upper_if_tied = low % 2 == 1 if int(rounding_method) == NEAREST_EVEN else low >= 0
    part = real - low
    return low + ((part > 0.5) | ((part == 0.5) & upper_if_tied))


def _remainder(x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
    """What a division towards zero leaves, with the sign of the dividend."""
    if is_exact(x) or is_exact(y):
        quotient = x / y
        return x - y * np.where(quotient < 0, -_floor(-quotient), _floor(quotient))
    remainder = np.fmod(order(x), order(y))
    if np.iscomplexobj(x) or np.iscomplexobj(y):
        return x - y * np.rint((order(x) - remainder) / order(y))
    return remainder


def _convert(x: np.ndarray, *, new_dtype: np.dtype, **_: object) -> np.ndarray:
    if jnp.issubdtype(new_dtype, jnp.complexfloating):
        raise CannotRun("JAX's complex numbers have no rules on exact numbers")
    if jnp.issubdtype(new_dtype, jnp.inexact):
        current().casts.add(np.dtype(new_dtype))
        return x
    return order(x) != 0 if jnp.issubdtype(new_dtype, np.bool_) else np.asarray(order(x)).astype(np.float64)


def _select(which: np.ndarray, *cases: np.ndarray, **_: object) -> np.ndarray:
    chosen = cases[0]
    for place, case in enumerate(cases[1:], 1):
        chosen = np.where(which == place, case, chosen)
    return chosen


def _comparing(compare: Callable) -> Callable:
    return lambda x, y, **_: compare(order(x), order(y))


ARITHMETIC: dict[str, Callable] = {
    **dict.fromkeys(("add", "add_any"), lambda x, y, **_: x + y),
    "sub": lambda x, y, **_: x - y,
    "mul": lambda x, y, **_: x * y,
    "div": lambda x, y, **_: x / y,
    "neg": lambda x, **_: -x,
    "square": lambda x, **_: x * x,
    "pow": _power,
    "integer_pow": lambda x, *, y, **_: _power(x, np.asarray(y, float)),
    "rem": _remainder,
    "floor": _floor,
    "ceil": lambda x, **_: -_floor(-x),
    "round": _round,
    "max": maximum,
    "min": minimum,
    "clamp": lambda low, x, high, **_: minimum(maximum(x, low), high),
    "abs": lambda x, **_: np.where(order(x) < 0, -x, x),
    "sign": lambda x, **_: np.subtract(x > 0, x < 0, dtype=float) if is_exact(x) else np.sign(order(x)),
    "eq": _comparing(np.equal),
    "ne": _comparing(np.not_equal),
    **dict.fromkeys(("lt", "lt_to"), _comparing(np.less)),
    **dict.fromkeys(("le", "le_to"), _comparing(np.less_equal)),
    "gt": _comparing(np.greater),
    "ge": _comparing(np.greater_equal),
    "is_finite": lambda x, **_: np.isfinite(x),
    "select_n": _select,
    "convert_element_type": _convert,
    **dict.fromkeys(("copy", "name", "stop_gradient", "reduce_precision", "sharding_constraint"), lambda x, **_: x),
    **dict.fromkeys(("optimization_barrier", "device_put"), lambda *operands, **_: operands),
}
"""By name of the primitive."""
