"""Grouped-query attention: several query heads share the keys and values of their group (ainslie2023gqa)."""

import dataclasses
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from proofs.attention_block import Attention, Head
from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import CASE_KINDS, case_kind
from symmetry.network import Layer
from symmetry.source import Source

GROUPS, HEADS_OF_A_GROUP = 2, 3
"""Groups of a block that is drawn, and query heads of each: with 2 of each, any orders but the identity commute."""

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
class GroupBases:
    """For each group the matrix A = I + u v^T; most invertible matrices are products of such ones. u, v: (groups, size)."""

    u: Array
    v: Array

    def times(self, rows: Array) -> Array:
        """Rows (heads, ..., size) times the A of each head's group."""
        u, v = self._along_the_last_axis(rows)
        return rows + (rows * u).sum(-1, keepdims=True) * v

    def times_inverse_transpose(self, rows: Array) -> Array:
        """Rows (heads, ..., size) times A^-T = I - v u^T / (1 + u.v)."""
        u, v = self._along_the_last_axis(rows)
        return rows - (rows * v).sum(-1, keepdims=True) / ((u * v).sum(-1, keepdims=True) + 1) * u

    def inverse_times(self, matrices: Array) -> Array:
        """A^-1 times matrices (heads, size, outputs)."""
        u, v = (each[:, :, None] for each in self._of_heads(matrices.shape[0]))
        return matrices - u * (matrices * v).sum(1, keepdims=True) / ((u * v).sum(1, keepdims=True) + 1)

    def _along_the_last_axis(self, rows: Array) -> Sequence[Array]:
        own = self._of_heads(rows.shape[0])
        return own if len(rows.shape) == 2 else [each[:, None, :] for each in own]

    def _of_heads(self, count: int) -> Sequence[Array]:
        """u and v of each head's group: (heads, size)."""
        groups = np.arange(count) // (count // self.u.shape[0])
        return [each[groups] for each in (self.u, self.v)]


@pytree
class Bases:
    """Bases of the groups for queries and keys, and for values."""

    of_keys: GroupBases
    of_values: GroupBases


@case_kind(Bases, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> Bases:
    shape = (GROUPS, architecture.widths[1])

    def drawn(part: str) -> GroupBases:
        return GroupBases(*(source.numbers(f"{name} {part} {letter}", shape) for letter in "uv"))

    return Bases(drawn("keys"), drawn("values"))
