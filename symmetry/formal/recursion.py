"""The loops over the layers as recursions: Theory/Network.agda in Python, over the program's functions of one layer.

What Agda compares the program's loops with; here it tells in words where a loop differs.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from symmetry import network as program
from symmetry.activation import value
from symmetry.array import Array
from symmetry.network import Batch, Gradient, Layer, Network


def forward(network: Network, x: Array) -> Array:
    """The outputs of the last layer."""
    a = value(program.preactivation(x, network.layers[0]), network.activations[0])
    return a if len(network.layers) == 1 else forward(without_first(network), a)


def batch_loss(network: Network, batch: Batch) -> Array:
    """The loss of the outputs."""
    return network.loss.value(forward(network, batch.x), batch.y)


def backpropagate(network: Network, batch: Batch) -> list[Array]:
    """The error of every layer."""
    layers, activations = network.layers, network.activations
    z = program.preactivation(batch.x, layers[0])
    a = value(z, activations[0])
    if len(layers) == 1:
        return [program.output_error(network, z, a, batch.y)]
    errors = backpropagate(without_first(network), Batch(a, batch.y))
    return [program.hidden_error(errors[0], layers[1].weight, z, activations[0]), *errors]


def without_first(network: Network) -> Network:
    """The network of the layers after the first."""
    return dataclasses.replace(network, layers=network.layers[1:], activations=network.activations[1:])


def layers_gradient(network: Network, x: Array, errors: Sequence[Array]) -> tuple[Layer, ...]:
    """The gradient in the weight and in the bias, if there is one, of every layer."""
    layer, error = network.layers[0], errors[0]
    bias = None if layer.bias is None else program.bias_gradient(error)
    first = Layer(program.weight_gradient(x, error), bias)
    if len(errors) == 1:
        return (first,)
    a = value(program.preactivation(x, layer), network.activations[0])
    return (first, *layers_gradient(without_first(network), a, errors[1:]))


def backprop(network: Network, batch: Batch) -> Gradient:
    """The gradient of the loss in every parameter, and in the inputs."""
    errors = backpropagate(network, batch)
    inputs = program.input_gradient(errors[0], network.layers[0].weight)
    return Gradient(layers_gradient(network, batch.x, errors), inputs)


@dataclasses.dataclass(frozen=True)
class Result:
    """One array that a run of the whole program returns. `layer` counts from 1."""

    part: str
    """forward, loss, weight, bias or inputs."""
    layer: int
    array: Array

    @property
    def words(self) -> str:
        whole = {"forward": "the outputs", "loss": "the loss", "inputs": "the gradient in the inputs"}
        return whole.get(self.part) or f"the gradient in the {self.part} of layer {self.layer}"


def forward_results(network: Network, batch: Batch, loops: Any) -> list[Result]:
    """What the loops of the forward pass return; `loops` is symmetry.network, or this module."""
    outputs, loss = loops.forward(network, batch.x), loops.batch_loss(network, batch)
    return [Result("forward", len(network.layers), outputs), Result("loss", 0, loss)]


def backprop_results(network: Network, batch: Batch, loops: Any) -> list[Result]:
    """What the loops of backprop return: no bias of a layer is no result where the network has none either.

    Raises:
        TypeError: the gradient has other layers than the network.
    """
    gradient = loops.backprop(network, batch)
    if len(gradient.layers) != len(network.layers):
        raise TypeError(f"backprop returned {len(gradient.layers)} layers; expected {len(network.layers)}")
    results = []
    for place, (found, layer) in enumerate(zip(gradient.layers, network.layers, strict=True), start=1):
        results.append(Result("weight", place, found.weight))
        if found.bias is not None or layer.bias is not None:
            results.append(Result("bias", place, found.bias))
    return [*results, Result("inputs", 0, gradient.x)]
