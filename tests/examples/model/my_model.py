"""A model as `symmetry check my_model.py:build` reads it: a small classifier in Flax, with its loss and its optimiser."""

from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import linen


class Classifier(linen.Module):
    """Three inputs, a hidden layer of four units, two classes."""

    @linen.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        hidden = linen.relu(linen.Dense(4)(x))
        return linen.Dense(2)(hidden)


def loss(params: Any, x: jax.Array) -> jax.Array:
    """Cross-entropy with the labels 0, 1, 0, 1, ..."""
    labels = jnp.arange(len(x)) % 2
    return optax.softmax_cross_entropy_with_integer_labels(Classifier().apply(params, x), labels).mean()


def build() -> dict[str, Any]:
    """The function, its parameters, a batch, the loss and the optimiser."""
    x = jax.random.normal(jax.random.key(1), (6, 3))
    params = Classifier().init(jax.random.key(0), x)
    return {"apply": Classifier().apply, "params": params, "inputs": x, "loss": loss, "optimizer": optax.adam(0.01)}


def by_hand(params: Any, x: jax.typing.ArrayLike) -> jax.Array:
    """The same network without Flax."""
    first, second = params["params"]["Dense_0"], params["params"]["Dense_1"]
    return jnp.maximum(jnp.asarray(x) @ first["kernel"] + first["bias"], 0) @ second["kernel"] + second["bias"]
