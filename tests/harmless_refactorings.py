"""Thirty refactorings and conversions that leave the function as it is: all that floats show of them is rounding."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.small_models import (
    IMAGE,
    LENGTH,
    SIZE,
    WIDTH,
    Conversion,
    X,
    attention,
    attention_params,
    causal,
    conv_bias,
    conv_norm,
    conv_params,
    dense,
    dense_params,
    folded,
    half,
    layer_norm,
    merge_heads,
    norm_params,
    normal,
    rotary,
    split_heads,
    weighted,
)

REFACTORINGS: dict[str, Callable[[], Conversion]] = {}
"""By name: makes the functions, parameters and inputs."""


def harmless(make: Callable[[], Conversion]) -> Callable[[], Conversion]:
    REFACTORINGS[make.__name__.replace("_", " ")] = make
    return make


def of_one(params, one: Callable, other: Callable, *inputs) -> Conversion:
    """Both with the same parameters."""
    return one, params, other, params, inputs


@harmless
def fused_queries_keys_and_values() -> Conversion:
    p = attention_params()
    fused = {"qkv": jnp.concatenate([p["q"], p["k"], p["v"]], 1), "o": p["o"]}

    def model(p, x):
        q, k, v = map(split_heads, jnp.split(x @ p["qkv"], 3, -1))
        return merge_heads(weighted(causal(jnp.einsum("hqd,hkd->hqk", q, k) * SIZE**-0.5), v)) @ p["o"]

    return attention, p, model, fused, (X,)


@harmless
def fused_queries_keys_and_values_in_bfloat16() -> Conversion:
    f, p, g, q, (x,) = fused_queries_keys_and_values()
    return f, half(p), g, half(q), (half(x),)


@harmless
def folded_batch_norm() -> Conversion:
    p = conv_params()
    return conv_norm, p, conv_bias, folded(p), (IMAGE,)


@harmless
def folded_layer_norm() -> Conversion:
    """Scale and bias of the norm in the layer behind it."""
    p = {**dense_params(), **norm_params()}
    moved = dense_params() | {"w1": p["scale"][:, None] * p["w1"], "b1": p["b1"] + p["bias"] @ p["w1"]}

    def model(p, x):
        return dense(p, layer_norm({"scale": 1.0, "bias": 0.0}, x))

    return lambda p, x: dense(p, layer_norm(p, x)), p, model, moved, (X,)


@harmless
def reordered_sums() -> Conversion:
    return of_one(
        normal(70, 40),
        lambda w, x: (w * x).sum(-1),
        lambda w, x: (w * x)[..., ::-1].cumsum(-1)[..., -1],
        normal(71, 3, 40),
    )


@harmless
def sums_in_blocks() -> Conversion:
    def blocks(w, x):
        return (w * x).reshape(-1, 5, 8).sum(1).sum(-1)

    return of_one(normal(70, 40), lambda w, x: x @ w, blocks, normal(71, 3, 40))


@harmless
def scanned_layers() -> Conversion:
    layers = [dense_params(seed) for seed in (72, 76, 80)]

    def unrolled(layers, x):
        for p in layers:
            x = x + dense(p, x)
        return x

    def scanned(stack, x):
        return lax.scan(lambda x, p: (x + dense(p, x), None), x, stack)[0]

    return unrolled, layers, scanned, jax.tree.map(lambda *leaves: jnp.stack(leaves), *layers), (X,)


@harmless
def rematerialised_and_compiled() -> Conversion:
    return of_one(dense_params(), dense, jax.jit(jax.checkpoint(dense)), X)


@harmless
def batched_by_vmap() -> Conversion:
    return of_one(dense_params(), dense, jax.vmap(dense, (None, 0)), X)


@harmless
def permuted_hidden_units() -> Conversion:
    p, pi = dense_params(), np.random.default_rng(0).permutation(12)
    return dense, p, dense, {"w1": p["w1"][:, pi], "b1": p["b1"][pi], "w2": p["w2"][pi], "b2": p["b2"]}, (X,)


@harmless
def hidden_units_that_are_dead() -> Conversion:
    p = dense_params()
    wide = {
        "w1": jnp.pad(p["w1"], ((0, 0), (0, 4))),
        "b1": jnp.pad(p["b1"], (0, 4)),
        "w2": jnp.pad(p["w2"], ((0, 4), (0, 0))),
        "b2": p["b2"],
    }
    return dense, p, dense, wide, (X,)


@harmless
def scale_of_attention_in_the_kernel() -> Conversion:
    p = attention_params()
    factor = np.float32(3.0) ** -0.5
    moved = {**p, "q": p["q"] * factor}
    return lambda p, x: attention(p, x, scale=3.0**-0.5), p, lambda p, x: attention(p, x, scale=1.0), moved, (X,)


@harmless
def quotient_as_a_product() -> Conversion:
    return of_one(normal(73, WIDTH), lambda p, x: p * x / jnp.sqrt(7.0), lambda p, x: x * (p * 7.0**-0.5), X)


@harmless
def softmax_by_logarithms() -> Conversion:
    def by_logarithms(p, x):
        z = x @ p
        return jnp.exp(z - jax.nn.logsumexp(z, -1, keepdims=True))

    return of_one(normal(62, WIDTH, WIDTH), lambda p, x: jax.nn.softmax(x @ p), by_logarithms, X)


@harmless
def softmax_over_blocks() -> Conversion:
    """Attention that sees keys in two blocks, and rescales what it has summed up."""

    def blocked(p, x):
        scores, values = x @ p @ x.T, x
        top = jnp.full(len(x), -jnp.inf)
        total, mixed = jnp.zeros(len(x)), jnp.zeros_like(x)
        for part in (slice(0, 2), slice(2, None)):
            higher = jnp.maximum(top, scores[:, part].max(-1))
            weights, kept = jnp.exp(scores[:, part] - higher[:, None]), jnp.exp(top - higher)
            total = total * kept + weights.sum(-1)
            mixed = mixed * kept[:, None] + weights @ values[part]
            top = higher
        return mixed / total[:, None]

    return of_one(normal(62, WIDTH, WIDTH), lambda p, x: jax.nn.softmax(x @ p @ x.T, -1) @ x, blocked, X)


@harmless
def variance_by_squares() -> Conversion:
    def by_squares(p, x):
        mean = x.mean(-1, keepdims=True)
        variance = (x * x).mean(-1, keepdims=True) - mean * mean
        return (x - mean) * lax.rsqrt(variance + 1e-5) * p["scale"] + p["bias"]

    return of_one(norm_params(), layer_norm, by_squares, X)


@harmless
def gelu_by_hand() -> Conversion:
    def by_hand(z):
        return z * 0.5 * (1 + lax.erf(z * 2**-0.5))

    return of_one(dense_params(), dense, lambda p, x: dense(p, x, by_hand), X)


@harmless
def silu_by_a_tangent() -> Conversion:
    def by_tangent(z):
        return z * (0.5 + 0.5 * jnp.tanh(z / 2))

    return of_one(dense_params(), lambda p, x: dense(p, x, jax.nn.silu), lambda p, x: dense(p, x, by_tangent), X)


@harmless
def rotary_positions_that_start_elsewhere() -> Conversion:
    """Only differences of positions count."""
    return of_one(
        attention_params(),
        lambda p, x: attention(p, x, turn=rotary),
        lambda p, x: attention(p, x, turn=functools.partial(rotary, start=3.0)),
        X,
    )


@harmless
def rotary_tables_made_beforehand() -> Conversion:
    rates = np.exp(-np.log(10_000.0) * np.arange(0, SIZE, 2) / SIZE)
    turned = np.arange(LENGTH)[:, None] * rates
    cos, sin = jnp.asarray(np.cos(turned), jnp.float32), jnp.asarray(np.sin(turned), jnp.float32)

    def by_table(x):
        wide, across = jnp.tile(cos, 2), jnp.tile(sin, 2)
        return x * wide + jnp.concatenate([-x[..., SIZE // 2 :], x[..., : SIZE // 2]], -1) * across

    return of_one(
        attention_params(), lambda p, x: attention(p, x, turn=rotary), lambda p, x: attention(p, x, turn=by_table), X
    )


@harmless
def mask_of_large_numbers() -> Conversion:
    def masked(p, x):
        q, k, v = (split_heads(x @ p[name]) for name in ("q", "k", "v"))
        scores = jnp.einsum("hqd,hkd->hqk", q, k) * SIZE**-0.5
        return merge_heads(weighted(causal(scores, low=float(np.finfo(np.float32).min)), v)) @ p["o"]

    return of_one(attention_params(), attention, masked, X)
