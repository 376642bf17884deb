"""TIE, continued: all parameters zero, or one constant a layer: what moves, and that hidden units stay equal for ever."""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from proofs.equal_initialisation import SOURCES
from symmetry.actions import gather_units
from symmetry.activation import IDENTITY
from symmetry.architecture import Architecture
from symmetry.cases import Minibatches, NetworkOffZero, NetworkThroughZero, OddNetwork, PositiveBatch
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network, backprop
from symmetry.statements.relation import Differs, Equal
from symmetry.statements.theorem import WIDE, FormalProof, theorem
from symmetry.training import GradientDescent, gradient_step

INVERSE_RATE = 1024
"""The step size of TIE.8 is 1/INVERSE_RATE: so small that outputs stay below positive targets, and no sum of errors vanishes."""

NEVER = 1_000


class Cells(NamedTuple):
    """The step at which the gradients of a layer's weight and bias are first not 0; from the output layer inwards."""

    weight: tuple[int, ...]
    bias: tuple[int, ...]


TABLE = {
    "phi(0) and phi'(0) not 0": Cells(weight=(1, 2, 3), bias=(1, 2, 3)),
    "phi(0) = 0": Cells(weight=(NEVER, NEVER, NEVER), bias=(1, NEVER, NEVER)),
    "phi'(0) = 0": Cells(weight=(1, NEVER, NEVER), bias=(1, NEVER, NEVER)),
}
"""Sigmoid and softplus; tanh, ReLU, GELU and the like; the cosine. Once not 0, a gradient stays so."""


def row_changed(name: str, weight: tuple[int, ...]) -> dict[str, Cells]:
    """One row of the table, with other cells for its weights."""
    return {name: TABLE[name]._replace(weight=weight)}


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class SlopeOf:
    """The slope of an odd activation, as an activation. It is even, so its own slope at 0 is 0; the cosine is an example."""

    odd: Any

    def evaluate(self, z, order: int):
        return self.odd.evaluate(z, order + 1)

    def facts(self, order: int):
        return self.odd.facts(order + 1)


def at_zero(network: Network, activation) -> Network:
    """The network with all parameters 0, one activation for all hidden layers, and half the squared error."""
    layers = tuple(layer.map(lambda part: part * 0) for layer in network.layers)
    hidden = (activation,) * (len(layers) - 1)
    return Network(layers, (*hidden, IDENTITY), HALF_SQUARED_ERROR)


def first_unit_everywhere(network: Network) -> Network:
    """The network in which every hidden unit is a copy of the first of its layer."""
    return gather_units(network, [jnp.zeros(width, int) for width in network.widths[1:-1]])


def hidden_parameters(network: Network) -> tuple[list, list]:
    """What belongs to hidden units: all weights, and all biases but the last."""
    biases = [layer.bias for layer in network.layers[:-1] if layer.bias is not None]
    return [layer.weight for layer in network.layers], biases


def all_units_equal(network: Network) -> Equal:
    return Equal(hidden_parameters(first_unit_everywhere(network)), hidden_parameters(network))


def vanishing(part) -> Equal:
    """A gradient that is 0, as 1 + g = 1: a comparison of 0 with 0 would compare nothing."""
    return Equal(part + 1, part * 0 + 1)


def cells_of(thing, cells: Cells):
    """Every weight and bias of a network or gradient, from the output inwards, with its cell of the table."""
    for layer, *steps in zip(reversed(thing.layers), *cells, strict=False):
        yield from [
            (part, step) for part, step in zip((layer.weight, layer.bias), steps, strict=True) if part is not None
        ]


def gradients_by(cells: Cells, start: Network, batch) -> tuple[list, Network]:
    """What the table claims about each gradient, up to the step after the last change; and the network after that step."""
    network, found = start, []
    changes = [first for _, first in cells_of(start, cells) if first < NEVER]
    for step in range(1, max(changes, default=0) + 2):
        gradient = backprop(network, batch)
        found += [
            Differs(part, part * 0) if step >= first else vanishing(part) for part, first in cells_of(gradient, cells)
        ]
        network = gradient_step(network, gradient, INVERSE_RATE)
    return found, network


def still_for_ever(cells: Cells, start: Network, anywhere: Network, batch) -> list:
    """Parameters that never move have gradient 0 wherever the others have moved to: by induction the network keeps its zeros."""
    layers = []
    for zero, drawn, weight, bias in zip(reversed(start.layers), reversed(anywhere.layers), *cells, strict=False):
        moved = Layer(drawn.weight if weight < NEVER else zero.weight, drawn.bias if bias < NEVER else zero.bias)
        layers.insert(0, moved)
    gradient = backprop(dataclasses.replace(start, layers=tuple(layers)), batch)
    return [vanishing(part) for part, first in cells_of(gradient, cells) if first == NEVER]


