"""Rules of what makes one entry of many, of running sums and extremes, and of what puts entries in order."""

import functools
import itertools
from collections.abc import Callable, Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.arithmetic import maximum, minimum
from symmetry.gradcheck.jaxpr.functions import FUNCTIONS
from symmetry.gradcheck.jaxpr.values import order


def largest(x: np.ndarray) -> np.ndarray:
    """The place of the largest entry along the last axis, the first one of equals."""
    return np.asarray(np.argmax(order(x), -1))


def smallest(x: np.ndarray) -> np.ndarray:
    """The place of the smallest entry along the last axis, the first one of equals."""
    return np.asarray(np.argmin(order(x), -1))


def entries_at(x: np.ndarray, places: np.ndarray) -> np.ndarray:
    """One entry along the last axis for each place."""
    return np.take_along_axis(x, places[..., None], -1)[..., 0]


def _flattened(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The axes merged into one, which is put last."""
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    return np.transpose(x, [*kept, *axes]).reshape([x.shape[axis] for axis in kept] + [-1])


def _extreme(place: Callable, x: np.ndarray, *, axes: Sequence[int], **_: object) -> np.ndarray:
    entries = _flattened(x, axes)
    return entries_at(entries, place(entries))


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


REDUCTIONS: dict[str, Callable] = {
    "reduce_sum": lambda x, *, axes, **_: np.sum(x, tuple(axes)),
    "reduce_prod": lambda x, *, axes, **_: np.prod(x, tuple(axes)),
    "reduce_max": functools.partial(_extreme, largest),
    "reduce_min": functools.partial(_extreme, smallest),
    "argmax": lambda x, *, axes, **_: largest(_flattened(x, axes)),
    "argmin": lambda x, *, axes, **_: smallest(_flattened(x, axes)),
    "cumsum": functools.partial(_running, np.add),
    "cumprod": functools.partial(_running, np.multiply),
    "cummax": functools.partial(_running, maximum),
    "cummin": functools.partial(_running, minimum),
    "cumlogsumexp": functools.partial(_running, _add_exponentials),
    "sort": _sort,
    "top_k": _top,
}
"""By name of the primitive."""
