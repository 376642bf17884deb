"""The one program: a fully connected network, its forward pass and its hand-written backprop.

Written once, in the operators `@ + - * .T .sum` and `derivative`, so that floats, balls, residues, duals and symbols
all run these very lines. Weights are (units in, units out), a row of a batch is an example, L is summed over the batch.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

import jax
import numpy as np

from symmetry.activation import IDENTITY, ActivationLike, activation_named, slope, value
from symmetry.array import Array, is_array, pytree
from symmetry.given import require_kind, require_several
from symmetry.loss import LossLike, loss_named
from symmetry.pieces import piece
from symmetry.raised import described
from symmetry.replaceable import replaceable


@pytree
class Layer:
    """The parameters of one layer: weight (units in, units out) and bias (units out,), or no bias."""

    weight: Array
    bias: Array = None

    def map(self, function: Callable[[Array], Array]) -> "Layer":
        """The layer with a function of its weight and of its bias, if it has one."""
        return Layer(function(self.weight), None if self.bias is None else function(self.bias))


@pytree
class Network:
    """Layers, the activation of each (shared by its units), and the loss."""

    layers: tuple[Layer, ...]
    activations: tuple[Any, ...]
    """Each is an `ActivationLike`; an `Activation` also has a name and facts."""
    loss: Any
    """A `LossLike`."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of the input, of each hidden layer and of the output."""
        return (self.layers[0].weight.shape[0], *(layer.weight.shape[1] for layer in self.layers))

    def with_hidden(self, activation: ActivationLike) -> "Network":
        """The network with that activation in every hidden layer."""
        hidden = (activation,) * (len(self.activations) - 1)
        return dataclasses.replace(self, activations=(*hidden, self.activations[-1]))

    def with_logits(self, loss: LossLike) -> "Network":
        """The network with an affine output layer, whose outputs the loss takes as logits."""
        return dataclasses.replace(self, activations=(*self.activations[:-1], IDENTITY), loss=loss)


@pytree
class Batch:
    """Inputs x (examples, inputs) and targets y (examples, outputs)."""

    x: Array
    y: Array


@pytree
class Gradient:
    """The gradient of the loss: of every layer's parameters, and of the inputs."""

    layers: tuple[Layer, ...]
    x: Array


class HasLayers(Protocol):
    """A dataclass with layers: a network, a gradient, a direction."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field]]

    @property
    def layers(self) -> tuple[Layer, ...]: ...


Layered = TypeVar("Layered", bound=HasLayers)


def map_parameters(function: Callable[..., Array], thing: Layered, *others: HasLayers) -> Layered:
    """The thing with a function of every weight and bias, and of those at the same place of other things with layers.

    >>> network = network_of([[[2.0]], [[3.0]]])
    >>> map_parameters(lambda one, other: one - other / 2, network, network).layers[1].weight.tolist()
    [[1.5]]
    """
    layers = jax.tree.map(function, thing.layers, *[each.layers for each in others], is_leaf=is_array)
    return dataclasses.replace(thing, layers=layers)


def preactivation(inputs: Array, layer: Layer) -> Array:
    """z = a W + b of a layer: shape (examples, units out)."""
    z = inputs @ layer.weight
    return z if layer.bias is None else z + layer.bias


@piece
def forward_pass(network: Network, x: Array) -> tuple[list, list]:
    """Every preactivation z^l and activation a^l; a^0 = x comes first in the second list.

    z^l = a^{l-1} W^l + b^l and a^l = phi(z^l).
    """
    preactivations, activations = [], [x]
    for layer, activation in zip(network.layers, network.activations, strict=True):
        preactivations.append(preactivation(activations[-1], layer))
        activations.append(value(preactivations[-1], activation))
    return preactivations, activations


def forward(network: Network, x: Array) -> Array:
    """The network's outputs at the inputs x (examples, inputs): shape (examples, outputs).

    >>> import jax.numpy as jnp
    >>> double_relu = network_of([[[2.0]], [[1.0]]], hidden="relu")
    >>> forward(double_relu, jnp.array([[3.0], [-3.0]])).tolist()
    [[6.0], [0.0]]
    """
    return forward_pass(network, x)[1][-1]


@piece
def batch_loss(network: Network, batch: Batch) -> Array:
    """The loss summed over the batch: a scalar."""
    return network.loss.value(forward(network, batch.x), batch.y)


@replaceable
def output_error(network: Network, z, a, y):
    """delta^L = dloss/da^L * phi'(z^L): shape (examples, outputs). See GRAD.1."""
    return network.loss.error(a, y) * slope(z, network.activations[-1])


@replaceable
def hidden_error(next_error, next_weight, z, activation):
    """delta^l = (delta^{l+1} W^{l+1}^T) * phi'(z^l): shape (examples, units of layer l). See GRAD.2."""
    return (next_error @ next_weight.T) * slope(z, activation)


@replaceable
def weight_gradient(inputs, error):
    """dL/dW^l = a^{l-1}^T delta^l: shape (units in, units out). See GRAD.3."""
    return inputs.T @ error


@replaceable
def bias_gradient(error):
    """dL/db^l, the sum of delta^l over the batch: shape (units out,). See GRAD.3."""
    return error.sum(0)


@replaceable
def input_gradient(error, weight):
    """dL/dx = delta^1 W^1^T: shape (examples, inputs). See GRAD.7."""
    return error @ weight.T


@replaceable
def backpropagate(network: Network, preactivations: list, activations: list, y) -> list:
    """The errors delta^l = dL/dz^l of every layer, from what `forward_pass` returned."""
    errors = [output_error(network, preactivations[-1], activations[-1], y)]
    for index in reversed(range(len(network.layers) - 1)):
        weight = network.layers[index + 1].weight
        errors.insert(0, hidden_error(errors[0], weight, preactivations[index], network.activations[index]))
    return errors


