"""Queries, keys and values as one projection, in either order that programs use."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.convert.refusal import ConversionRefused
from symmetry.given import shown

LAYOUTS = ("parts", "groups")
THEOREM = "GQA.1"


def fuse_projections(query: Any, key: Any, value: Any, *, size: int, layout: str, axis: int = -1) -> Any:
    """Puts queries, keys and values into one projection, after or between each other: GQA.1.

    In the layout "parts" stand all queries, then all keys, then all values; in "groups", for each key head, the queries that
    read it, then this key, then its value. Which queries belong to which key must be the same in both programs.

    >>> q, k, v = np.arange(4), np.array([10, 11]), np.array([20, 21])
    >>> fuse_projections(q, k, v, size=1, layout="parts").tolist()
    [0, 1, 2, 3, 10, 11, 20, 21]
    >>> fuse_projections(q, k, v, size=1, layout="groups").tolist()
    [0, 1, 10, 20, 2, 3, 11, 21]

    Args:
        query: a kernel or bias, with query heads times `size` entries along `axis`.
        key: the same with key heads, which divide the query heads.
        value: of the key's shape.
        size: entries of a head.
        layout: "parts" or "groups".
        axis: the axis of outputs: -1 for x @ W, 0 for W @ x.

    Raises:
        ConversionRefused: the key heads do not divide the query heads, or keys and values differ in number.
        ValueError: shapes, types or the layout do not fit.
    """
    _require_layout("fuse_projections", layout)
    arrays = [_axis_first(each, axis) for each in (query, key, value)]
    if len({(each.dtype, each.shape[1:]) for each in arrays}) > 1:
        forms = ", ".join(f"{each.dtype}{list(np.shape(each))}" for each in (query, key, value))
        raise ValueError(
            f"fuse_projections: the arrays are {forms}; pass three of one type, equal but for axis {axis}."
        )
    heads = [_heads("fuse_projections", name, len(each), size) for name, each in zip("qkv", arrays, strict=True)]
    _require_groups("fuse_projections", heads)
    if layout == "groups":
        arrays = [each.reshape(heads[1], -1, *each.shape[1:]) for each in arrays]
    fused = np.concatenate(arrays, axis=1 if layout == "groups" else 0)
    return _as_given(fused.reshape(-1, *arrays[0].shape[2 if layout == "groups" else 1 :]), axis, query)


def split_projections(
    fused: Any, *, size: int, query_heads: int, key_heads: int, layout: str, axis: int = -1
) -> tuple[Any, Any, Any]:
    """Takes one projection apart into queries, keys and values, the inverse of `fuse_projections`: GQA.1.

    >>> q, k, v = split_projections(np.array([0, 1, 10, 20, 2, 3, 11, 21]), size=1, query_heads=4, key_heads=2, layout="groups")
    >>> q.tolist(), k.tolist(), v.tolist()
    ([0, 1, 2, 3], [10, 11], [20, 21])

    Args:
        fused: a kernel or bias, with (query_heads + 2 key_heads) times `size` entries along `axis`.
        size: entries of a head.
        query_heads: how many heads queries have.
        key_heads: how many heads keys have, and values.
        layout: "parts" or "groups", as the program that wrote the checkpoint has it.
        axis: the axis of outputs.

    Raises:
        ConversionRefused: the key heads do not divide the query heads.
        ValueError: the length or the layout does not fit.
    """
    _require_layout("split_projections", layout)
    _require_groups("split_projections", [query_heads, key_heads, key_heads])
    array, expected = _axis_first(fused, axis), (query_heads + 2 * key_heads) * size
    if len(array) != expected:
        raise ValueError(
            f"split_projections: axis {axis} has length {len(array)}; expected ({query_heads} + 2 * {key_heads}) * {size} = "
            f"{expected}: pass how many heads queries and keys have."
        )
    groups = key_heads if layout == "groups" else 1
    grouped = array.reshape(groups, -1, *array.shape[1:])
    ends = np.cumsum([query_heads * size // groups, key_heads * size // groups])
    query, key, value = (part.reshape(-1, *array.shape[1:]) for part in np.split(grouped, ends, axis=1))
    return _as_given(query, axis, fused), _as_given(key, axis, fused), _as_given(value, axis, fused)


def _heads(where: str, name: str, length: int, size: int) -> int:
    heads, rest = divmod(length, size)
    if rest or not heads:
        raise ValueError(
            f"{where}: {name} has {length} entries; expected a multiple of size {size}: pass one head's entries."
        )
    return heads


def _require_groups(where: str, heads: list[int]) -> None:
    query, key, value = heads
    if key != value or key < 1 or query % key:
        raise ConversionRefused(
            THEOREM,
            f"{where}: there are {query} heads of queries, {key} of keys and {value} of values; expected as many values as "
            "keys, and a number of queries for each key: count the heads again",
        )


def _require_layout(where: str, layout: str) -> None:
    if layout not in LAYOUTS:
        raise ValueError(f"{where}: layout is {shown(layout)}; pass one of {', '.join(LAYOUTS)}.")


def _axis_first(array: Any, axis: int) -> np.ndarray:
    return np.moveaxis(np.asarray(array), axis, 0)


def _as_given(array: np.ndarray, axis: int, given: Any) -> Any:
    moved = np.ascontiguousarray(np.moveaxis(array, 0, axis))
    if not isinstance(given, jax.Array):
        return moved
    with jax.enable_x64(True):
        return jnp.asarray(moved)
