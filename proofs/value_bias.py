"""ATT: what a bias of the values does in attention (vaswani2017attention)."""

import dataclasses
import functools
import operator

import numpy as np

from proofs.architectures import LIBRARIES
from proofs.attention import DROPOUT
from proofs.attention_block import Attention, Head, attend, mix
from proofs.attention_modules import the_value_bias_of_modules_is_an_output_bias
from proofs.derivations import value_bias as derivations
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.loss import softmax
from symmetry.network import Batch, Layer
from symmetry.statements.theorem import WIDE, BlackBoxes, theorem

BLOCK = Architecture((2, 3, 3), batch=3)
"""Two features, heads of size 3, three outputs and three positions."""


def carried_by_outputs(head: Head) -> Array:
    """What the head's value bias adds to the outputs: b_V W_O."""
    return head.value.bias @ head.output


def left_as_it_is(head: Head) -> Array:
    """The value bias itself, without output weights."""
    return head.value.bias


def moved_to_the_outputs(attention: Attention, carry) -> Attention:
    """The block with value biases of 0, and what they added in the bias of the outputs."""
    heads = tuple(
        dataclasses.replace(head, value=Layer(head.value.weight, head.value.bias * 0)) for head in attention.heads
    )
    added = functools.reduce(operator.add, map(carry, attention.heads))
    return Attention(heads, attention.bias + added)


def mix_with_dropout(query: Array, key: Array, value: Array, output: Array) -> Array:
    """What a head adds if dropout with probability 1/2 has dropped its weights of the first position and doubled the others."""
    scores = query @ key.T
    return (softmax(scores) * (2 * (np.arange(scores.shape[-1]) > 0))) @ value @ output


def mix_with_a_sink(query: Array, key: Array, value: Array, output: Array) -> Array:
    """What a head adds if a sink, a score of 0 without a value, takes its share of every query's weights."""
    scores = query @ key.T
    count = scores.shape[-1]
    return softmax(scores @ np.eye(count, count + 1, dtype=int))[:, :count] @ value @ output


@theorem(
    "ATT.1",
    title="The bias of the values is a bias of the outputs",
    statement=r"f(b_V, b_O) = f(0, b_O + b_V W_O): \quad \sum_s w_{ts} (v_s + b_V) W_O = \sum_s w_{ts} v_s W_O + b_V W_O",
    hypotheses="softmax over the positions, so that the weights w of each query sum to 1; any queries and keys, any number of "
    "heads, each of which adds its own b_V W_O. Dropout of weights and attention sinks break it: rows do not sum to 1 then",
    cites=("vaswani2017attention",),
    controls={"output weights left out": dict(carry=left_as_it_is), DROPOUT: dict(mix=mix_with_dropout)},
    derivation=derivations.value_bias,
    architectures=(BLOCK,),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        the_value_bias_of_modules_is_an_output_bias,
        {"output weights left out": dict(fault="output weights left out"), DROPOUT: dict(fault=DROPOUT)},
        needs=LIBRARIES,
    ),
    refutes={
        "the value bias is an output bias, with dropout of attention weights": dict(mix=mix_with_dropout),
        "the value bias is an output bias, with an attention sink": dict(mix=mix_with_a_sink),
    },
)
def the_bias_of_the_values_is_a_bias_of_the_outputs(
    attention: Attention, batch: Batch, *, carry=carried_by_outputs, mix=mix
):
    """The outputs at every position after the value biases are moved to the outputs, and before."""
    moved = moved_to_the_outputs(attention, carry)
    return attend(moved, batch.x, mix=mix), attend(attention, batch.x, mix=mix)
