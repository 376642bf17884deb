"""Rules of `symmetry.sweep.lanes`: how a primitive of one network runs on networks along the last axis."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from symmetry.array import Array

LONGEST = 16
"""Terms of a product, or units to choose from, up to which they are written out."""

MOST = 4096
"""Entries of what is written out, up to which it is: compiling takes time in proportion to the terms."""


class Value(NamedTuple):
    """An array, and whether it has a last axis of many networks or is one for all of them."""

    array: Array
    many: bool


Rule = Callable[[Sequence[Value], Mapping[str, Any]], Value | None]
"""What a primitive gives, from its operands and parameters; None where `jax.vmap` does it better."""


def broadcast(operands: Sequence[Value], params: Mapping[str, Any]) -> Value:
    array, shape = operands[0].array, params["shape"]
    return Value(
        lax.broadcast_in_dim(array, (*shape, array.shape[-1]), (*params["broadcast_dimensions"], len(shape))), True
    )


def reshape(operands: Sequence[Value], params: Mapping[str, Any]) -> Value:
    array = operands[0].array
    return Value(array.reshape(*params["new_sizes"], array.shape[-1]), True)


def transpose(operands: Sequence[Value], params: Mapping[str, Any]) -> Value:
    order = params["permutation"]
    return Value(lax.transpose(operands[0].array, (*order, len(order))), True)


def product(operands: Sequence[Value], params: Mapping[str, Any]) -> Value | None:
    """A product of matrices as a sum of products of numbers."""
    contracted, batched = params["dimension_numbers"]
    if any(len(axes) != 1 for axes in contracted):
        return None
    sides = [
        _in_order(each, summed[0], batch) for each, summed, batch in zip(operands, contracted, batched, strict=True)
    ]
    one, other = sides
    batch = len(batched[0])
    left, right = one.ndim - batch - 2, other.ndim - batch - 2
    terms = one.shape[0]
    entries = math.prod(one.shape[:-1]) * math.prod(other.shape[batch + 1 : -1])
    if terms > LONGEST or entries > MOST:
        return None
    one = one.reshape(*one.shape[:-1], *[1] * right, one.shape[-1])
    other = other.reshape(*other.shape[: batch + 1], *[1] * left, *other.shape[batch + 1 :])
    total = one[0] * other[0]
    for term in range(1, terms):
        total = total + one[term] * other[term]
    preferred = params.get("preferred_element_type")
    return Value(total if preferred is None else total.astype(preferred), True)


def _in_order(value: Value, summed: int, batch: Sequence[int]) -> Array:
    """Axes in the order: the summed one, those of the batch, the others, networks."""
    array = value.array if value.many else jnp.asarray(value.array)[..., None]
    others = [axis for axis in range(array.ndim - 1) if axis != summed and axis not in batch]
    return array.transpose(summed, *batch, *others, array.ndim - 1)


def gather(operands: Sequence[Value], params: Mapping[str, Any]) -> Value | None:
    """Units by their indices, as a selection among all units; indices that differ from network to network."""
    units, indices = operands
    numbers = params["dimension_numbers"]
    if not indices.many or not _takes_along_an_axis(units, numbers, params["slice_sizes"]):
        return None
    axis, places = numbers.start_index_map[0], indices.array[..., 0, :]
    array = units.array if units.many else jnp.asarray(units.array)[..., None]
    array = jnp.moveaxis(array, axis, 0)
    if len(array) > LONGEST or math.prod(array.shape[:-1]) * math.prod(places.shape[:-1]) > MOST:
        return None
    if params["mode"] == lax.GatherScatterMode.CLIP:
        places = jnp.clip(places, 0, len(array) - 1)
    rank = array.ndim - 2 + places.ndim - 1
    chosen = [place for place in range(rank) if place not in numbers.offset_dims]
    shape = [1] * rank + [places.shape[-1]]
    for place, size in zip(chosen, places.shape[:-1], strict=True):
        shape[place] = size
    places, total = places.reshape(shape), jnp.asarray(_outside(array.dtype, params["fill_value"]), array.dtype)
    for unit, numbers_of_it in enumerate(array):
        total = jnp.where(places == unit, jnp.expand_dims(numbers_of_it, chosen), total)
    return Value(total, True)


def _outside(dtype: Any, fill: Any) -> Any:
    """What a gather gives for an index without a unit, as JAX has it."""
    if fill is not None or jnp.issubdtype(dtype, jnp.bool_):
        return fill or 0
    if jnp.issubdtype(dtype, jnp.inexact):
        return jnp.nan
    return jnp.iinfo(dtype).min if jnp.issubdtype(dtype, jnp.signedinteger) else jnp.iinfo(dtype).max


def _takes_along_an_axis(units: Value, numbers: lax.GatherDimensionNumbers, sizes: Sequence[int]) -> bool:
    """Whether whole slices are taken along one axis, which goes."""
    shape = units.array.shape[:-1] if units.many else units.array.shape
    if len(numbers.start_index_map) != 1 or numbers.operand_batching_dims:
        return False
    axis = numbers.start_index_map[0]
    whole = all(size == (1 if place == axis else shape[place]) for place, size in enumerate(sizes))
    return whole and tuple(numbers.collapsed_slice_dims) == (axis,)


RULES: dict[str, Rule] = {
    "broadcast_in_dim": broadcast,
    "reshape": reshape,
    "transpose": transpose,
    "dot_general": product,
    "gather": gather,
}
"""By the name of the primitive."""
