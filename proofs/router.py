"""A mixture of experts behind a router, in operators, so that every number system runs it (shazeer2017outrageously)."""

import functools
import operator
from collections.abc import Callable

import numpy as np

from proofs.drawn_layers import draw_layer
from symmetry.actions import UnitPermutation
from symmetry.activation import RELU, SIGMOID, ActivationLike, slope, value
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import CASE_KINDS, case_kind
from symmetry.loss import softmax
from symmetry.network import Layer, preactivation
from symmetry.source import Source

EXPERTS, CHOSEN = 3, 2
"""Experts of a mixture that is drawn, and how many of them each example is sent to."""


@pytree
class Mixture:
    """Experts, and the layer whose columns, one for each expert, give their logits.

    The experts' layers are stacked: `reads` has the weights (experts, inputs, units), `writes` (experts, units, outputs).
    """

    router: Layer
    reads: Layer
    writes: Layer
    activation: ActivationLike


def chosen(logits: Array, count: int = CHOSEN) -> Array:
    """1 for the `count` largest logits of every row and 0 for the others: shape (examples, experts).

    An expert is chosen if fewer than `count` others have larger logits; the slope of ReLU says what is larger than 0.
    """
    experts = np.arange(logits.shape[1])
    counts = [
        # A ball less itself may be anything close to 0, so an expert is not compared with itself.
        slope(logits[:, other : other + 1] - logits, RELU) * (experts != other).astype(int)
        for other in experts
    ]
    larger = functools.reduce(operator.add, counts)
    return slope(2 * count - 1 - 2 * larger, RELU)


def sigmoids(logits: Array) -> Array:
    """What some routers have in the place of softmax: each logit's own probability."""
    return value(logits, SIGMOID)


def shares(logits: Array, probabilities: Callable = softmax) -> Array:
    """The probabilities of the chosen experts, over their sum."""
    kept = probabilities(logits) * chosen(logits)
    return kept / kept.sum(-1, keepdims=True)


def mixed(mixture: Mixture, x: Array, probabilities: Callable = softmax) -> Array:
    """The sum of the experts' outputs, each times its share: shape (examples, outputs)."""
    weights = shares(preactivation(x, mixture.router), probabilities)
    parts = []
    for expert in range(weights.shape[1]):
        reads, writes = (layer.map(lambda array, at=expert: array[at]) for layer in (mixture.reads, mixture.writes))
        own = preactivation(value(preactivation(x, reads), mixture.activation), writes)
        parts.append(own * weights[:, expert : expert + 1])
    return functools.reduce(operator.add, parts)


@case_kind(Mixture)
def _(source: Source, architecture: Architecture, name: str) -> Mixture:
    inputs, units, outputs = architecture.widths[0], architecture.widths[1], architecture.widths[-1]

    def stacked(part: str, here: int, there: int) -> Layer:
        weight = source.numbers(f"{name} {part} weight", (EXPERTS, here, there))
        return Layer(weight, source.numbers(f"{name} {part} bias", (EXPERTS, there)))

    layers = draw_layer(source, f"{name} router", inputs, EXPERTS), stacked("reads", inputs, units)
    return Mixture(*layers, stacked("writes", units, outputs), source.activation(f"{name} activation", "silu"))


@pytree
class ExpertOrder:
    """An order of the experts: expert order[e] comes to place e."""

    order: Array


@case_kind(ExpertOrder)
def _(source: Source, architecture: Architecture, name: str) -> ExpertOrder:
    """That of a permutation of so many hidden units."""
    draw = CASE_KINDS[UnitPermutation].draw
    return ExpertOrder(draw(source, Architecture((1, EXPERTS, 1)), name).permutations[0])


@pytree
class CommonColumn:
    """What is added to every column of a router's weights, and to every bias."""

    column: Array
    bias: Array


@case_kind(CommonColumn)
def _(source: Source, architecture: Architecture, name: str) -> CommonColumn:
    return CommonColumn(source.numbers(f"{name} column", architecture.widths[:1]), source.numbers(f"{name} bias", ()))
