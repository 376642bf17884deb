"""Thirty faults that people make when they convert, port or refactor a model, each beside what it should have been."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.small_models import (
    HEADS,
    IMAGE,
    ROOT,
    SIZE,
    WIDTH,
    Conversion,
    X,
    attention,
    attention_params,
    batch_norm,
    causal,
    conv,
    conv_bias,
    conv_norm,
    conv_params,
    dense,
    dense_params,
    exact_gelu,
    folded,
    half,
    interleaved_rotary,
    layer_norm,
    merge_heads,
    norm_params,
    normal,
    recurrent,
    recurrent_params,
    rms_norm,
    rotary,
    sinusoids,
    split_heads,
    weighted,
)

FAULTS: dict[str, Callable[[], Conversion]] = {}
"""By name: makes the functions, parameters and inputs."""


def fault(make: Callable[[], Conversion]) -> Callable[[], Conversion]:
    FAULTS[make.__name__.replace("_", " ")] = make
    return make


def of_one(params, right: Callable, wrong: Callable, *inputs) -> Conversion:
    """Both with the same parameters."""
    return right, params, wrong, params, inputs


@fault
def transposed_kernel() -> Conversion:
    p = attention_params()
    return attention, p, attention, {**p, "k": p["k"].T}, (X,)


@fault
def rotary_halves_interleaved() -> Conversion:
    return of_one(
        attention_params(),
        lambda p, x: attention(p, x, turn=rotary),
        lambda p, x: attention(p, x, turn=interleaved_rotary),
        X,
    )


@fault
def epsilon_of_a_layer_norm() -> Conversion:
    return of_one(norm_params(), layer_norm, lambda p, x: layer_norm(p, x, 1e-6), X)


@fault
def tanh_gelu_for_erf_gelu() -> Conversion:
    return of_one(dense_params(), dense, lambda p, x: dense(p, x, jax.nn.gelu), X)


@fault
def scale_of_attention_left_out() -> Conversion:
    return of_one(attention_params(), attention, lambda p, x: attention(p, x, scale=1.0), X)


@fault
def positions_off_by_one() -> Conversion:
    def model(start: float) -> Callable:
        return lambda p, x: dense(p, x + sinusoids(len(x), WIDTH, start))

    return of_one(dense_params(), model(0.0), model(1.0), X)


@fault
def bfloat16_sums_for_float32_ones() -> Conversion:
    x = half(normal(60, 3, 64))
    return of_one(
        half(normal(61, 64)),
        lambda w, x: (x * w).sum(-1),
        lambda w, x: (x * w).sum(-1, dtype=jnp.bfloat16),
        x,
    )


@fault
def attention_computed_in_bfloat16() -> Conversion:
    def low(p, x):
        return attention(half(p), half(x)).astype(jnp.float32)

    return of_one(attention_params(), attention, low, X)


@fault
def queries_and_keys_exchanged() -> Conversion:
    p = attention_params()
    return attention, p, attention, {**p, "q": p["k"], "k": p["q"]}, (X,)


@fault
def heads_merged_without_moving_their_axis() -> Conversion:
    def wrong(p, x):
        q, k, v = (split_heads(x @ p[name]) for name in ("q", "k", "v"))
        scores = jnp.einsum("hqd,hkd->hqk", q, k) * SIZE**-0.5
        return weighted(causal(scores), v).reshape(x.shape) @ p["o"]

    return of_one(attention_params(), attention, wrong, X)


@fault
def mask_off_by_one() -> Conversion:
    def wrong(p, x):
        q, k, v = (split_heads(x @ p[name]) for name in ("q", "k", "v"))
        scores = jnp.einsum("hqd,hkd->hqk", q, k) * SIZE**-0.5
        return merge_heads(weighted(causal(scores, 1), v)) @ p["o"]

    return of_one(attention_params(), attention, wrong, X)


@fault
def bias_left_out() -> Conversion:
    return of_one(dense_params(), dense, lambda p, x: exact_gelu(x @ p["w1"]) @ p["w2"] + p["b2"], X)


@fault
def softmax_along_the_other_axis() -> Conversion:
    def along(axis: int) -> Callable:
        return lambda p, x: jax.nn.softmax(x @ p @ x.T, axis) @ x

    return of_one(normal(62, WIDTH, WIDTH), along(-1), along(0), X)


@fault
def slope_of_a_leaky_relu() -> Conversion:
    def model(slope: float) -> Callable:
        return lambda p, x: dense(p, x, lambda z: jax.nn.leaky_relu(z, slope))

    return of_one(dense_params(), model(0.01), model(0.011), X)


@fault
def variance_with_one_less() -> Conversion:
    return of_one(norm_params(), layer_norm, lambda p, x: layer_norm(p, x, ddof=1), X)


@fault
def epsilon_of_a_folded_batch_norm() -> Conversion:
    p = conv_params()
    return conv_norm, p, conv_bias, folded(p, 1e-3), (IMAGE,)


@fault
def small_epsilon_of_a_folded_batch_norm() -> Conversion:
    p = conv_params()
    return conv_norm, p, conv_bias, folded(p, 1e-6), (IMAGE,)


@fault
def scale_for_one_plus_scale() -> Conversion:
    p = {"scale": normal(63, WIDTH, scale=0.1)}
    return of_one(p, lambda p, x: rms_norm({"scale": 1 + p["scale"]}, x), rms_norm, X)


@fault
def norm_behind_the_residual() -> Conversion:
    p = {**dense_params(), **norm_params()}
    return of_one(p, lambda p, x: x + dense(p, layer_norm(p, x)), lambda p, x: layer_norm(p, x + dense(p, x)), X)


@fault
def flipped_kernel() -> Conversion:
    return of_one(normal(40, 3, 3, 2, 3), lambda p, x: conv(x, p), lambda p, x: conv(x, p[::-1, ::-1]), IMAGE)


@fault
def padding_of_a_strided_convolution() -> Conversion:
    return of_one(
        normal(40, 3, 3, 2, 3),
        lambda p, x: conv(x, p, 2, ((1, 1), (1, 1))),
        lambda p, x: conv(x, p, 2, "SAME"),
        IMAGE,
    )


@fault
def order_of_flattened_channels() -> Conversion:
    return of_one(
        normal(64, 72, 3, scale=0.1),
        lambda p, x: x.transpose(0, 3, 1, 2).reshape(len(x), -1) @ p,
        lambda p, x: x.reshape(len(x), -1) @ p,
        IMAGE,
    )


@fault
def gates_exchanged() -> Conversion:
    return of_one(recurrent_params(), recurrent, lambda p, x: recurrent(p, x, order=(1, 0)), X)


@fault
def bias_outside_the_reset_gate() -> Conversion:
    return of_one(recurrent_params(), recurrent, lambda p, x: recurrent(p, x, inside=False), X)


@fault
def embedding_not_scaled() -> Conversion:
    tokens = jnp.array([3, 1, 4, 1, 5])
    return of_one(normal(65, 7, WIDTH), lambda p, t: p[t] * ROOT, lambda p, t: p[t], tokens)


@fault
def groups_of_heads_tiled_for_repeated() -> Conversion:
    def model(spread: Callable) -> Callable:
        def grouped(p, x):
            q = (x @ p["q"]).reshape(len(x), 2 * HEADS, SIZE // 2).transpose(1, 0, 2)
            k, v = (spread((x @ p[n]).reshape(len(x), HEADS, SIZE)[..., : SIZE // 2].transpose(1, 0, 2)) for n in "kv")
            return merge_heads(weighted(jnp.einsum("hqd,hkd->hqk", q, k), v))

        return grouped

    right, wrong = model(lambda t: jnp.repeat(t, 2, 0)), model(lambda t: jnp.tile(t, (2, 1, 1)))
    return of_one(attention_params(), right, wrong, X)


@fault
def one_weight_rounded_to_bfloat16() -> Conversion:
    p = dense_params()
    rounded = p["w1"].at[0, 0].set(p["w1"][0, 0].astype(jnp.bfloat16).astype(jnp.float32))
    return dense, p, dense, {**p, "w1": rounded}, (X,)


@fault
def cap_of_logits() -> Conversion:
    def capped(cap: float) -> Callable:
        return lambda p, x: cap * jnp.tanh(x @ p / cap)

    return of_one(normal(66, WIDTH, WIDTH), capped(30.0), capped(50.0), X)


@fault
def positions_in_bfloat16() -> Conversion:
    def model(dtype) -> Callable:
        def embedded(p, x):
            places = jnp.arange(len(x)).astype(dtype).astype(jnp.float32)
            return x * p + jnp.sin(places / 7.0)[:, None]

        return embedded

    return of_one(normal(67, 1), model(jnp.float32), model(jnp.bfloat16), normal(68, 300, 1))


@fault
def borders_of_a_mean_over_windows() -> Conversion:
    def sums(x):
        return lax.reduce_window(x, 0.0, lax.add, (1, 3, 3, 1), (1, 1, 1, 1), "SAME")

    return of_one(
        np.float32(0.5), lambda p, x: p * sums(x) / sums(jnp.ones_like(x)), lambda p, x: p * sums(x) / 9, IMAGE
    )


@fault
def batch_norm_behind_the_activation() -> Conversion:
    return of_one(conv_params(), conv_norm, lambda p, x: batch_norm(p, jax.nn.relu(conv(x, p["kernel"]))), IMAGE)


@fault
def hard_sigmoid_for_sigmoid() -> Conversion:
    return of_one(dense_params(), lambda p, x: dense(p, x, jax.nn.silu), lambda p, x: dense(p, x, jax.nn.hard_silu), X)
