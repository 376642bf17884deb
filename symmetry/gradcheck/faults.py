"""The faults that people make in backprop, as variants of ours: the controls of the theorems GRAD, in a student's place.

Each is backprop with one formula replaced, and the words that say which.
"""

import dataclasses
from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp

from symmetry import network as program
from symmetry.activation import SIGMOID, TANH, slope, value
from symmetry.loss import softmax
from symmetry.network import Batch, Layer, Network, forward_pass


@dataclasses.dataclass(frozen=True)
class Fault:
    """A known fault: `words` complete the sentence "your W1 equals backprop with ...".

    Attributes:
        layers: the gradient of the loss in every layer that this fault leads to.
        free_factor: whether the gradient may be off by a factor, too, as when examples are left out of a mean.
    """

    words: str
    layers: tuple[Layer, ...]
    free_factor: bool = False


@dataclasses.dataclass(frozen=True)
class Pass:
    """A forward pass, and backprop with any of its formulas replaced."""

    network: Network
    batch: Batch
    preactivations: list
    activations: list

    @property
    def depth(self) -> int:
        return len(self.network.layers)

    @property
    def usual_output_error(self) -> jax.Array:
        return program.output_error(self.network, self.preactivations[-1], self.activations[-1], self.batch.y)

    def usual_hidden_error(self, error: jax.Array, layer: int) -> jax.Array:
        weight, activation = self.network.layers[layer + 1].weight, self.network.activations[layer]
        return program.hidden_error(error, weight, self.preactivations[layer], activation)

    def through(self, back: Callable[[jax.Array, int], jax.Array]) -> tuple[Layer, ...]:
        """Every layer's gradient, if `back` of an error and a layer's index stands for the error times the weights."""

        def hidden_error(error: jax.Array, layer: int) -> jax.Array:
            return back(error, layer) * slope(self.preactivations[layer], self.network.activations[layer])

        return self.gradient(hidden_error=hidden_error)

    def gradient(
        self,
        output_error: jax.Array | None = None,
        hidden_error: Callable | None = None,
        inputs: list | None = None,
    ) -> tuple[Layer, ...]:
        """Every layer's gradient; what is not replaced is as it should be."""
        errors = [self.usual_output_error if output_error is None else output_error]
        for layer in reversed(range(self.depth - 1)):
            errors.insert(0, (hidden_error or self.usual_hidden_error)(errors[0], layer))
        return program.gradient_from(self.network, inputs or self.activations, errors).layers


def known_faults(network: Network, batch: Batch) -> Iterator[Fault]:
    """Every known fault that this network can show."""
    ran = Pass(network, batch, *forward_pass(network, batch.x))
    yield from _of_the_output_error(ran)
    yield from _of_slopes(ran)
    yield from _of_the_way_back(ran)
    yield from _of_weight_gradients(ran)
    yield from _of_examples(network, batch)


def _of_the_output_error(ran: Pass) -> Iterator[Fault]:
    network, y = ran.network, ran.batch.y
    z, a = ran.preactivations[-1], ran.activations[-1]
    activation = network.activations[-1]
    error = ran.usual_output_error
    if network.loss.name == "softmax_cross_entropy":
        p, name = softmax(a), "softmax"
    elif network.loss.name == "sigmoid_binary_cross_entropy":
        p, name = value(a, SIGMOID), "sigmoid"
    else:
        p, name = a, activation.name
    logits = network.loss.logits
    twice = error * (p * (1 - p) if logits else slope(z, activation))
    if logits or activation.name != "identity":
        yield Fault(f"the slope of the output's {name} twice", ran.gradient(twice))
    if activation.name != "identity":
        yield Fault(f"the slope of the output's {name} left out", ran.gradient(network.loss.error(a, y)))
    target = "one-hot target" if network.loss.name == "softmax_cross_entropy" else "target"
    prediction = ran.gradient(p * (1 if logits else slope(z, activation)))
    yield Fault(f"the {target} not subtracted from the prediction", prediction)
    if network.loss.name == "softmax_cross_entropy":
        shifted = softmax(z - z.max(0))
        words = "softmax of logits that had each class's largest over the batch subtracted, not each example's own"
        yield Fault(words, ran.gradient(y.sum(-1, keepdims=True) * shifted - y))
        yield Fault("the Jacobian of softmax replaced by its diagonal p(1 - p)", ran.gradient(-y * (1 - p)))
    if logits:
        yield Fault(f"the logits where {name} of them belongs in the output error", ran.gradient(a - y))


