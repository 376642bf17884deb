"""Rules of gather and scatter: both first find the places of entries in the flattened array."""

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np
from jax.extend.core import Jaxpr
from jax.lax import GatherDimensionNumbers, GatherScatterMode, ScatterDimensionNumbers

from symmetry.gradcheck.jaxpr.arithmetic import maximum, minimum
from symmetry.gradcheck.jaxpr.values import Parameter, joined
from symmetry.gradcheck.tape import CannotRun

OUTSIDE = -1
"""The place of what lies outside of the array."""


def fold(function: Callable, x: np.ndarray, places: np.ndarray, updates: np.ndarray) -> np.ndarray:
    """The array after function(entry, update) was put at each place in turn, by place in the flattened array."""
    inside = places.ravel() != OUTSIDE
    flat, changes = joined(x, updates)
    flat = np.array(flat, subok=True)  # a row of exact numbers is a view of the operand, which stays as it is
    places, changes = places.ravel()[inside], changes[inside]
    for chosen in _rounds(places):
        flat[places[chosen]] = function(flat[places[chosen]], changes[chosen])
    return flat.reshape(x.shape)


def _rounds(places: np.ndarray) -> list[np.ndarray]:
    """Indices such that a place occurs at most once in each round: its first occurrences, its second ones, ..."""
    ranked = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.diff(places[ranked], prepend=OUTSIDE))
    counts = np.diff(starts, append=len(places))
    turns = np.arange(len(places)) - np.repeat(starts, counts)
    return [ranked[turns == turn] for turn in range(max(counts, default=0))]


def _places(
    shape: Sequence[int], indices: np.ndarray, numbers: GatherDimensionNumbers, sizes: Sequence[int], fits: bool
) -> np.ndarray:
    """Places in the flattened array of the entries that a gather takes.

    A window that reaches outside is moved inside if it `fits`; otherwise its places are `OUTSIDE`.
    """
    batch = indices.shape[:-1]
    starts = np.zeros((*batch, len(shape)), int)
    starts[..., list(numbers.start_index_map)] = indices
    for axis, source in zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims, strict=True):
        starts[..., axis] = np.indices(batch, sparse=True)[source]
    room = np.subtract(shape, sizes)
    outside = ((starts < 0) | (starts > room)).any(-1)
    steps = np.array([math.prod(shape[axis + 1 :]) for axis in range(len(shape))], int)
    window = np.arange(math.prod(shape)).reshape(shape)[tuple(map(slice, sizes))]
    window = np.squeeze(window, (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims))
    places = np.asarray(np.add.outer(np.clip(starts, 0, room) @ steps, window))
    if not fits:
        places[outside] = OUTSIDE
    return np.moveaxis(places, range(len(batch), places.ndim), numbers.offset_dims)


def _gather(
    x: np.ndarray,
    indices: np.ndarray,
    *,
    dimension_numbers: GatherDimensionNumbers,
    slice_sizes: Sequence[int],
    mode: GatherScatterMode,
    fill_value: complex,
    **_: object,
) -> np.ndarray:
    places = _places(x.shape, indices, dimension_numbers, slice_sizes, mode != GatherScatterMode.FILL_OR_DROP)
    if not (places == OUTSIDE).any():
        return x.ravel()[places]
    return np.concatenate(joined(x, np.asarray(fill_value).astype(x.dtype)))[places]


def _scatter(
    combine: Callable,
    x: np.ndarray,
    indices: np.ndarray,
    updates: np.ndarray,
    *,
    dimension_numbers: ScatterDimensionNumbers,
    mode: GatherScatterMode,
    **_: object,
) -> np.ndarray:
    """The places of updates are what a gather with the same dimensions takes."""
    numbers = dimension_numbers
    gathering = GatherDimensionNumbers(
        offset_dims=tuple(numbers.update_window_dims),
        collapsed_slice_dims=tuple(numbers.inserted_window_dims),
        start_index_map=tuple(numbers.scatter_dims_to_operand_dims),
        operand_batching_dims=tuple(numbers.operand_batching_dims),
        start_indices_batching_dims=tuple(numbers.scatter_indices_batching_dims),
    )
    windows = iter(updates.shape[axis] for axis in numbers.update_window_dims)
    single = {*numbers.inserted_window_dims, *numbers.operand_batching_dims}
    sizes = [1 if axis in single else next(windows) for axis in range(x.ndim)]
    return fold(combine, x, _places(x.shape, indices, gathering, sizes, mode == GatherScatterMode.CLIP), updates)


def _replace(
    x: np.ndarray, indices: np.ndarray, updates: np.ndarray, *, update_jaxpr: Jaxpr | None, **parameters: Parameter
) -> np.ndarray:
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
