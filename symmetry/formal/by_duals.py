"""The gradient of the program's loss by dual numbers, one entry after another: what backprop must return."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from symmetry import network as program
from symmetry.array import Array
from symmetry.network import Batch, Gradient, Layer, Network
from symmetry.numbers.dual import Dual


def backprop(network: Network, batch: Batch) -> Gradient:
    """The derivative of the loss in every entry of every parameter and of the inputs."""

    def in_layer(place: int, layer: Layer) -> Array:
        layers = (*network.layers[:place], layer, *network.layers[place + 1 :])
        return program.batch_loss(dataclasses.replace(network, layers=layers), batch)

    layers = []
    for place, layer in enumerate(network.layers):
        weight = _in_each_entry(layer.weight, lambda dual, p=place, l=layer: in_layer(p, Layer(dual, l.bias)))
        bias = None
        if layer.bias is not None:
            bias = _in_each_entry(layer.bias, lambda dual, p=place, l=layer: in_layer(p, Layer(l.weight, dual)))
        layers.append(Layer(weight, bias))
    x = _in_each_entry(batch.x, lambda dual: program.batch_loss(network, Batch(dual, batch.y)))
    return Gradient(tuple(layers), x)


def _in_each_entry(array: Array, loss: Callable[[Dual], Any]) -> np.ndarray:
    """The derivative of a loss in every entry of an array; 0 where it does not depend on it."""
    found = np.zeros(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        direction = np.zeros(array.shape, dtype=object)
        direction[place] = 1
        result = loss(Dual(array, direction))
        found[place] = result.tangent if isinstance(result, Dual) else 0
    return found