def _of_slopes(ran: Pass) -> Iterator[Fault]:
    """The slope phi'(z) of a hidden layer replaced, in one layer or in all."""
    outer = ran.network.activations[-1]
    for words, replaced in _SLOPES.items():
        name = ran.network.activations[0].name
        for layers, where in _one_or_all(ran.depth - 1):

            def hidden_error(error, layer, layers=layers, replaced=replaced):
                if layer not in layers:
                    return ran.usual_hidden_error(error, layer)
                back = error @ ran.network.layers[layer + 1].weight.T
                z, a = ran.preactivations[layer], ran.activations[layer + 1]
                return back * replaced(z, a, ran.network.activations[layer], back)

            fault = words.format(name=name)
            yield Fault(fault + where, ran.gradient(hidden_error=hidden_error))
            if len(layers) == ran.depth - 1 and outer.name != "identity":
                slope_of_loss = ran.network.loss.error(ran.activations[-1], ran.batch.y)
                error = slope_of_loss * replaced(ran.preactivations[-1], ran.activations[-1], outer, slope_of_loss)
                yield Fault(f"{fault}, in the hidden layers and at the output", ran.gradient(error, hidden_error))
                yield Fault(f"{words.format(name=outer.name)}, at the output", ran.gradient(error))


_SLOPES: dict[str, Callable] = {
    "the slope of the activation ({name}) left out": lambda z, a, phi, back: jnp.ones_like(z),
    "the slope of {name} taken at the activation a, not at the preactivation z": lambda z, a, phi, back: slope(a, phi),
    "z(1 - z) for the slope, where a(1 - a) of the activation a is meant": lambda z, a, phi, back: z * (1 - z),
    "1 - z^2 for the slope, where 1 - a^2 of the activation a is meant": lambda z, a, phi, back: 1 - z * z,
    "1 - a for the slope": lambda z, a, phi, back: 1 - a,
    "(1 - a)^2 for the slope, where 1 - a^2 is meant": lambda z, a, phi, back: (1 - a) ** 2,
    "a for the slope": lambda z, a, phi, back: a,
    "a^2 for the slope": lambda z, a, phi, back: a * a,
    "the slope of {name} twice": lambda z, a, phi, back: slope(z, phi) * slope(z, phi),
    "the slope of sigmoid, a(1 - a), but the activation is {name}": lambda z, a, phi, back: a * (1 - a),
    "the slope of tanh, 1 - a^2, but the activation is {name}": lambda z, a, phi, back: 1 - a * a,
    "the slope of ReLU, but the activation is {name}": lambda z, a, phi, back: jnp.where(z > 0, 1.0, 0.0),
    "the mask of ReLU from the sign of the error that comes back, not of the preactivation": (
        lambda z, a, phi, back: jnp.where(back > 0, 1.0, 0.0)
    ),
    "the mask of ReLU the wrong way round": lambda z, a, phi, back: jnp.where(z > 0, 0.0, 1.0),
    "the slopes of sigmoid at z, but the activation is {name}": lambda z, a, phi, back: slope(z, SIGMOID),
    "the slopes of tanh at z, but the activation is {name}": lambda z, a, phi, back: slope(z, TANH),
}


