"""Dropout: hidden activations multiplied by masks, and the gradient of the loss then (srivastava2014dropout)."""

import dataclasses

import jax

from symmetry.activation import value
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import case_kind
from symmetry.network import Batch, Gradient, Network, gradient_from, hidden_error, output_error, preactivation
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class DropoutMasks:
    """A mask (examples, units) of 0 and 1 for every hidden layer, which multiplies its activations."""

    masks: tuple[Array, ...]


@case_kind(DropoutMasks, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> DropoutMasks:
    widths = enumerate(architecture.hidden_widths)
    return DropoutMasks(tuple(source.integers(f"{name} {i}", (architecture.batch, width), 2) for i, width in widths))


def forward_pass_with_dropout(network: Network, x: Array, dropout: DropoutMasks) -> tuple[list, list]:
    """Every preactivation, and every activation after its mask; x comes first in the second list."""
    preactivations, activations = [], [x]
    for layer, activation, mask in zip(network.layers, network.activations, (*dropout.masks, 1), strict=True):
        preactivations.append(preactivation(activations[-1], layer))
        activations.append(value(preactivations[-1], activation) * mask)
    return preactivations, activations


def backpropagate_with_dropout(
    network: Network, preactivations: list, activations: list, y: Array, dropout: DropoutMasks
) -> list:
    """The errors dL/dz^l of every layer, from what `forward_pass_with_dropout` returned: a dropped unit has none."""
    errors = [output_error(network, preactivations[-1], activations[-1], y)]
    for index in reversed(range(len(network.layers) - 1)):
        weight = network.layers[index + 1].weight
        error = hidden_error(errors[0], weight, preactivations[index], network.activations[index])
        errors.insert(0, error * dropout.masks[index])
    return errors


def backprop_with_dropout(network: Network, batch: Batch, dropout: DropoutMasks) -> Gradient:
    """The gradient of the loss of the network with masks.

    >>> import jax.numpy as jnp
    >>> from symmetry.network import network_of
    >>> network = network_of([[[1.0, 1.0]], [[1.0], [1.0]]])
    >>> batch = Batch(jnp.array([[3.0]]), jnp.array([[1.0]]))
    >>> first_dropped = DropoutMasks((jnp.array([[0, 1]]),))
    >>> backprop_with_dropout(network, batch, first_dropped).layers[1].weight.tolist()
    [[0.0], [6.0]]
    """
    preactivations, activations = forward_pass_with_dropout(network, batch.x, dropout)
    errors = backpropagate_with_dropout(network, preactivations, activations, batch.y, dropout)
    return gradient_from(network, activations, errors)
