"""Grouped-query attention: several query heads share the keys and values of their group (ainslie2023gqa)."""

import dataclasses

import jax.numpy as jnp

from proofs.attention_block import Attention, Head
from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import CASE_KINDS, case_kind
from symmetry.network import Layer
from symmetry.source import Source

GROUPS, HEADS_OF_A_GROUP = 2, 2
"""Groups of a block that is drawn, and query heads of each."""

HEADS = GROUPS * HEADS_OF_A_GROUP


@pytree
class GroupedAttention:
    """Query heads in groups, and the bias of their outputs.

    Layers are stacked, the heads of a group one after another: queries have weights (heads, features, size), output weights are
    (heads, size, outputs), keys and values have weights (groups, features, size).
    """

    query: Layer
    key: Layer
    value: Layer
    output: Array
    bias: Array

    def head(self, index: int) -> Head:
        """A query head with the keys and values of its group."""
        group = index // (self.output.shape[0] // self.key.weight.shape[0])
        query = self.query.map(lambda array: array[index])
        key, value = (layer.map(lambda array: array[group]) for layer in (self.key, self.value))
        return Head(query, key, value, self.output[index])

    @property
    def attention(self) -> Attention:
        """The same as attention whose query heads have keys and values of their own."""
        return Attention(tuple(map(self.head, range(self.output.shape[0]))), self.bias)


@case_kind(GroupedAttention, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> GroupedAttention:
    """Heads whose size is the number of units of the first hidden layer."""
    features, size, outputs = architecture.widths[0], architecture.widths[1], architecture.widths[-1]

    def stacked(part: str, count: int) -> Layer:
        weight = source.numbers(f"{name} {part} weight", (count, features, size))
        return Layer(weight, source.numbers(f"{name} {part} bias", (count, size)))

    layers = stacked("query", HEADS), stacked("key", GROUPS), stacked("value", GROUPS)
    output = source.numbers(f"{name} output", (HEADS, size, outputs))
    return GroupedAttention(*layers, output, source.numbers(f"{name} bias", (outputs,)))


@pytree
class GroupOrder:
    """An order of the heads of each group, and then of the groups."""

    within: tuple[Array, ...]
    groups: Array

    def act(self, attention: GroupedAttention) -> GroupedAttention:
        """The block with query heads in their order within each group, and groups in theirs, keys and values with them."""
        first = jnp.concatenate([order + place * len(order) for place, order in enumerate(self.within)])
        size = self.within[0].shape[0]
        then = (self.groups[:, None] * size + jnp.arange(size)).reshape(-1)
        moved = reorder_heads(attention, first[then])
        key, value = (layer.map(lambda array: array[self.groups]) for layer in (attention.key, attention.value))
        return dataclasses.replace(moved, key=key, value=value)


def reorder_heads(attention: GroupedAttention, order: Array) -> GroupedAttention:
    """The block with query heads in another order, each with its output weights; keys and values stay where they are."""
    query = attention.query.map(lambda array: array[order])
    return dataclasses.replace(attention, query=query, output=attention.output[order])


@case_kind(GroupOrder)
def _(source: Source, architecture: Architecture, name: str) -> GroupOrder:
    """Orders as those of hidden units: of the heads of one group after another, and of the groups."""
    sizes = (HEADS_OF_A_GROUP,) * GROUPS + (GROUPS,)
    *within, groups = CASE_KINDS[UnitPermutation].draw(source, Architecture((1, *sizes, 1)), name).permutations
    return GroupOrder(tuple(within), groups)


@pytree
class Basis:
    """The matrix A = I + u v^T; most invertible matrices are products of such ones."""

    u: Array
    v: Array

    def times(self, rows: Array) -> Array:
        """Rows (..., size) times A."""
        return rows + (rows * self.u).sum(-1, keepdims=True) * self.v

    def times_inverse_transpose(self, rows: Array) -> Array:
        """Rows (..., size) times A^-T = I - v u^T / (1 + u.v)."""
        along = (rows * self.v).sum(-1, keepdims=True) / ((self.u * self.v).sum() + 1)
        return rows - along * self.u


@pytree
class GroupBases:
    """A basis for the queries and keys of each group, and one for its values."""

    of_keys: tuple[Basis, ...]
    of_values: tuple[Basis, ...]


@case_kind(GroupBases, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> GroupBases:
    def bases(part: str) -> tuple[Basis, ...]:
        size = architecture.widths[1:2]
        numbers = [
            [source.numbers(f"{name} {part} {letter} {group}", size) for letter in "uv"] for group in range(GROUPS)
        ]
        return tuple(Basis(*pair) for pair in numbers)

    return GroupBases(bases("keys"), bases("values"))
