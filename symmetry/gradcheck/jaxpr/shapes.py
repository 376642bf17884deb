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
    lengths = [1] * len(shape)
    for axis, length in zip(broadcast_dimensions, x.shape, strict=True):
        lengths[axis] = length
    return np.broadcast_to(x.reshape(lengths), shape)


def _reshape(
    x: np.ndarray, *_: object, new_sizes: Sequence[int], dimensions: Sequence[int] | None = None, **__: object
) -> np.ndarray:
    """In the order of the dimensions given, if any are."""
    return (x if dimensions is None else np.transpose(x, dimensions)).reshape(new_sizes)


def _slice(
    x: np.ndarray,
    *,
    start_indices: Sequence[int],
    limit_indices: Sequence[int],
    strides: Sequence[int] | None,
    **_: object,
) -> np.ndarray:
    return x[tuple(map(slice, start_indices, limit_indices, strides or [1] * x.ndim))]


def _window(starts: Sequence[np.ndarray], lengths: Sequence[int], shape: Sequence[int]) -> tuple[slice, ...]:
    """Slices that begin at the starts, or as near to them as they fit in."""
    begins = [
        min(max(int(start), 0), size - length) for start, length, size in zip(starts, lengths, shape, strict=True)
    ]
    return tuple(slice(begin, begin + length) for begin, length in zip(begins, lengths, strict=True))


def _dynamic_slice(x: np.ndarray, *starts: np.ndarray, slice_sizes: Sequence[int], **_: object) -> np.ndarray:
    return x[_window(starts, slice_sizes, x.shape)]


def _dynamic_update_slice(x: np.ndarray, update: np.ndarray, *starts: np.ndarray, **_: object) -> np.ndarray:
    places = np.arange(x.size).reshape(x.shape)
    places[_window(starts, update.shape, x.shape)] = x.size + np.arange(update.size).reshape(update.shape)
    return np.concatenate(joined(x, update))[places]


def _split(x: np.ndarray, *, sizes: Sequence[int], axis: int, **_: object) -> list[np.ndarray]:
    return np.split(x, np.cumsum(sizes)[:-1], axis)


SHAPES: dict[str, Callable] = {
    "broadcast_in_dim": _broadcast,
    "reshape": _reshape,
    "squeeze": lambda x, *, dimensions, **_: np.squeeze(x, tuple(dimensions)),
    "transpose": lambda x, *, permutation, **_: np.transpose(x, permutation),
    "rev": lambda x, *, dimensions, **_: np.flip(x, tuple(dimensions)),
    "concatenate": lambda *operands, dimension, **_: np.concatenate(operands, dimension),
    "stack": lambda *operands, axis, **_: np.stack(operands, axis),
    "unstack": lambda x, *, axis, **_: list(np.moveaxis(x, axis, 0)),
    "tile": lambda x, *, reps, **_: np.tile(x, reps),
    "pad": lambda x, fill, *, padding_config, **_: padded(x, fill, padding_config),
    "slice": _slice,
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "split": _split,
}
"""By name of the primitive."""
