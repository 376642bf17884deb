"""Rules of what makes whole numbers of others, and of conversions between types."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.exact import ExactNumber
from symmetry.gradcheck.jaxpr.values import is_exact, order
from symmetry.gradcheck.tape import CannotRun, current

NEAREST_EVEN = 1
"""JAX's rounding method that takes the even one of two integers that are equally near; 0 is away from zero."""


def _floor(x: np.ndarray, **_: object) -> np.ndarray:
    if not is_exact(x):
        return np.floor(order(x))
    nearest = np.frompyfunc(_nearest, 1, 1)(np.asarray(x))
    nearest = np.asarray(nearest).astype(float)
    return nearest - (x < nearest)


def _nearest(number: ExactNumber) -> float:
    """An integer less than 1 away, from the middle of the ball; this makes no float of the number itself."""
    return float(np.rint(float(number.value.mid())))


def _ceiling(x: np.ndarray, **_: object) -> np.ndarray:
    return -_floor(-x)


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
        return x - y * np.where(quotient < 0, _ceiling(quotient), _floor(quotient))
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
    if jnp.issubdtype(new_dtype, np.bool_):
        return order(x) != 0
    return np.asarray(order(x)).astype(np.float64)


ROUNDING: dict[str, Callable] = {
    "floor": _floor,
    "ceil": _ceiling,
    "round": _round,
    "rem": _remainder,
    "convert_element_type": _convert,
}
"""By name of the primitive."""
