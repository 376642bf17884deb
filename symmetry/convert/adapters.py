"""Low-rank adapters: a kernel plus scaling times the product of two factors."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from symmetry.convert.parameters import floats_of, in_type_of
from symmetry.convert.refusal import ConversionRefused
from symmetry.given import require_whole

Factors = tuple[Any, Any, float]
"""The left factor of shape (m, rank), the right one of shape (rank, n), and what their product is multiplied by."""


def merge_adapter(weight: Any, left: Any, right: Any, *, scaling: float) -> Any:
    """Adds an adapter to its kernel, W + scaling left right, which every pair of factors with that product gives: LORA.1.

    >>> merge_adapter(np.eye(2), np.array([[1.0], [0.0]]), np.array([[0.0, 4.0]]), scaling=0.5).tolist()
    [[1.0, 2.0], [0.0, 1.0]]

    Args:
        weight: the kernel, of shape (m, n).
        left: of shape (m, rank): B for W @ x, A for x @ W.
        right: of shape (rank, n): the other one.
        scaling: alpha / rank, or alpha / sqrt(rank) with rank-stabilised scaling; never left to a default.

    Raises:
        ValueError: shapes do not fit, or the kernel is quantised.
    """
    one, other = _factors("merge_adapter", left, right)
    kernel = floats_of(weight, "merge_adapter: weight")
    if kernel.shape != (one.shape[0], other.shape[1]):
        raise ValueError(
            f"merge_adapter: weight has shape {kernel.shape}, and left @ right ({one.shape[0]}, {other.shape[1]}); pass the "
            "factors in the order of the kernel's axes: left is B for W @ x and A for x @ W."
        )
    return in_type_of(weight, kernel + scaling * (one @ other), "merge_adapter: weight")


def regauge_adapter(left: Any, right: Any, change: Any) -> tuple[Any, Any]:
    """Changes the basis between the factors, (left G, G^-1 right), which keeps their product: LORA.1.

    The function stays; training from there does not, unless G is orthogonal and the optimiser is gradient descent.

    >>> one, other = regauge_adapter(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.diag([2.0, 4.0]))
    >>> one.tolist(), other.tolist()
    ([[2.0, 8.0]], [[1.5], [1.0]])

    Args:
        left: of shape (m, rank).
        right: of shape (rank, n).
        change: an invertible matrix G of shape (rank, rank).

    Raises:
        ConversionRefused: G has no inverse in floats of 64 bits.
        ValueError: shapes do not fit.
    """
    one, other = _factors("regauge_adapter", left, right)
    matrix = floats_of(np.asarray(change, float), "regauge_adapter: change")
    rank = one.shape[1]
    if matrix.shape != (rank, rank):
        raise ValueError(
            f"regauge_adapter: change has shape {matrix.shape}; expected ({rank}, {rank}), the rank twice."
        )
    if not np.isfinite(matrix).all() or np.linalg.cond(matrix) * np.finfo(float).eps > 1:
        raise ConversionRefused(
            "LORA.1",
            "regauge_adapter: change is singular, so that the product would lose rank; expected an invertible matrix: pass "
            "an orthogonal one, say",
        )
    solved = np.linalg.solve(matrix, other)
    return in_type_of(left, one @ matrix, "left"), in_type_of(right, solved, "right")


def combine_adapters(
    adapters: Sequence[Factors], weights: Sequence[float], *, rank: int | None = None
) -> tuple[Any, Any]:
    """Factors whose product is the weighted sum of the adapters' products, where averages of factors have another: LORA.2.

    Without a rank the factors stand side by side, and the rank is the sum of ranks. With one, singular vectors of the sum are
    the factors, if its own rank allows.

    >>> first = (np.array([[1.0], [0.0]]), np.array([[1.0, 0.0]]), 1.0)
    >>> second = (np.array([[0.0], [1.0]]), np.array([[0.0, 1.0]]), 1.0)
    >>> left, right = combine_adapters([first, second], [0.5, 0.5])
    >>> (left @ right).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    >>> combine_adapters([first, second], [0.5, 0.5], rank=1)
    Traceback (most recent call last):
        ...
    symmetry.convert.refusal.ConversionRefused: combine_adapters: rank is 1, but the weighted sum of the products has rank 2; \
expected at least that, since averages of factors have another product: pass rank=None or 2 (LORA.2)

    Args:
        adapters: (left, right, scaling) of each, of one shape but for the rank.
        weights: a number for each.
        rank: the rank of the result; None for the sum of ranks.

    Returns: left and right, to be used with scaling 1.

    Raises:
        ConversionRefused: the sum has a higher rank than the one asked for.
        ValueError: shapes or numbers do not fit.
    """
    if not adapters or len(adapters) != len(weights):
        raise ValueError(f"combine_adapters: {len(adapters)} adapters have {len(weights)} weights; pass one for each.")
    pairs = [_factors("combine_adapters", left, right) for left, right, _ in adapters]
    if len({(left.shape[0], right.shape[1]) for left, right in pairs}) > 1:
        raise ValueError(
            "combine_adapters: the adapters belong to kernels of several shapes; combine those of one kernel."
        )
    factors = [weight * scaling for weight, (_, _, scaling) in zip(weights, adapters, strict=True)]
    left = np.concatenate([factor * one for factor, (one, _) in zip(factors, pairs, strict=True)], axis=1)
    right = np.concatenate([other for _, other in pairs], axis=0)
    if rank is not None:
        require_whole("combine_adapters: rank", rank, 1)
        left, right = _of_rank(left @ right, rank)
    return in_type_of(adapters[0][0], left, "left"), in_type_of(adapters[0][1], right, "right")


def _of_rank(product: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Two factors of that rank with a given product, the singular values shared between them."""
    one, values, other = np.linalg.svd(product, full_matrices=False)
    needed = int(np.sum(values > values.max(initial=0.0) * max(product.shape) * np.finfo(float).eps))
    if needed > rank:
        raise ConversionRefused(
            "LORA.2",
            f"combine_adapters: rank is {rank}, but the weighted sum of the products has rank {needed}; expected at least "
            f"that, since averages of factors have another product: pass rank=None or {needed}",
        )
    kept, roots = min(rank, len(values)), np.sqrt(values[:rank])
    left, right = one[:, :kept] * roots, roots[:, None] * other[:kept]
    missing = rank - kept
    return np.pad(left, ((0, 0), (0, missing))), np.pad(right, ((0, missing), (0, 0)))


def _factors(where: str, left: Any, right: Any) -> tuple[np.ndarray, np.ndarray]:
    one, other = floats_of(left, f"{where}: left"), floats_of(right, f"{where}: right")
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[0]:
        raise ValueError(
            f"{where}: left has shape {one.shape} and right {other.shape}; pass (m, rank) and (rank, n), whose product is what "
            "is added to the kernel."
        )
    return one, other
