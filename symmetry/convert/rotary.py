"""Rotary positions: the layout of their pairs, halves (i, i + n/2) or neighbours (2i, 2i + 1)."""

from collections.abc import Sequence

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters, Place
from symmetry.convert.refusal import ConversionRefused


def interleave_rotary(
    params: Tree, *, queries: Sequence[str], keys: Sequence[str], size: int, rotated: int | None = None
) -> Tree:
    """Reorders queries and keys for a program that rotates neighbours, from one that rotates halves of each head: ROPE.2.

    Nothing is computed, so types and values stay. What is reordered are the axes of the heads' entries: kernels, their
    biases, and the scales of norms of queries and keys, if there are any.

    >>> params = {"q": np.arange(8).reshape(1, 8), "k": np.arange(4).reshape(1, 4)}
    >>> made = interleave_rotary(params, queries=["q:1"], keys=["k:1"], size=4)
    >>> made["q"].tolist(), made["k"].tolist()
    ([[0, 2, 1, 3, 4, 6, 5, 7]], [[0, 2, 1, 3]])

    Args:
        params: any tree of arrays of NumPy or JAX.
        queries: all axes of queries, such as "attention/query/kernel:1", of length heads times `size`, or `size`.
        keys: all axes of keys; they may have fewer heads.
        size: entries of a head, which the number of heads of keys does not change.
        rotated: how many entries of each head are rotated, from the first one on; all for None.

    Raises:
        ConversionRefused: only queries or only keys are named, or the bias beside a kernel is not.
        ValueError: a name or length does not fit.
    """
    return _reordered("interleave_rotary", params, queries, keys, _turned(size, rotated, "interleave_rotary", (2, -1)))


def split_rotary(
    params: Tree, *, queries: Sequence[str], keys: Sequence[str], size: int, rotated: int | None = None
) -> Tree:
    """Reorders queries and keys for a program that rotates halves of each head, from one that rotates neighbours: ROPE.2.

    The inverse of `interleave_rotary`, with the same arguments and errors.

    >>> params = {"q": np.arange(4), "k": np.arange(4)}
    >>> split_rotary(params, queries=["q:0"], keys=["k:0"], size=4)["q"].tolist()
    [0, 2, 1, 3]
    >>> split_rotary(params, queries=["q:0"], keys=[], size=4)
    Traceback (most recent call last):
        ...
    symmetry.convert.refusal.ConversionRefused: split_rotary: keys is []; expected the axes of queries and of keys, since \
a score is the product of both: name all of them (ROPE.2)
    """
    return _reordered("split_rotary", params, queries, keys, _turned(size, rotated, "split_rotary", (-1, 2)))


def _turned(size: int, rotated: int | None, converter: str, shape: tuple[int, int]) -> np.ndarray:
    """For each entry of a head, which entry comes there."""
    turned = size if rotated is None else rotated
    if turned % 2 or not 0 < turned <= size:
        raise ValueError(
            f"{converter}: {turned} of {size} entries of a head are rotated; pairs need an even number from 2 to {size}: "
            "pass it as rotated."
        )
    return np.concatenate([np.arange(turned).reshape(shape).T.ravel(), np.arange(turned, size)])


def _reordered(converter: str, params: Tree, queries: Sequence[str], keys: Sequence[str], order: np.ndarray) -> Tree:
    parameters = Parameters(converter, params)
    for what, names in (("queries", queries), ("keys", keys)):
        if not names:
            raise ConversionRefused(
                "ROPE.2",
                f"{converter}: {what} is {names!r}; expected the axes of queries and of keys, since a score is the "
                "product of both: name all of them",
            )
    places = parameters.places([*queries, *keys], "queries and keys")
    for place in places:
        _require_its_bias(parameters, place, {each.path for each in places})
    new = {}
    for place in places:
        heads, rest = divmod(parameters.length(place), len(order))
        if rest:
            raise ValueError(
                f"{converter}: {place} has length {parameters.length(place)}; expected a multiple of size {len(order)}: "
                "pass the entries of one head as size."
            )
        index = (np.arange(heads)[:, None] * len(order) + order).ravel()
        new[place.path] = np.take(np.asarray(parameters.leaf(place.path)), index, place.axis)
    return parameters.replaced(new)


def _require_its_bias(parameters: Parameters, place: Place, named: set[str]) -> None:
    """Raise if an array beside it has its axes but one, as a bias has, and is not named."""
    shape = parameters.leaf(place.path).shape
    fits = {shape[:axis] + shape[axis + 1 :] for axis in range(len(shape)) if axis != place.axis}
    for path, leaf in parameters.leaves.items():
        if path not in named and _home(path) and _home(path) == _home(place.path) and leaf.shape in fits:
            raise ConversionRefused(
                "ROPE.2",
                f"{parameters.converter}: {path} stands beside {place.path} and is not named; expected every term of "
                f"queries and keys, biases too: name its axis",
            )


def _home(path: str) -> str:
    """The module that an array belongs to; "" if its name has one part only."""
    inner = path.removesuffix("/value").replace(".", "/")
    return inner.rpartition("/")[0]
