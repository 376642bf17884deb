"""The kinds of arrays that programs run on: real numbers, complex numbers and exact numbers, as NumPy arrays."""

from collections.abc import Callable
from typing import Any, Protocol, cast

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax.extend.core import Literal, Var

from symmetry.gradcheck.exact import ExactNumber, Numbers, exact_number, objects_of

Value = np.ndarray | jax.Array
"""What stands for a variable of a program: a NumPy array if it depends on an argument, else an array of JAX."""


class Shaped(Protocol):
    """What JAX knows of a variable before the program runs."""

    shape: tuple[int, ...]
    dtype: np.dtype


Parameter = Any
"""What JAX keeps with a primitive: axes, sizes, types, other programs."""

FLOAT_TYPES = tuple(map(np.dtype, (np.float64, np.longdouble, np.complex128, np.clongdouble, object)))
"""Types of the arrays that stand for floats; a float of fewer bits is widened to the first."""


def is_inexact(dtype: np.dtype) -> bool:
    """Whether JAX means floats (or complex numbers) by a type, whatever kind of number stands for them."""
    return jnp.issubdtype(dtype, jnp.inexact)


def is_key(value: object) -> bool:
    """Whether a value is JAX's own array of keys of random numbers, which NumPy has no type for."""
    return isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.extended)


def shaped(atom: Var | Literal) -> Shaped:
    """The shape and the type of a variable."""
    return cast(Shaped, atom.aval)


def as_value(outcome: npt.ArrayLike, aval: Shaped) -> np.ndarray:
    """The array that stands for a variable of the program, from what a rule or a caller has for it."""
    array = np.asanyarray(outcome)
    if not is_inexact(aval.dtype):
        return np.asarray(array).astype(aval.dtype, copy=False)
    if array.dtype == object:
        return numbers_of(array)
    return array if array.dtype in FLOAT_TYPES else array.astype(np.float64)


def numbers_of(array: np.ndarray) -> Numbers:
    """An array of exact numbers, whose plain floats have become constants."""
    objects = np.asarray(array, object)
    entries = objects.ravel().tolist()
    if set(map(type, entries)) <= {ExactNumber}:
        return objects.view(Numbers)
    return objects_of(objects.shape, [exact_number(entry) for entry in entries]).view(Numbers)


def widened(value: Value) -> Value:
    """A value as rules take it: a constant that JAX computed becomes a NumPy array, its floats float64."""
    if (isinstance(value, np.ndarray) and value.dtype in FLOAT_TYPES) or is_key(value):
        return value
    array = np.asarray(value)
    return array.astype(np.float64) if jnp.issubdtype(array.dtype, jnp.floating) else array


def is_exact(array: np.ndarray) -> bool:
    """Whether an array has entries of `ExactNumber`."""
    return array.dtype == object


def each_entry(function: Callable, *arrays: np.ndarray) -> np.ndarray:
    """The array of what a function gives for the entries of arrays."""
    return np.asarray(np.frompyfunc(function, len(arrays), 1)(*map(np.asarray, arrays)))


def order(array: np.ndarray) -> np.ndarray:
    """What comparisons go by: the real part of complex numbers, whose imaginary part is a vanishing change."""
    return np.real(array) if np.iscomplexobj(array) else array


def joined(*arrays: np.ndarray) -> list[np.ndarray]:
    """The arrays, flattened, in the one kind that holds the entries of all of them."""
    kind = np.result_type(*arrays)
    return [numbers_of(array.ravel()) if kind.hasobject else array.ravel().astype(kind) for array in arrays]


def dual(value: np.ndarray, *changes: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Complex numbers with a real part, and for its change the sum of each (change of an operand, slope in it)."""
    result = np.asarray(value).astype(np.result_type(value, 1j))
    result.imag = sum(np.where(change == 0, 0, change * slope) for change, slope in changes)
    return result
