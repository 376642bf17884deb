"""Rules of gather and scatter: JAX itself gathers the places of entries, which are then taken or changed in NumPy."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from symmetry.gradcheck.jaxpr.arithmetic import maximum, minimum
from symmetry.gradcheck.jaxpr.values import joined
from symmetry.gradcheck.tape import CannotRun

OUTSIDE = -1
"""The place of what lies outside of the array."""


def fold(function: Callable, x: Any, places: Any, updates: Any) -> Any:
    """The array after function(entry, update) was put at each place in turn, by place in the flattened array."""
    inside = places.ravel() != OUTSIDE
    flat, changes = joined(x, updates)
    places, changes = places.ravel()[inside], changes[inside]
    for chosen in _rounds(places):
        flat[places[chosen]] = function(flat[places[chosen]], changes[chosen])
    return flat.reshape(x.shape)


def _rounds(places: Any) -> list[Any]:
    """Indices such that a place occurs at most once in each round: its first occurrences, its second ones, ..."""
    ranked = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.diff(places[ranked], prepend=OUTSIDE))
    counts = np.diff(starts, append=len(places))
    turns = np.arange(len(places)) - np.repeat(starts, counts)
    return [ranked[turns == turn] for turn in range(max(counts, default=0))]


def _places(shape: tuple[int, ...], indices: Any, **parameters: Any) -> Any:
    """Places in an array of that shape, gathered as JAX gathers entries."""
    places = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    return np.asarray(jax.lax.gather(places, indices, fill_value=OUTSIDE, **parameters))


def _gather(
    x: Any, indices: Any, *, dimension_numbers: Any, slice_sizes: Any, mode: Any, fill_value: Any, **_: Any
) -> Any:
    places = _places(x.shape, indices, dimension_numbers=dimension_numbers, slice_sizes=slice_sizes, mode=mode)
    filling = np.asarray(np.nan if fill_value is None else fill_value, float)
    return np.concatenate(joined(x, filling) if (places == OUTSIDE).any() else joined(x))[places]


def _scatter(
    combine: Callable, x: Any, indices: Any, updates: Any, *, dimension_numbers: Any, mode: Any, **_: Any
) -> Any:
    """The places of updates are what a gather with the same dimensions takes."""
    numbers = dimension_numbers
    gathering = jax.lax.GatherDimensionNumbers(
        offset_dims=numbers.update_window_dims,
        collapsed_slice_dims=numbers.inserted_window_dims,
        start_index_map=numbers.scatter_dims_to_operand_dims,
        operand_batching_dims=numbers.operand_batching_dims,
        start_indices_batching_dims=numbers.scatter_indices_batching_dims,
    )
    windows = iter(updates.shape[axis] for axis in numbers.update_window_dims)
    single = {*numbers.inserted_window_dims, *numbers.operand_batching_dims}
    sizes = [1 if axis in single else next(windows) for axis in range(x.ndim)]
    places = _places(x.shape, indices, dimension_numbers=gathering, slice_sizes=sizes, mode=mode)
    return fold(combine, x, places, updates)


def _replace(x: Any, indices: Any, updates: Any, *, update_jaxpr: Any, **parameters: Any) -> Any:
    if update_jaxpr is not None and update_jaxpr.outvars[0] is not update_jaxpr.invars[1]:
        raise CannotRun("JAX's primitive scatter with a function of its own has no rule on exact numbers")
    return _scatter(lambda _, update: update, x, indices, updates, **parameters)


INDEXING: dict[str, Callable] = {
    "gather": _gather,
    "scatter": _replace,
    "scatter-add": functools.partial(_scatter, np.add),
    "scatter-sub": functools.partial(_scatter, np.subtract),
    "scatter-mul": functools.partial(_scatter, np.multiply),
    "scatter-max": functools.partial(_scatter, maximum),
    "scatter-min": functools.partial(_scatter, minimum),
}
"""By name of the primitive."""
