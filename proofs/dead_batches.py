"""METH: a batch on which every unit of a layer is dead. What is before the layer learns nothing, what is after it sees zeros."""

import dataclasses
import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from proofs.number_systems import as_numpy
from symmetry.activation import IDENTITY, LEAKY_RELU, RELU, Activation
from symmetry.engine.measure import Trials
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Layer, Network, backprop, forward
from symmetry.statements.theorem import theorem

DEEPEST = 6
"""Hidden layers, at most."""


def integer_network(trials: Trials, dead: int, depth: int, activation: Activation) -> tuple[Network, Batch]:
    """A network of ReLUs, all integers, whose hidden layer of that index is dead: its weights and biases are at most 0.

    Some of its preactivations are 0. Every activation before it is at least 0, and so are the inputs.
    """
    draw = trials.generator.integers
    widths = draw(1, 4, depth + 2)
    layers = [
        Layer(draw(-1, 2, (above, below)).astype(float), draw(-1, 2, below).astype(float))
        for above, below in itertools.pairwise(widths)
    ]
    layers[dead] = layers[dead].map(lambda array: -abs(array))
    activations = [RELU] * depth + [IDENTITY]
    activations[dead] = activation
    x, y = abs(draw(-2, 3, (3, widths[0]))).astype(float), draw(-2, 3, (3, widths[-1])).astype(float)
    return Network(tuple(layers), tuple(activations), HALF_SQUARED_ERROR), Batch(x, y)


def of_what_is_after(network: Network, batch: Batch, dead: int) -> tuple[Network, Batch]:
    """The layers behind the dead one, as a network of their own, on inputs that are 0."""
    after = dataclasses.replace(network, layers=network.layers[dead + 1 :], activations=network.activations[dead + 1 :])
    return after, Batch(jnp.zeros((batch.x.shape[0], after.widths[0])), batch.y)


def outputs_and_gradient(network: Network, batch: Batch) -> tuple[Any, Any]:
    return forward(network, batch.x), backprop(network, batch)


@theorem(
    "METH.10",
    title="A layer that is dead on the whole batch learns nothing and passes on zeros",
    statement=r"z^l \leq 0 \text{ on every example} \;\Rightarrow\; f(\theta, x) = f(\theta^{>l}, 0), \quad "
    r"\nabla_{\theta^{\leq l}} L = 0, \quad \nabla_x L = 0, \quad \nabla_{\theta^{> l}} L(\theta, x) = \nabla L(\theta^{>l}, 0)",
    hypotheses="ReLU, 1 to 6 hidden layers, l any of them, widths 1 to 3; integers, with which floats compute exactly; some "
    "preactivations of the layer are 0, where the slope is 0",
    cites=("rumelhart1986learning",),
    controls={"leaky ReLU": dict(activation=LEAKY_RELU)},
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def a_dead_layer_learns_nothing_and_passes_on_zeros(trials: Trials, *, activation: Activation = RELU) -> None:
    """Outputs and gradients of networks with a dead layer, against those of what is behind it."""
    for _ in range(max(trials.budget // 500, 12)):
        depth = int(trials.generator.integers(1, DEEPEST + 1))
        dead = int(trials.generator.integers(depth))
        network, batch = integer_network(trials, dead, depth, activation)
        outputs, gradient = as_numpy(outputs_and_gradient, network, batch)
        after_outputs, after = as_numpy(outputs_and_gradient, *of_what_is_after(network, batch, dead))
        nothing = jax.tree.map(np.zeros_like, (gradient.layers[: dead + 1], gradient.x))
        found = outputs, gradient.layers[: dead + 1], gradient.x, gradient.layers[dead + 1 :]
        expected = after_outputs, *nothing, after.layers
        equal = jax.tree.map(lambda one, other: bool(np.array_equal(one, other)), found, expected)
        trials.networks += 1
        trials.add(f"layer {dead + 1} of {depth} dead", np.where(jax.tree.leaves(equal), 0.0, np.inf))
