"""Rules of what puts entries in order."""

from collections.abc import Callable, Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.values import order


def _sorting(keys: Sequence[np.ndarray], axis: int) -> np.ndarray:
    """Indices along an axis that sort by the first key, equal entries by the second, and so on."""
    indices = np.argsort(order(keys[-1]), axis, kind="stable")
    for key in reversed(keys[:-1]):
        within = np.argsort(np.take_along_axis(order(key), indices, axis), axis, kind="stable")
        indices = np.take_along_axis(indices, within, axis)
    return indices


def _sort(*operands: np.ndarray, dimension: int, num_keys: int, **_: object) -> list[np.ndarray]:
    indices = _sorting(operands[:num_keys], dimension)
    return [np.take_along_axis(operand, indices, dimension) for operand in operands]


def _top(x: np.ndarray, *, k: int, axis: int = -1, **_: object) -> list[np.ndarray]:
    largest_first = np.argsort(-order(x), axis, kind="stable")
    indices = np.take(largest_first, np.arange(k), axis)
    return [np.take_along_axis(x, indices, axis), indices]


ORDERING: dict[str, Callable] = {"sort": _sort, "top_k": _top}
"""By name of the primitive."""