@replaceable
@piece
def backprop(network: Network, batch: Batch) -> Gradient:
    """The gradient of the loss in every weight, every bias and the inputs (rumelhart1986learning).

    >>> import jax.numpy as jnp
    >>> gradient = backprop(network_of([[[2.0]], [[3.0]]]), Batch(jnp.array([[1.0]]), jnp.array([[5.0]])))
    >>> gradient.layers[0].weight.tolist(), gradient.layers[1].weight.tolist(), gradient.x.tolist()
    ([[3.0]], [[2.0]], [[6.0]])
    """
    preactivations, activations = forward_pass(network, batch.x)
    return gradient_from(network, activations, backpropagate(network, preactivations, activations, batch.y))


def gradient_from(network: Network, activations: list, errors: list) -> Gradient:
    """The gradient, from every layer's input activations and errors."""
    layers = tuple(
        Layer(weight_gradient(inputs, error), None if layer.bias is None else bias_gradient(error))
        for layer, inputs, error in zip(network.layers, activations, errors, strict=False)
    )
    return Gradient(layers, input_gradient(errors[0], network.layers[0].weight))


def network_of(
    weights: Sequence,
    biases: Sequence | None = None,
    *,
    hidden: str = "identity",
    output: str = "identity",
    loss: str = "half_squared_error",
) -> Network:
    """A checked network of floats.

    Args:
        weights: one (units in, units out) array a layer.
        biases: one (units out,) array a layer, or None for a network without biases.
        hidden: the activation of the hidden layers, by name.
        output: the activation of the output layer, by name.
        loss: the loss, by name.

    Raises:
        ValueError: no layers, what is no array, shapes that do not chain, numbers that are not finite or not real, an unknown
            name.
    """
    for name, given in (("weights", weights), ("biases", [] if biases is None else biases)):
        require_several(name, given, "a list of one array a layer")
    if len(weights) == 0:
        raise ValueError("a network needs at least one layer, got no weights; pass one array a layer.")
    arrays = [_finite(f"weight {index}", weight, ndim=2) for index, weight in enumerate(weights)]
    vectors = (
        [None] * len(arrays) if biases is None else [_finite(f"bias {i}", b, ndim=1) for i, b in enumerate(biases)]
    )
    if len(vectors) != len(arrays):
        raise ValueError(
            f"got {len(vectors)} biases for {len(arrays)} weights; pass one bias a layer, or None for none."
        )
    layers = tuple(map(Layer, arrays, vectors))
    _require_chain(layers)
    activations = (*[activation_named(hidden)] * (len(arrays) - 1), activation_named(output))
    return Network(layers, activations, loss_named(loss))


def _require_chain(layers: tuple[Layer, ...]) -> None:
    """Raise unless every weight has as many units in as the one before has out, and every bias has one entry a unit."""
    units_in, units_out = ([layer.weight.shape[side] for layer in layers] for side in (0, 1))
    for index in range(len(layers) - 1):
        if units_out[index] != units_in[index + 1]:
            raise ValueError(
                f"weight {index} has {units_out[index]} units out, but weight {index + 1} has "
                f"{units_in[index + 1]} units in; they must be equal."
            )
    for index, layer in enumerate(layers):
        if layer.bias is not None and layer.bias.shape[0] != units_out[index]:
            raise ValueError(
                f"bias {index} has length {layer.bias.shape[0]}, but weight {index} has {units_out[index]} units out; "
                "they must be equal."
            )


def batch_of(network: Network, x: Array, y: Array) -> Batch:
    """A checked batch for that network.

    Raises:
        ValueError: no network, no examples, what is no array, numbers that are not finite or not real, shapes that do not
            fit the network.
    """
    require_kind("network", network, Network, "a network, such as `network_of` makes")
    inputs, targets = _finite("x", x, ndim=2), _finite("y", y, ndim=2)
    if inputs.shape[0] == 0:
        raise ValueError("the batch is empty; pass at least one example.")
    if inputs.shape[0] != targets.shape[0]:
        raise ValueError(f"x has {inputs.shape[0]} examples, but y has {targets.shape[0]}; they must be equal.")
    for name, array, expected in (("x", inputs, network.widths[0]), ("y", targets, network.widths[-1])):
        if array.shape[1] != expected:
            raise ValueError(
                f"{name} has {array.shape[1]} columns, but the network has {expected}; they must be equal."
            )
    return Batch(inputs, targets)


def _finite(name: str, numbers: Array, ndim: int) -> jax.Array:
    try:
        array = jax.numpy.asarray(numbers)
        if not jax.numpy.issubdtype(array.dtype, jax.numpy.inexact):
            array = array.astype(float)
    except Exception as error:  # JAX has many ways to refuse what is no array
        raise ValueError(
            f"{name} is no array of numbers, {described(error)}; pass {ndim} dimensions of floats."
        ) from None
    if jax.numpy.issubdtype(array.dtype, jax.numpy.complexfloating):
        raise ValueError(f"{name} holds complex numbers; pass real ones.")
    if array.ndim != ndim:
        raise ValueError(f"{name} has shape {array.shape}; expected an array of {ndim} dimensions.")
    bad = np.argwhere(~np.isfinite(np.asarray(array, dtype=np.float64)))
    if len(bad):
        place = tuple(int(index) for index in bad[0])
        raise ValueError(f"{name} has {array[place]} at {list(place)}; every number must be finite.")
    return array