@theorem(
    "TIE.8",
    title="All parameters zero: what gradient descent moves, and when",
    statement=r"\theta = 0:\quad \nabla_{W^l} L,\ \nabla_{b^l} L \neq 0 \text{ from step } L - l + 1 \text{ on if } "
    r"\varphi(0), \varphi'(0) \neq 0; \qquad \nabla L = \nabla_{b^L} L \text{ in every step if } \varphi(0) = 0; \qquad "
    r"\nabla L = \nabla_{(W^L, b^L)} L \text{ if only } \varphi'(0) = 0",
    hypotheses="L layers, with or without biases, one activation for all hidden layers, affine outputs, half squared error; "
    "inputs and targets for which no sum of errors vanishes, such as positive ones, and small steps; units of a hidden layer "
    "stay equal throughout",
    cites=("threadundatedinputs", *SOURCES),
    controls={
        "sigmoid: the first weights move a step too early": dict(
            table=row_changed("phi(0) and phi'(0) not 0", weight=(1, 2, 2))
        ),
        "tanh: the outgoing weights move": dict(table=row_changed("phi(0) = 0", weight=(2, NEVER, NEVER))),
        "cosine: the outgoing weights never move": dict(table=row_changed("phi'(0) = 0", weight=(NEVER, NEVER, NEVER))),
    },
    architectures=(Architecture((2, 3, 3, 2), batch=2), Architecture((2, 3, 1), bias=False)),
    dtypes=WIDE,
)
def what_moves_when_all_parameters_are_zero(
    off_zero: NetworkOffZero,
    through_zero: NetworkThroughZero,
    odd: OddNetwork,
    batch: PositiveBatch,
    *,
    table: Mapping[str, Cells] = TABLE,
):
    activations = off_zero.activations[0], through_zero.activations[0], SlopeOf(odd.activations[0])
    claims = []
    for name, activation in zip(TABLE, activations, strict=True):
        if (cells := table.get(name)) is None:
            continue
        start = at_zero(off_zero, activation)
        found, trained = gradients_by(cells, start, batch)
        claims += found + still_for_ever(cells, start, off_zero, batch)
        if cells.weight[0] < NEVER:  # otherwise all parameters of hidden units are 0
            claims.append(all_units_equal(trained))
    return claims


def constant_per_layer(network: Network) -> Network:
    """Every weight of a layer is its first weight, every bias its first bias."""

    def constant(layer: Layer) -> Layer:
        inputs, units = (jnp.zeros(size, int) for size in layer.weight.shape)
        return Layer(layer.weight[inputs, :][:, units], None if layer.bias is None else layer.bias[units])

    return dataclasses.replace(network, layers=tuple(map(constant, network.layers)))


def perturb_one_unit(network: Network) -> Network:
    """The network with 1 added to the incoming weights of the last unit of the first hidden layer."""
    first, *rest = network.layers
    units = first.weight.shape[1]
    layer = Layer(first.weight + jnp.where(jnp.arange(units) == units - 1, 1, 0)[None, :], first.bias)
    return dataclasses.replace(network, layers=(layer, *rest))


DESCENT = GradientDescent(2**14, momentum=2, decay=8)
"""Networks that start anywhere take shorter steps, so that the weights stay small."""


@theorem(
    "TIE.9",
    title="One constant a layer ties every hidden layer, for ever",
    statement=r"W^l_{ij} = \alpha_l,\ b^l_j = \beta_l \;\Rightarrow\; (w_s, b_s, v_s)^{(T)} = (w_t, b_t, v_t)^{(T)} "
    r"\text{ for all units } s, t \text{ of a hidden layer and all } T",
    hypotheses="gradient descent on any batches, with momentum and weight decay (any rule of TIE.2); any activation, loss, "
    "widths and depth",
    cites=SOURCES,
    controls={"one unit perturbed": dict(perturbed=True)},
    architectures=(Architecture((2, 3, 3, 2)), Architecture((3, 4, 2), bias=False)),
    dtypes=WIDE,
    formal=FormalProof("formal/TIE-9.agda", control="one unit perturbed"),
)
def one_constant_a_layer_ties_every_hidden_layer(network: Network, batches: Minibatches, *, perturbed: bool = False):
    start = constant_per_layer(network)
    start = perturb_one_unit(start) if perturbed else start
    return all_units_equal(DESCENT.train(start, batches.batches))