def _of_the_way_back(ran: Pass) -> Iterator[Fault]:
    def back_through(weights_of: Callable) -> tuple[Layer, ...]:
        return ran.through(lambda error, layer: weights_of(error, ran.network.layers[layer + 1].weight))

    if ran.depth < 2:
        return
    left_out = back_through(lambda error, weight: error if _is_square(weight) else error.sum(-1, keepdims=True))
    yield Fault("the weights left out on the way back", left_out)
    summed = back_through(lambda error, weight: error.sum(-1, keepdims=True) + 0 * (error @ weight.T))
    yield Fault("the weights left out on the way back, errors summed", summed)
    if any(_is_square(layer.weight) for layer in ran.network.layers[1:]):
        untransposed = back_through(lambda error, weight: error @ (weight if _is_square(weight) else weight.T))
        yield Fault("weights on the way back that are not transposed (or transposed once too often)", untransposed)
    yield from _of_other_weights(ran)
    yield from _of_columns_of_ones(ran)
    absolute = back_through(lambda error, weight: error @ jnp.abs(weight).T)
    yield Fault("the absolute values of the weights on the way back", absolute)


def _is_square(weight: jax.Array) -> bool:
    return weight.shape[0] == weight.shape[1]


def _of_columns_of_ones(ran: Pass) -> Iterator[Fault]:
    """The biases, as weights of a column of ones, on the way back in place of the weights of a unit."""
    network = ran.network
    if any(layer.bias is None for layer in network.layers[1:]):
        return
    for first in (True, False):

        def back(error, layer, first=first):
            weight, bias = network.layers[layer + 1].weight, network.layers[layer + 1].bias[None]
            return error @ jnp.concatenate([bias, weight[:-1]] if first else [weight[1:], bias]).T

        yield Fault("the error of the column of ones passed back, where that of a unit belongs", ran.through(back))


def _of_other_weights(ran: Pass) -> Iterator[Fault]:
    """A layer's own weights on the way back, where the next layer's belong; if the shapes let it pass."""
    network = ran.network
    for turned, words in ((False, ""), (True, ", transposed")):

        def back(error, layer, turned=turned):
            own = network.layers[layer].weight.T if turned else network.layers[layer].weight
            usual = network.layers[layer + 1].weight.T
            return error @ (own if own.shape == usual.shape else usual)

        yield Fault(f"a layer's own weights{words} on the way back, where the next layer's belong", ran.through(back))


def after_a_step(network: Network, batch: Batch, step: float) -> tuple[Layer, ...]:
    """Backprop that updates a layer's weights by `step` before it takes the gradient of the layer below."""
    ran = Pass(network, batch, *forward_pass(network, batch.x))

    def back(error, layer):
        weight = network.layers[layer + 1].weight
        return error @ (weight - step * program.weight_gradient(ran.activations[layer + 1], error)).T

    return ran.through(back)


def _of_weight_gradients(ran: Pass) -> Iterator[Fault]:
    candidates = {
        "the preactivation where the activation belongs in a weight's gradient": [ran.batch.x, *ran.preactivations],
        "a layer's own activation where its input belongs in its weight's gradient": ran.activations[1:],
        "the inputs x where the hidden activation belongs in a weight's gradient": [ran.batch.x] * ran.depth,
    }
    for words, instead in candidates.items():
        inputs = [
            other if other.shape == usual.shape and (layer > 0 or "own" in words) else usual
            for layer, (usual, other) in enumerate(zip(ran.activations, instead, strict=False))
        ]
        yield Fault(words, ran.gradient(inputs=inputs))


def _of_examples(network: Network, batch: Batch) -> Iterator[Fault]:
    examples = batch.x.shape[0]
    for words, n in (("last", examples - 1), ("first", 0)) if examples > 1 else ():
        one = Batch(batch.x[n : n + 1], batch.y[n : n + 1])
        ran = Pass(network, one, *forward_pass(network, one.x))
        yield Fault(f"only the {words} of {examples} examples counted", ran.gradient(), free_factor=True)


def _one_or_all(hidden: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """All hidden layers, then each alone, and words for them where there are several."""
    if hidden > 1:
        yield tuple(range(hidden)), " in every hidden layer"
    for layer in range(hidden):
        yield (layer,), f" in hidden layer {layer + 1}" if hidden > 1 else ""
