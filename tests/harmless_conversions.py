"""More conversions that leave the function as it is: of layouts, of stored types, and from one library to another."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import lax

from tests.harmless_refactorings import harmless, of_one
from tests.small_models import (
    HEADS,
    IMAGE,
    SIZE,
    WIDTH,
    Conversion,
    X,
    attention,
    attention_params,
    causal,
    conv,
    dense,
    dense_params,
    exact_gelu,
    half,
    layer_norm,
    norm_params,
    normal,
    recurrent,
    recurrent_params,
    rms_norm,
)


@harmless
def embedding_by_a_product() -> Conversion:
    tokens = jnp.array([3, 1, 4, 1, 5])
    return of_one(normal(65, 7, WIDTH), lambda p, t: p[t], lambda p, t: jax.nn.one_hot(t, 7) @ p, tokens)


@harmless
def unrolled_recurrence() -> Conversion:
    def unrolled(p, x):
        state = jnp.zeros(4)
        for row in x:
            gates, held = row @ p["wx"] + p["bx"], state @ p["wh"] + p["bh"]
            reset, update = jnp.split(jax.nn.sigmoid(gates[:8] + held[:8]), 2)
            new = jnp.tanh(gates[8:] + reset * held[8:])
            state = new + update * (state - new)
        return state

    return of_one(recurrent_params(), recurrent, unrolled, X)


@harmless
def convolution_as_a_product() -> Conversion:
    def product(p, x):
        patches = lax.conv_general_dilated_patches(
            x, (3, 3), (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        return patches @ p.transpose(2, 0, 1, 3).reshape(-1, p.shape[-1])

    return of_one(normal(40, 3, 3, 2, 3), lambda p, x: conv(x, p), product, IMAGE)


@harmless
def channels_first() -> Conversion:
    kernel = normal(40, 3, 3, 2, 3)

    def first(p, x):
        images = x.transpose(0, 3, 1, 2)
        return lax.conv_general_dilated(
            images, p, (1, 1), "SAME", dimension_numbers=("NCHW", "OIHW", "NCHW")
        ).transpose(0, 2, 3, 1)

    return lambda p, x: conv(x, p), kernel, first, kernel.transpose(3, 2, 0, 1), (IMAGE,)


@harmless
def mean_over_windows() -> Conversion:
    def by_shape(p, x):
        return p * x.reshape(1, 3, 2, 3, 2, 2).mean((2, 4))

    def by_windows(p, x):
        return p * lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "VALID") / 4

    return of_one(np.float32(0.7), by_shape, by_windows, IMAGE)


@harmless
def merged_low_rank_update() -> Conversion:
    p = {"w": normal(74, WIDTH, WIDTH), "a": normal(75, WIDTH, 2), "b": normal(76, 2, WIDTH)}
    merged = p["w"] + 0.3 * (p["a"] @ p["b"])
    return lambda p, x: x @ p["w"] + 0.3 * (x @ p["a"] @ p["b"]), p, lambda w, x: x @ w, merged, (X,)


@harmless
def parameters_stored_in_bfloat16() -> Conversion:
    p = dense_params()

    def stored(p, x):
        return dense(jax.tree.map(lambda leaf: leaf.astype(jnp.float32), p), x)

    return dense, p, stored, half(p), (X,)


@harmless
def heads_one_by_one() -> Conversion:
    def one_by_one(p, x):
        found = []
        for head in range(HEADS):
            part = slice(head * SIZE, (head + 1) * SIZE)
            q, k, v = (x @ p[name][:, part] for name in ("q", "k", "v"))
            found.append(jax.nn.softmax(causal(q @ k.T / SIZE**0.5), -1) @ v @ p["o"][part])
        return sum(found)

    return of_one(attention_params(), attention, one_by_one, X)


@harmless
def rms_norm_by_a_norm() -> Conversion:
    """The mean of the squares as a squared norm, with a root of the width on the other side."""

    def by_norm(p, x):
        return WIDTH**0.5 * x / jnp.sqrt((x * x).sum(-1, keepdims=True) + WIDTH * 1e-6) * p["scale"]

    return of_one(norm_params(), rms_norm, by_norm, X)


@harmless
def flax_module() -> Conversion:
    module = nn.LayerNorm(epsilon=1e-5)
    p = norm_params()
    return layer_norm, p, lambda p, x: module.apply(p, x), {"params": p}, (X,)


@harmless
def equinox_module() -> Conversion:
    p = dense_params()
    module = eqx.nn.MLP(WIDTH, WIDTH, 12, 1, activation=exact_gelu, key=jax.random.key(0))
    module = eqx.tree_at(
        lambda m: [m.layers[0].weight, m.layers[0].bias, m.layers[1].weight, m.layers[1].bias],
        module,
        [p["w1"].T, p["b1"], p["w2"].T, p["b2"]],
    )
    return dense, p, lambda m, x: jax.vmap(m)(x), module, (X,)


@harmless
def nnx_state() -> Conversion:
    layer = nnx.Linear(WIDTH, 3, rngs=nnx.Rngs(0))
    graph, state = nnx.split(layer)
    p = {"kernel": state["kernel"][...], "bias": state["bias"][...]}
    return lambda p, x: x @ p["kernel"] + p["bias"], p, lambda s, x: nnx.merge(graph, s)(x), state, (X,)
