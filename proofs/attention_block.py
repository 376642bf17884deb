"""A block of attention, written once in operators, so that every number system runs it (vaswani2017attention)."""

import functools
import operator
from collections.abc import Callable
from typing import Annotated

from proofs.drawn_layers import draw_layer
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.loss import softmax
from symmetry.network import Layer, preactivation
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


def output_of_head(head: Head, x: Array, *, turn: Callable = as_they_are, weigh: Callable = softmax) -> Array:
    """What a head adds at each position: its weights of all positions, times values, times output weights.

    Args:
        head: the head.
        x: what stands at each position, of shape (positions, features).
        turn: what is done to queries and to keys before they meet, such as a rotary embedding.
        weigh: makes of the scores (positions, positions) the weights, a row a query.
    """
    query, key = (turn(preactivation(x, layer)) for layer in (head.query, head.key))
    return weigh(query @ key.T) @ preactivation(x, head.value) @ head.output


def attend(attention: Attention, x: Array, *, turn: Callable = as_they_are, weigh: Callable = softmax) -> Array:
    """The outputs of a block at each position: shape (positions, outputs)."""
    parts = [output_of_head(head, x, turn=turn, weigh=weigh) for head in attention.heads]
    return functools.reduce(operator.add, parts) + attention.bias


def draw_head(source: Source, name: str, features: int, size: int, outputs: int) -> Head:
    """A head with numbers of the source."""
    layers = [draw_layer(source, f"{name} {part}", features, size) for part in ("query", "key", "value")]
    return Head(*layers, source.numbers(f"{name} output", (size, outputs)))


def _attention_kind(annotation, columns: int) -> None:
    """Heads with so many columns for each unit of the first hidden layer."""

    @case_kind(annotation, hidden_units=2)
    def _(source: Source, architecture: Architecture, name: str) -> Attention:
        features, size, outputs = architecture.widths[0], columns * architecture.widths[1], architecture.widths[-1]
        heads = [draw_head(source, f"{name} head {index}", features, size, outputs) for index in range(HEADS)]
        return Attention(tuple(heads), source.numbers(f"{name} bias", (outputs,)))


_attention_kind(Attention, 1)
_attention_kind(RotaryAttention, 2)
