"""The scores of attention heads in the program's own operators, with and without rotary positions, and their gradients."""

from typing import Any

import numpy as np

from proofs.sums import total
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.source import Source


@pytree
class Head:
    """Weights of queries and keys, (features, size) each; a size of 2 n is n pairs: columns j and n + j are pair j."""

    query: Array
    key: Array


@pytree
class Heads:
    """Heads, the inputs x (positions, features), and the loss: any function of a position's scores and its y."""

    heads: tuple[Head, ...]
    x: Array
    y: Array
    loss: Any


@case_kind(Heads)
def _(source: Source, architecture: Architecture, name: str) -> Heads:
    """As many features as inputs, pairs as units of the first layer, heads as outputs, and positions as examples."""
    features, pairs, *_, count = architecture.widths
    positions = architecture.batch

    def weights(which: str) -> Array:
        return source.numbers(f"{name} {which}", (features, 2 * pairs))

    heads = tuple(Head(weights(f"query {head}"), weights(f"key {head}")) for head in range(count))
    x = source.numbers(f"{name} x", (positions, features))
    return Heads(heads, x, source.numbers(f"{name} y", (positions, count * positions)), source.loss(architecture.loss))


def rotate(vectors: Array, *, back: bool = False) -> Array:
    """Rotary positions: pair j of the vector at position n is turned n times by an angle of its own.

    The cosine and the sine of the angle are (m^2 - 1) / (m^2 + 1) and 2 m / (m^2 + 1) for m = j + 2: fractions, so that
    turning is exact. With `back` they are turned the other way.
    """
    positions, pairs = vectors.shape[0], vectors.shape[1] // 2
    m = np.arange(pairs) + 2
    cosine, sine, length = m * m - 1, 2 * m * (-1 if back else 1), m * m + 1
    first, second = vectors[:, :pairs], vectors[:, pairs:]
    for count in range(1, positions):
        further = (np.arange(positions) >= count).astype(int)[:, None]
        turned = (first * cosine - second * sine) / length, (first * sine + second * cosine) / length
        first = first * (1 - further) + turned[0] * further
        second = second * (1 - further) + turned[1] * further
    return beside(first, second)


def beside(*matrices: Array) -> Array:
    """The columns of all matrices, one behind the other: each has as many rows."""
    ends = np.cumsum([matrix.shape[1] for matrix in matrices])
    places = np.split(np.eye(int(ends[-1]), dtype=int), ends[:-1])
    return total([matrix @ place for matrix, place in zip(matrices, places, strict=True)])


def vectors_of(head: Head, x: Array, *, rotary: bool) -> tuple[Array, Array]:
    """Queries and keys: (positions, size) each."""
    queries, keys = x @ head.query, x @ head.key
    return (rotate(queries), rotate(keys)) if rotary else (queries, keys)


def scores(heads: tuple[Head, ...], x: Array, *, rotary: bool) -> Array:
    """The product of every query with every key, the heads side by side: shape (positions, heads * positions)."""
    vectors = [vectors_of(head, x, rotary=rotary) for head in heads]
    return beside(*[queries @ keys.T for queries, keys in vectors])


def gradients(case: Heads, *, rotary: bool) -> tuple[Head, ...]:
    """The gradient of the loss in every head's weights.

    With E for the derivative in a head's scores, that in its queries is E times its keys, turned back, and that in its
    keys is E^T times its queries, turned back.
    """
    errors = case.loss.error(scores(case.heads, case.x, rotary=rotary), case.y)
    positions, found = case.x.shape[0], []
    for place, head in enumerate(case.heads):
        queries, keys = vectors_of(head, case.x, rotary=rotary)
        own = errors[:, place * positions : (place + 1) * positions]
        rates = own @ keys, own.T @ queries
        turned = [rotate(each, back=True) if rotary else each for each in rates]
        found.append(Head(*[case.x.T @ each for each in turned]))
    return tuple(found)
