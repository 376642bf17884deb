"""Rules of the primitives that only move entries, of any kind."""

from collections.abc import Callable, Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.values import joined


def padded(x: np.ndarray, fill: np.ndarray, widths: Sequence[tuple[int, int, int]]) -> np.ndarray:
    """The array with entries of `fill` before, after and between its own, in every axis; negative widths take away."""
    places = np.arange(x.size).reshape(x.shape)
    for axis, (low, high, interior) in enumerate(widths):
        length, apart = x.shape[axis], interior + 1
        positions = np.arange(-low, (length - 1) * apart + 1 + high if length else high)
        inside = (positions >= 0) & (positions <= (length - 1) * apart) & (positions % apart == 0)
        shape = [len(positions) if each == axis else size for each, size in enumerate(places.shape)]
        spread = np.full(shape, x.size)
        np.moveaxis(spread, axis, 0)[inside] = np.moveaxis(places, axis, 0)[positions[inside] // apart]
        places = spread
    return np.concatenate(joined(x, np.asarray(fill)))[places]


def _broadcast(
    x: np.ndarray, *_: object, shape: Sequence[int], broadcast_dimensions: Sequence[int], **__: object
) -> np.ndarray:
    lengths = np.ones(len(shape), int)
    lengths[list(broadcast_dimensions)] = x.shape
    return np.broadcast_to(x.reshape(lengths), shape)


def _window(starts: Sequence[np.ndarray], lengths: Sequence[int], shape: Sequence[int]) -> tuple[slice, ...]:
    """Slices that begin at the starts, or as near to them as they fit in."""
    begins = np.clip(np.asarray(starts, int), 0, np.subtract(shape, lengths, dtype=int))
    return tuple(map(slice, begins, begins + np.asarray(lengths, int)))


def _dynamic_update_slice(x: np.ndarray, update: np.ndarray, *starts: np.ndarray, **_: object) -> np.ndarray:
    places = np.arange(x.size).reshape(x.shape)
    places[_window(starts, update.shape, x.shape)] = x.size + np.arange(update.size).reshape(update.shape)
    return np.concatenate(joined(x, update))[places]


SHAPES: dict[str, Callable] = {
    "broadcast_in_dim": _broadcast,
    "reshape": lambda x, *_, new_sizes, dimensions=None, **__: np.reshape(
        x if dimensions is None else np.transpose(x, dimensions), new_sizes
    ),
    "squeeze": lambda x, *, dimensions, **_: np.squeeze(x, tuple(dimensions)),
    "transpose": lambda x, *, permutation, **_: np.transpose(x, permutation),
    "rev": lambda x, *, dimensions, **_: np.flip(x, tuple(dimensions)),
    "concatenate": lambda *operands, dimension, **_: np.concatenate(operands, dimension),
    "stack": lambda *operands, axis, **_: np.stack(operands, axis),
    "unstack": lambda x, *, axis, **_: list(np.moveaxis(x, axis, 0)),
    "split": lambda x, *, sizes, axis, **_: np.split(x, np.cumsum(sizes)[:-1], axis),
    "tile": lambda x, *, reps, **_: np.tile(x, reps),
    "pad": lambda x, fill, *, padding_config, **_: padded(x, fill, padding_config),
    "slice": lambda x, *, start_indices, limit_indices, strides, **_: x[
        tuple(map(slice, start_indices, limit_indices, strides or [1] * x.ndim))
    ],
    "dynamic_slice": lambda x, *starts, slice_sizes, **_: x[_window(starts, slice_sizes, x.shape)],
    "dynamic_update_slice": _dynamic_update_slice,
}
"""By name of the primitive."""
