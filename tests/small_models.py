"""Small models and their parameters, written once, for conversions that are right and for conversions that are not."""

import functools
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

WIDTH, HEADS, LENGTH = 8, 2, 5
SIZE = WIDTH // HEADS

Params = dict[str, Any]
Conversion = tuple[Callable, Any, Callable, Any, tuple]
"""f, its parameters, g, its parameters, and the inputs."""


def normal(seed: int, *shape: int, scale: float = 1.0) -> jax.Array:
    """Normal numbers in float32."""
    return jnp.asarray(scale * np.random.default_rng(seed).standard_normal(shape), jnp.float32)


X = normal(1, LENGTH, WIDTH)
IMAGE = normal(2, 1, 6, 6, 2)


def attention_params() -> Params:
    names = ("q", "k", "v", "o")
    return {name: normal(10 + place, WIDTH, WIDTH, scale=WIDTH**-0.5) for place, name in enumerate(names)}


def split_heads(x: jax.Array) -> jax.Array:
    """(length, width) as (heads, length, size)."""
    return x.reshape(len(x), HEADS, SIZE).transpose(1, 0, 2)


def merge_heads(x: jax.Array) -> jax.Array:
    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)


def weighted(scores: jax.Array, values: jax.Array) -> jax.Array:
    return jnp.einsum("hqk,hkd->hqd", jax.nn.softmax(scores, -1), values)


def causal(scores: jax.Array, offset: int = 0, low: float = -jnp.inf) -> jax.Array:
    """Scores with what lies ahead left out."""
    return jnp.where(jnp.tril(jnp.ones(scores.shape[-2:], bool), offset), scores, low)


def attention(p: Params, x: jax.Array, *, turn: Callable = lambda x: x, scale: float = SIZE**-0.5) -> jax.Array:
    """Causal attention of several heads; `turn` is what rotary positions do to queries and keys."""
    q, k, v = (split_heads(x @ p[name]) for name in ("q", "k", "v"))
    scores = jnp.einsum("hqd,hkd->hqk", turn(q), turn(k)) * scale
    return merge_heads(weighted(causal(scores), v)) @ p["o"]


def angles(length: int, size: int, start: float = 0.0) -> jax.Array:
    rates = 10_000.0 ** (-jnp.arange(0, size, 2) / size)
    return (jnp.arange(length) + start)[:, None] * rates


def rotary(x: jax.Array, start: float = 0.0) -> jax.Array:
    """Rotary positions that turn the first half of the features with the second."""
    turned = angles(x.shape[-2], x.shape[-1], start)
    one, other = jnp.split(x, 2, -1)
    cos, sin = jnp.cos(turned), jnp.sin(turned)
    return jnp.concatenate([one * cos - other * sin, other * cos + one * sin], -1)


def interleaved_rotary(x: jax.Array) -> jax.Array:
    """Rotary positions that turn each even feature with the odd one behind it."""
    turned = angles(x.shape[-2], x.shape[-1])
    one, other = x[..., ::2], x[..., 1::2]
    cos, sin = jnp.cos(turned), jnp.sin(turned)
    return jnp.stack([one * cos - other * sin, other * cos + one * sin], -1).reshape(x.shape)


def norm_params() -> Params:
    return {"scale": 1 + normal(20, WIDTH, scale=0.1), "bias": normal(21, WIDTH, scale=0.1)}


def layer_norm(p: Params, x: jax.Array, epsilon: float = 1e-5, ddof: int = 0) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt(x.var(-1, keepdims=True, ddof=ddof) + epsilon) * p["scale"] + p["bias"]


def rms_norm(p: Params, x: jax.Array, epsilon: float = 1e-6) -> jax.Array:
    return x * lax.rsqrt((x * x).mean(-1, keepdims=True) + epsilon) * p["scale"]


def dense_params(seed: int = 30) -> Params:
    return {
        "w1": normal(seed, WIDTH, 12, scale=WIDTH**-0.5),
        "b1": normal(seed + 1, 12, scale=0.1),
        "w2": normal(seed + 2, 12, WIDTH, scale=12**-0.5),
        "b2": normal(seed + 3, WIDTH, scale=0.1),
    }


exact_gelu = functools.partial(jax.nn.gelu, approximate=False)


def dense(p: Params, x: jax.Array, activation: Callable = exact_gelu) -> jax.Array:
    return activation(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


def conv(x: jax.Array, kernel: jax.Array, stride: int = 1, padding: Any = "SAME") -> jax.Array:
    """A convolution of images (batch, height, width, channels)."""
    return lax.conv_general_dilated(x, kernel, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def conv_params() -> Params:
    return {
        "kernel": normal(40, 3, 3, 2, 3, scale=0.3),
        "mean": normal(41, 3, scale=0.5),
        "var": jnp.asarray([0.5, 1.25, 0.75], jnp.float32),
        "scale": 1 + normal(42, 3, scale=0.1),
        "bias": normal(43, 3, scale=0.1),
    }


def batch_norm(p: Params, x: jax.Array, epsilon: float = 1e-5) -> jax.Array:
    return (x - p["mean"]) / jnp.sqrt(p["var"] + epsilon) * p["scale"] + p["bias"]


def conv_norm(p: Params, x: jax.Array, epsilon: float = 1e-5) -> jax.Array:
    return jax.nn.relu(batch_norm(p, conv(x, p["kernel"]), epsilon))


def folded(p: Params, epsilon: float = 1e-5) -> Params:
    """The batch norm's numbers in the kernel and a bias, in float32."""
    factor = p["scale"] / jnp.sqrt(p["var"] + epsilon)
    return {"kernel": p["kernel"] * factor, "bias": p["bias"] - p["mean"] * factor}


def conv_bias(p: Params, x: jax.Array) -> jax.Array:
    return jax.nn.relu(conv(x, p["kernel"]) + p["bias"])


def recurrent_params() -> Params:
    """A gated unit: input and state to the gates reset, update and new."""
    return {
        "wx": normal(50, WIDTH, 12, scale=0.4),
        "wh": normal(51, 4, 12, scale=0.4),
        "bx": normal(52, 12, scale=0.2),
        "bh": normal(53, 12, scale=0.2),
    }


def recurrent(p: Params, x: jax.Array, order: tuple[int, int] = (0, 1), inside: bool = True) -> jax.Array:
    """The last state of a gated recurrent unit; `inside` says whether the reset gate acts on the bias of the state, too."""

    def step(state: jax.Array, row: jax.Array) -> tuple[jax.Array, None]:
        gates, held = jnp.split(row @ p["wx"] + p["bx"], 3), jnp.split(state @ p["wh"], 3)
        bias = jnp.split(p["bh"], 3)
        reset, update = (jax.nn.sigmoid(gates[i] + held[i] + bias[i]) for i in order)
        old = reset * (held[2] + bias[2]) if inside else reset * held[2] + bias[2]
        new = jnp.tanh(gates[2] + old)
        return (1 - update) * new + update * state, None

    return lax.scan(step, jnp.zeros(4), x)[0]


def sinusoids(length: int, width: int, start: float = 0.0) -> jax.Array:
    turned = angles(length, width, start)
    return jnp.concatenate([jnp.sin(turned), jnp.cos(turned)], -1)


def half(x: Any) -> Any:
    """A tree in bfloat16."""
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), x)


ROOT = math.sqrt(WIDTH)
