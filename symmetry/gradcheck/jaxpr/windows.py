"""Rules of windows that slide over an array: pools, and the way back through them."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symmetry.gradcheck.jaxpr.indexing import OUTSIDE, fold
from symmetry.gradcheck.jaxpr.reductions import entries_at, largest, smallest
from symmetry.gradcheck.jaxpr.shapes import padded


def windows(
    x: Any,
    fill: Any,
    lengths: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
) -> Any:
    """What each window holds: axes of windows, and then as many axes within a window.

    Args:
        x: the array.
        fill: what stands in the padding and between entries that are dilated.
        lengths: of the windows, in each axis.
        strides: from one window to the next.
        padding: entries put before and after.
        dilation: distance of the array's entries; 1 by default.
        window_dilation: distance of entries within a window; 1 by default.
    """
    once = [1] * x.ndim
    apart, gaps = window_dilation or once, dilation or once
    wide = padded(x, fill, [(low, high, gap - 1) for (low, high), gap in zip(padding, gaps, strict=True)])
    spans = tuple((length - 1) * gap + 1 for length, gap in zip(lengths, apart, strict=True))
    views = np.lib.stride_tricks.sliding_window_view(wide, spans)
    return views[tuple(slice(None, None, step) for step in (*strides, *apart))]


def _each_window(
    x: Any,
    fill: Any,
    *,
    window_dimensions: Sequence[int],
    window_strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    base_dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
    **_: Any,
) -> Any:
    """The windows, each in one axis."""
    found = windows(x, fill, window_dimensions, window_strides, padding, base_dilation, window_dilation)
    return found.reshape(*found.shape[: x.ndim], -1)


def _sums(x: Any, **parameters: Any) -> Any:
    return np.sum(_each_window(x, 0.0, **parameters), -1)


def _extremes(place: Callable, fill: float, x: Any, **parameters: Any) -> Any:
    entries = _each_window(x, fill, **parameters)
    return entries_at(entries, place(entries))


def _chosen(x: Any, select_prim: Any, **parameters: Any) -> Any:
    """The place in the flattened array of the entry that is selected in each window."""
    place, fill = (largest, -np.inf) if select_prim.name in ("ge", "gt") else (smallest, np.inf)
    places = _each_window(np.arange(x.size).reshape(x.shape), OUTSIDE, **parameters)
    return entries_at(places, place(_each_window(x, fill, **parameters)))


def _select_and_scatter_add(source: Any, x: Any, **parameters: Any) -> Any:
    return fold(np.add, np.zeros(x.shape), _chosen(x, **parameters), source)


def _select_and_gather_add(tangents: Any, x: Any, **parameters: Any) -> Any:
    return tangents.ravel()[_chosen(x, **parameters)]


WINDOWS: dict[str, Callable] = {
    "reduce_window_sum": _sums,
    "reduce_window_max": functools.partial(_extremes, largest, -np.inf),
    "reduce_window_min": functools.partial(_extremes, smallest, np.inf),
    "select_and_scatter_add": _select_and_scatter_add,
    "select_and_gather_add": _select_and_gather_add,
}
"""By name of the primitive."""
