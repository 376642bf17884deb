"""The three functions forward, cost and backward in JAX."""

import jax
import jax.numpy as jnp

from . import forward_backward_cache
from .fault import Fault, named, with_line


def draw(seed, dtype=jnp.float32, **sizes):
    """Random params, X and Y, the same as in NumPy."""
    return jax.tree.map(jnp.asarray, forward_backward_cache.draw(seed, dtype, **sizes))


def forward(params, X):
    """The output A2, and a cache of what backward needs."""
    A1 = jnp.tanh(params["W1"] @ X + params["b1"])
    A2 = jax.nn.sigmoid(params["W2"] @ A1 + params["b2"])
    return A2, {"A1": A1, "A2": A2}


def compute_cost(A2, Y):
    """Binary cross-entropy, averaged over the examples."""
    return -(Y * jnp.log(A2) + (1 - Y) * jnp.log(1 - A2)).sum() / Y.shape[1]


def backward(params, cache, X, Y):
    """The gradient of the cost: dW1, db1, dW2, db2."""
    A1, m = cache["A1"], X.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)
    return {
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
    }


def loss(params, X, Y):
    """The cost of the forward pass."""
    return compute_cost(forward(params, X)[0], Y)


def grads_by(backward):
    """The gradient of `loss` by a backward function."""
    return lambda params, X, Y: backward(params, forward(params, X)[1], X, Y)


grads = grads_by(backward)

FAULTS = named(
    Fault(
        "slope of the wrong power",
        "The slope 1 - A1^2 of tanh was written as (1 - A1)^2.",
        loss,
        grads_by(
            with_line(
                backward,
                'dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)',
                'dZ1 = params["W2"].T @ dZ2 * (1 - A1) ** 2',
            )
        ),
        "(1 - a)^2 for the slope, where 1 - a^2 is meant",
    ),
    Fault(
        "bias summed",
        "The biases took the sum over the batch where the weights took the mean.",
        loss,
        grads_by(
            with_line(backward, '"db1": dZ1.sum(axis=1, keepdims=True),', '"db1": m * dZ1.sum(axis=1, keepdims=True),')
        ),
        "your b1 is summed over the batch, but your loss is averaged over it",
    ),
)
