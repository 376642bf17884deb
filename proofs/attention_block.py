"""A block of attention, written once in operators, so that every number system runs it (vaswani2017attention)."""

import dataclasses
from collections.abc import Callable
from typing import Annotated, TypeAlias

from proofs.drawn_layers import draw_layer
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.loss import softmax
from symmetry.network import Layer, preactivation
from symmetry.pieces import piece
from symmetry.source import Source

HEADS = 2
"""Heads of a block that is drawn."""


@pytree
class Head:
    """What belongs to one head.

    The layers of its queries, keys and values are (features, size), its block of the output weights is (size, outputs).
    """

    query: Layer
    key: Layer
    value: Layer
    output: Array


@pytree
class Attention:
    """Heads, and the bias of what they add up to: shape (outputs,). What scores are multiplied by is part of the queries."""

    heads: tuple[Head, ...]
    bias: Array


RotaryAttention = Annotated[Attention, "rotary"]
"""Attention whose heads have two columns for each frequency."""


def as_they_are(rows: Array) -> Array:
    """Queries or keys that nothing turns."""
    return rows


@piece
def rows_of(head: Head, x: Array) -> tuple[Array, Array, Array]:
    """Queries, keys and values of every position, each of shape (positions, size)."""
    return preactivation(x, head.query), preactivation(x, head.key), preactivation(x, head.value)


@piece
def mix(query: Array, key: Array, value: Array, output: Array) -> Array:
    """What a head adds at each position: softmax(q k^T) v W_O, of shape (positions, outputs)."""
    return softmax(query @ key.T) @ value @ output


def attend(attention: Attention, x: Array, *, turn: Callable = as_they_are, mix: Callable = mix) -> Array:
    """The outputs of a block at each position: shape (positions, outputs).

    Args:
        attention: the block.
        x: what stands at each position, of shape (positions, features).
        turn: what is done to queries and to keys before they meet, such as a rotary embedding.
        mix: what a head adds, from its queries, keys, values and output weights.
    """
    added = attention.bias
    for head in attention.heads:
        query, key, value = rows_of(head, x)
        added = mix(turn(query), turn(key), value, head.output) + added
    return added


Pairs: TypeAlias = list[tuple[Layer, Layer]]
"""Of every head the layers of queries and of keys."""


def queries_and_keys(attention: Attention) -> Pairs:
    """The layers of queries and keys of every head."""
    return [(head.query, head.key) for head in attention.heads]


def with_queries_and_keys(attention: Attention, layers: Pairs) -> Attention:
    """The block with other queries and keys."""
    heads = zip(attention.heads, layers, strict=True)
    changed = tuple(dataclasses.replace(head, query=query, key=key) for head, (query, key) in heads)
    return dataclasses.replace(attention, heads=changed)


def draw_head(source: Source, name: str, features: int, size: int, outputs: int) -> Head:
    """A head with numbers of the source."""
    query, key, value = (draw_layer(source, f"{name} {part}", features, size) for part in ("query", "key", "value"))
    return Head(query, key, value, source.numbers(f"{name} output", (size, outputs)))


RotaryHead = Annotated[Attention, "one rotary head"]
"""The same with a single head: heads add up, so that none sees another."""


def _attention_kind(annotation, heads: int, columns: int, hidden_units: int) -> None:
    """So many heads, with so many columns for each unit of the first hidden layer."""

    @case_kind(annotation, hidden_units)
    def _(source: Source, architecture: Architecture, name: str) -> Attention:
        features, size, outputs = architecture.widths[0], columns * architecture.widths[1], architecture.widths[-1]
        drawn = [draw_head(source, f"{name} head {index}", features, size, outputs) for index in range(heads)]
        return Attention(tuple(drawn), source.numbers(f"{name} bias", (outputs,)))


# Exact exponentials are slow to compare: few of the small architectures have as many as 3 units.
_attention_kind(Attention, HEADS, 1, 3)
_attention_kind(RotaryAttention, HEADS, 2, 2)
_attention_kind(RotaryHead, 1, 2, 2)
