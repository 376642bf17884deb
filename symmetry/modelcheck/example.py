"""The model that `symmetry check --example` runs: a small attention block in plain JAX, trained by Adam."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

INPUTS, HEADS, SIZE, HIDDEN, CLASSES = 3, 2, 2, 5, 2


def apply(params: Mapping[str, Any], x: jax.Array) -> jax.Array:
    """Logits of shape (batch, classes) of inputs of shape (batch, length, features)."""

    def dense(name: str, x: jax.Array) -> jax.Array:
        return x @ params[name]["kernel"] + params[name]["bias"]

    query, key, value = (
        jnp.einsum("btd,dhk->bhtk", x, params[name]["kernel"]) + params[name]["bias"][:, None]
        for name in ("query", "key", "value")
    )
    attention = jax.nn.softmax(query @ jnp.swapaxes(key, -1, -2) / SIZE**0.5)
    x = x + jnp.einsum("bhtk,hkd->btd", attention @ value, params["out"]["kernel"]) + params["out"]["bias"]
    return dense("logits", jax.nn.gelu(dense("hidden", x))).mean(axis=1)


def build() -> dict[str, Any]:
    """The function, random parameters, a batch, the loss and the optimiser."""
    import optax

    generator = np.random.default_rng(0)

    def normal(*shape: int) -> jax.Array:
        return jnp.asarray(generator.normal(size=shape), jnp.float32)

    heads = {
        name: {"kernel": normal(INPUTS, HEADS, SIZE), "bias": jnp.zeros((HEADS, SIZE))}
        for name in ("query", "key", "value")
    }
    params = heads | {
        "out": {"kernel": normal(HEADS, SIZE, INPUTS), "bias": jnp.zeros(INPUTS)},
        "hidden": {"kernel": normal(INPUTS, HIDDEN), "bias": jnp.zeros(HIDDEN)},
        "logits": {"kernel": normal(HIDDEN, CLASSES), "bias": jnp.zeros(CLASSES)},
    }
    labels = generator.integers(CLASSES, size=4)

    def loss(params: Mapping[str, Any], x: jax.Array) -> jax.Array:
        return optax.softmax_cross_entropy_with_integer_labels(apply(params, x), labels).mean()

    return {
        "apply": apply,
        "params": params,
        "inputs": normal(4, 3, INPUTS),
        "loss": loss,
        "optimizer": optax.adam(1e-2),
    }
