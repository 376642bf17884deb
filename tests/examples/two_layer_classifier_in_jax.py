"""The two-layer ReLU classifier in JAX: `.at[].add` and `jnp.where` where NumPy's code assigns."""

import jax
import jax.numpy as jnp

from . import two_layer_classifier
from .fault import Fault, named, with_line


def draw(seed, dtype=jnp.float32, **sizes):
    """Random params, x and y, the same as in NumPy."""
    return jax.tree.map(jnp.asarray, two_layer_classifier.draw(seed, dtype, **sizes))


def loss(params, x, y):
    """Cross-entropy averaged over the batch."""
    h = jnp.maximum(x @ params["W1"] + params["b1"], 0)
    scores = h @ params["W2"] + params["b2"]
    log_p = scores - jax.nn.logsumexp(scores, axis=1, keepdims=True)
    return -log_p[jnp.arange(len(y)), y].mean()


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    h = jnp.maximum(x @ params["W1"] + params["b1"], 0)
    p = jax.nn.softmax(h @ params["W2"] + params["b2"])
    d = p.at[jnp.arange(len(y)), y].add(-1) / len(y)
    dh = jnp.where(h > 0, d @ params["W2"].T, 0)
    return {"W1": x.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}


FAULTS = named(
    Fault(
        "slope left out",
        "The error went back through ReLU as if it were the identity.",
        loss,
        with_line(grads, 'dh = jnp.where(h > 0, d @ params["W2"].T, 0)', 'dh = d @ params["W2"].T'),
        "your W1 and b1 equal backprop with the slope of the activation (relu) left out",
    ),
    Fault(
        "one-hot lost",
        "The result of .at[].add was thrown away: arrays of JAX do not change in place.",
        loss,
        with_line(
            grads,
            "d = p.at[jnp.arange(len(y)), y].add(-1) / len(y)",
            "p.at[jnp.arange(len(y)), y].add(-1)\nd = p / len(y)",
        ),
        "the one-hot target not subtracted from the prediction",
    ),
)
