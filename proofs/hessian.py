"""Second derivatives of the loss in the parameters: backprop, differentiated by dual numbers."""

import dataclasses

from symmetry.network import Batch, Gradient, Layer, Network, backprop
from symmetry.numbers.dual import derivative_along, own_derivatives


def hessian_times(network: Network, batch: Batch, direction: tuple[Layer, ...]) -> Gradient:
    """The Hessian times a direction: the derivative of backprop along it."""
    return Gradient(derivative_along(_gradient(network, batch), network.layers, direction), None)


def curvatures(network: Network, batch: Batch) -> Network:
    """The diagonal of the Hessian: for each parameter, the second derivative of the loss along it."""
    return dataclasses.replace(network, layers=own_derivatives(_gradient(network, batch), network.layers))


def _gradient(network: Network, batch: Batch):
    """The gradient as a function of the layers."""
    return lambda layers: backprop(dataclasses.replace(network, layers=layers), batch).layers
