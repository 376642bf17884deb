"""The kinds of arrays that programs run on: real numbers, complex numbers and exact numbers, as NumPy arrays."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.exact import Number, Numbers, constant, objects_of
from symmetry.gradcheck.tape import CannotRun

KINDS = tuple(map(np.dtype, (np.float64, np.longdouble, np.complex128, np.clongdouble, object)))
"""Types of the arrays that stand for floats; a float of fewer bits is widened to the first."""


def is_inexact(dtype: Any) -> bool:
    """Whether JAX means floats (or complex numbers) by a type, whatever kind of number stands for them."""
    return jnp.issubdtype(dtype, jnp.inexact)


def is_key(value: Any) -> bool:
    """Whether a value is JAX's own array of keys of random numbers, which NumPy has no type for."""
    return isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.extended)


def as_value(outcome: Any, aval: Any) -> Any:
    """The array that stands for a variable of the program, from what a rule or a caller has for it."""
    array = np.asanyarray(outcome)
    if not is_inexact(aval.dtype):
        return np.asarray(array).astype(aval.dtype, copy=False)
    if array.dtype == object:
        return numbers_of(array)
    return array if array.dtype in KINDS else array.astype(np.float64)


def numbers_of(array: Any) -> Numbers:
    """An array of exact numbers, whose plain floats have become constants."""
    objects = np.asarray(array, object)
    entries = objects.ravel().tolist()
    if set(map(type, entries)) <= {Number}:
        return objects.view(Numbers)
    return objects_of(objects.shape, [_number(entry) for entry in entries]).view(Numbers)


def _number(entry: Any) -> Number:
    number = constant(entry)
    if number is None:
        raise CannotRun(f"a {type(entry).__name__} stands where a number is expected")
    return number


def widened(value: Any) -> Any:
    """A value as rules take it: a constant that JAX computed becomes a NumPy array, its floats float64."""
    if (isinstance(value, np.ndarray) and value.dtype in KINDS) or is_key(value):
        return value
    array = np.asarray(value)
    return array.astype(np.float64) if jnp.issubdtype(array.dtype, jnp.floating) else array


def is_exact(array: Any) -> bool:
    """Whether an array has entries of `Number`."""
    return array.dtype == object


def order(array: Any) -> Any:
    """What comparisons go by: the real part of complex numbers, whose imaginary part is a vanishing change."""
    return array.real if np.iscomplexobj(array) else array


def joined(*arrays: Any) -> list[Any]:
    """The arrays, flattened, in the one kind that holds the entries of all of them."""
    kind = np.result_type(*arrays)
    return [numbers_of(array.ravel()) if kind.hasobject else array.ravel().astype(kind) for array in arrays]


def dual(value: Any, *changes: tuple[Any, Any]) -> Any:
    """Complex numbers with a real part, and for its change the sum of each (change of an operand, slope in it)."""
    total = sum(np.where(change == 0, 0, change * slope) for change, slope in changes)
    result = np.asarray(value).astype(np.result_type(value, 1j))
    result.imag = total
    return result
