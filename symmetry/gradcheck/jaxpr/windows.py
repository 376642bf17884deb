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
    *,
    window_dimensions: Sequence[int],
    window_strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    base_dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
    **_: object,
) -> np.ndarray:
    """What each window holds: axes of windows, and then as many axes within a window.

    `fill` stands in the padding and between entries that are dilated.
    """
    once = [1] * x.ndim
    apart, gaps = window_dilation or once, base_dilation or once
    wide = padded(x, np.asarray(fill), [(low, high, gap - 1) for (low, high), gap in zip(padding, gaps, strict=True)])
    spans = tuple((length - 1) * gap + 1 for length, gap in zip(window_dimensions, apart, strict=True))
    views = np.lib.stride_tricks.sliding_window_view(wide, spans)
    return views[tuple(slice(None, None, step) for step in (*window_strides, *apart))]


def _each_window(x: np.ndarray, fill: float, **parameters: Parameter) -> np.ndarray:
    """The windows, each in one axis."""
    found = windows(x, fill, **parameters)
    return found.reshape(*found.shape[: x.ndim], -1)


def _extremes(place: Callable, fill: float, x: np.ndarray, **parameters: Parameter) -> np.ndarray:
    entries = _each_window(x, fill, **parameters)
    return entries_at(entries, place(entries))


def _chosen(x: np.ndarray, select_prim: Primitive, **parameters: Parameter) -> np.ndarray:
    """The place in the flattened array of the entry that is selected in each window."""
    place, fill = (largest, -np.inf) if select_prim.name in ("ge", "gt") else (smallest, np.inf)
    places = _each_window(np.arange(x.size).reshape(x.shape), OUTSIDE, **parameters)
    return entries_at(places, place(_each_window(x, fill, **parameters)))


WINDOWS: dict[str, Callable] = {
    "reduce_window_sum": lambda x, **parameters: np.sum(_each_window(x, 0.0, **parameters), -1),
    "reduce_window_max": functools.partial(_extremes, largest, -np.inf),
    "reduce_window_min": functools.partial(_extremes, smallest, np.inf),
    "select_and_scatter_add": lambda source, x, **parameters: fold(
        np.add, np.zeros(x.shape), _chosen(x, **parameters), source
    ),
    "select_and_gather_add": lambda tangents, x, **parameters: tangents.ravel()[_chosen(x, **parameters)],
}
"""By name of the primitive."""
