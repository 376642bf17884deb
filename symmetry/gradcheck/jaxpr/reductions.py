"""Rules of what makes one entry of many, along axes or in windows, of running sums, and of what puts entries in order."""

import functools
import itertools
from collections.abc import Callable, Sequence

import numpy as np
from jax.extend.core import Primitive

from symmetry.gradcheck.exact import merged
from symmetry.gradcheck.jaxpr.arithmetic import maximum, minimum
from symmetry.gradcheck.jaxpr.functions import FUNCTIONS
from symmetry.gradcheck.jaxpr.indexing import OUTSIDE, fold
from symmetry.gradcheck.jaxpr.shapes import padded
from symmetry.gradcheck.jaxpr.values import Parameter, order


def largest(x: np.ndarray) -> np.ndarray:
    """The place of the largest entry along the last axis, the first one of equals."""
    return np.asarray(np.argmax(order(x), -1))


def smallest(x: np.ndarray) -> np.ndarray:
    """The place of the smallest entry along the last axis, the first one of equals."""
    return np.asarray(np.argmin(order(x), -1))


def entries_at(x: np.ndarray, places: np.ndarray) -> np.ndarray:
    """One entry along the last axis for each place."""
    return np.take_along_axis(x, places[..., None], -1)[..., 0]


def extreme(place: Callable, x: np.ndarray) -> np.ndarray:
    """The largest or smallest entry along the last axis."""
    return entries_at(x, place(x))


def _running(function: Callable, x: np.ndarray, *, axis: int, reverse: bool, **_: object) -> np.ndarray:
    if x.shape[axis] == 0:
        return x
    rows = np.moveaxis(np.flip(x, axis) if reverse else x, axis, 0)
    results = np.moveaxis(np.concatenate(list(itertools.accumulate(np.split(rows, len(rows)), function))), 0, axis)
    return np.flip(results, axis) if reverse else results


def _add_exponentials(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """log(exp(x) + exp(y)), with no exponential above 1."""
    high, low = maximum(x, y), minimum(x, y)
    return high + FUNCTIONS["log1p"](FUNCTIONS["exp"](low - high))


def _sort(*operands: np.ndarray, dimension: int, num_keys: int, **_: object) -> list[np.ndarray]:
    """Sorts by the first key, equal entries by the second, and so on."""
    indices = np.argsort(order(operands[num_keys - 1]), dimension, kind="stable")
    for key in reversed(operands[: num_keys - 1]):
        within = np.argsort(np.take_along_axis(order(key), indices, dimension), dimension, kind="stable")
        indices = np.take_along_axis(indices, within, dimension)
    return [np.take_along_axis(operand, indices, dimension) for operand in operands]


def _top(x: np.ndarray, *, k: int, axis: int = -1, **_: object) -> list[np.ndarray]:
    indices = np.take(np.argsort(-order(x), axis, kind="stable"), np.arange(k), axis)
    return [np.take_along_axis(x, indices, axis), indices]


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


def _chosen(x: np.ndarray, select_prim: Primitive, **parameters: Parameter) -> np.ndarray:
    """The place in the flattened array of the entry that is selected in each window."""
    place, fill = (largest, -np.inf) if select_prim.name in ("ge", "gt") else (smallest, np.inf)
    places = _each_window(np.arange(x.size).reshape(x.shape), OUTSIDE, **parameters)
    return entries_at(places, place(_each_window(x, fill, **parameters)))


REDUCTIONS: dict[str, Callable] = {
    "reduce_sum": lambda x, *, axes, **_: np.sum(x, tuple(axes)),
    "psum": lambda x, *, axes, **_: np.sum(x, tuple(axes)),  # what vmap makes of a sum over an axis with a name
    "reduce_prod": lambda x, *, axes, **_: np.prod(x, tuple(axes)),
    "reduce_max": lambda x, *, axes, **_: extreme(largest, merged(x, axes)),
    "reduce_min": lambda x, *, axes, **_: extreme(smallest, merged(x, axes)),
    "argmax": lambda x, *, axes, **_: largest(merged(x, axes)),
    "argmin": lambda x, *, axes, **_: smallest(merged(x, axes)),
    "cumsum": functools.partial(_running, np.add),
    "cumprod": functools.partial(_running, np.multiply),
    "cummax": functools.partial(_running, maximum),
    "cummin": functools.partial(_running, minimum),
    "cumlogsumexp": functools.partial(_running, _add_exponentials),
    "reduce_window_sum": lambda x, **parameters: np.sum(_each_window(x, 0.0, **parameters), -1),
    "reduce_window_max": lambda x, **parameters: extreme(largest, _each_window(x, -np.inf, **parameters)),
    "reduce_window_min": lambda x, **parameters: extreme(smallest, _each_window(x, np.inf, **parameters)),
    "select_and_scatter_add": lambda source, x, **parameters: fold(
        np.add, np.zeros(x.shape), _chosen(x, **parameters), source
    ),
    "select_and_gather_add": lambda tangents, x, **parameters: tangents.ravel()[_chosen(x, **parameters)],
    "sort": _sort,
    "top_k": _top,
}
"""By name of the primitive."""
