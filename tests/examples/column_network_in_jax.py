"""The sigmoid network of columns in JAX, its parameters a list of pairs (weights, biases), the batch at once."""

import jax
import jax.numpy as jnp

from . import column_network
from .fault import Fault, named, with_line


def draw(seed, dtype=jnp.float32, **sizes):
    """Random params, x and y, the same as in NumPy."""
    network, x, y = column_network.draw(seed, dtype, **sizes)
    pairs = list(zip(network.weights, network.biases, strict=True))
    return jax.tree.map(jnp.asarray, (pairs, x, y))


def forward(params, x):
    """What every layer gives, from the inputs up."""
    activations = [x]
    for w, b in params:
        activations.append(jax.nn.sigmoid(w @ activations[-1] + b))
    return activations


def loss(params, x, y):
    """Half the squared error, summed over outputs and examples."""
    return ((forward(params, x)[-1] - y) ** 2).sum() / 2


def grads(params, x, y):
    """The gradient of `loss`: a list of pairs too."""
    activations = forward(params, x)
    back = activations[-1] - y
    pairs = []
    for l in reversed(range(len(params))):
        a = activations[l + 1]
        delta = back * a * (1 - a)
        pairs.insert(0, (delta @ activations[l].T, delta.sum(1, keepdims=True)))
        back = params[l][0].T @ delta
    return pairs


FAULTS = named(
    Fault(
        "slope left out",
        "The error went back through every sigmoid as if it were the identity.",
        loss,
        with_line(grads, "delta = back * a * (1 - a)", "delta = back"),
        "the slope of the activation (sigmoid) left out, in the hidden layers and at the output",
    ),
    Fault(
        "weights not transposed",
        "The error went down through the weights as they stand, which square weights allow.",
        loss,
        with_line(grads, "back = params[l][0].T @ delta", "back = params[l][0] @ delta"),
        "weights on the way back that are not transposed",
        column_network.SQUARE,
    ),
)
