"""Rules of windows that slide over an array: pools, and the way back through them."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
from jax.extend.core import Primitive

from symmetry.gradcheck.jaxpr.indexing import OUTSIDE, fold
from symmetry.gradcheck.jaxpr.reductions import entries_at, largest, smallest
from symmetry.gradcheck.jaxpr.shapes import padded
from symmetry.gradcheck.jaxpr.values import Parameter


def windows(
    x: np.ndarray,
    fill: float,
    lengths: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
) -> np.ndarray:
    """What each window holds: axes of windows, and then as many axes within a window.

    `fill` stands in the padding and between entries that are dilated.
    """
    once = [1] * x.ndim
    apart, gaps = window_dilation or once, dilation or once
    wide = padded(x, np.asarray(fill), [(low, high, gap - 1) for (low, high), gap in zip(padding, gaps, strict=True)])
    spans = tuple((length - 1) * gap + 1 for length, gap in zip(lengths, apart, strict=True))
    views = np.lib.stride_tricks.sliding_window_view(wide, spans)
    return views[tuple(slice(None, None, step) for step in (*strides, *apart))]


def _each_window(
    x: np.ndarray,
    fill: float,
    *,
    window_dimensions: Sequence[int],
    window_strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    base_dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
    **_: object,
) -> np.ndarray:
    """The windows, each in one axis."""
    found = windows(x, fill, window_dimensions, window_strides, padding, base_dilation, window_dilation)
    return found.reshape(*found.shape[: x.ndim], -1)


def _sums(x: np.ndarray, **parameters: Parameter) -> np.ndarray:
    return np.sum(_each_window(x, 0.0, **parameters), -1)


def _extremes(place: Callable, fill: float, x: np.ndarray, **parameters: Parameter) -> np.ndarray:
    entries = _each_window(x, fill, **parameters)
    return entries_at(entries, place(entries))


def _chosen(x: np.ndarray, select_prim: Primitive, **parameters: Parameter) -> np.ndarray:
    """The place in the flattened array of the entry that is selected in each window."""
    place, fill = (largest, -np.inf) if select_prim.name in ("ge", "gt") else (smallest, np.inf)
    places = _each_window(np.arange(x.size).reshape(x.shape), OUTSIDE, **parameters)
    return entries_at(places, place(_each_window(x, fill, **parameters)))


def _select_and_scatter_add(source: np.ndarray, x: np.ndarray, **parameters: Parameter) -> np.ndarray:
    return fold(np.add, np.zeros(x.shape), _chosen(x, **parameters), source)


def _select_and_gather_add(tangents: np.ndarray, x: np.ndarray, **parameters: Parameter) -> np.ndarray:
    return tangents.ravel()[_chosen(x, **parameters)]


WINDOWS: dict[str, Callable] = {
    "reduce_window_sum": _sums,
    "reduce_window_max": functools.partial(_extremes, largest, -np.inf),
    "reduce_window_min": functools.partial(_extremes, smallest, np.inf),
    "select_and_scatter_add": _select_and_scatter_add,
    "select_and_gather_add": _select_and_gather_add,
}
"""By name of the primitive."""
