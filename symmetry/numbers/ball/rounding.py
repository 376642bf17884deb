"""What floats lose: the errors of one operation, of a sum, and of numbers near zero, in every float type."""

import jax.numpy as jnp
from jax import lax

from symmetry.array import Array


def unit_roundoff(dtype) -> float:
    """Half the distance from 1 to the next float: the relative error of one correctly rounded operation.

    >>> unit_roundoff("float64") == 2.0**-53
    True
    """
    return float(jnp.finfo(dtype).eps) / 2


def underflow(dtype) -> float:
    """The absolute error that one operation may add near zero: subnormals are flushed to 0, except in float16."""
    finfo = jnp.finfo(dtype)
    return float(finfo.smallest_subnormal if jnp.dtype(dtype) == jnp.float16 else finfo.tiny)


def summation_error(terms: int, dtype) -> float:
    """gamma_n = n u / (1 - n u): the relative error of a sum of products in any order (higham2002accuracy, 3.1)."""
    growth = (terms + 1) * unit_roundoff(dtype)
    return growth / (1 - growth) if growth < 1 else float("inf")


def wide(array: Array) -> Array:
    """In the widest float there is: float64 where it is enabled, else float32."""
    widest = jnp.result_type(float)
    return array if array.dtype == widest else array.astype(widest)


def size(array: Array) -> Array:
    """The absolute value, in the widest float there is."""
    return wide(lax.abs(array))


def rounding_error(center: Array) -> Array:
    """The error of rounding once to the center's type."""
    return unit_roundoff(center.dtype) * size(center)
