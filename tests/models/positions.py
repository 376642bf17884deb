"""Positions in attention: what they do to heads and to features inside heads."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.models.attention import grouped, heads
from tests.models.model import Built, model, shape, shapes

WORDS = shape(2, 4, 6)


def half_split(array, frequencies):
    """Rotary positions as in GPT-NeoX: feature i turns with feature i + half."""
    angles = np.arange(array.shape[1])[:, None] * frequencies
    cos, sin = (f(angles).astype(np.float32)[:, None] for f in (np.cos, np.sin))
    one, other = jnp.split(array, 2, axis=-1)
    return jnp.concatenate([one * cos - other * sin, one * sin + other * cos], -1)


def interleaved(array, frequencies):
    """Rotary positions as in RoFormer: feature 2 i turns with feature 2 i + 1."""
    angles = np.arange(array.shape[1])[:, None] * frequencies
    cos, sin = (f(angles).astype(np.float32)[:, None] for f in (np.cos, np.sin))
    one, other = array[..., ::2], array[..., 1::2]
    return jnp.stack([one * cos - other * sin, one * sin + other * cos], -1).reshape(array.shape)


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def rotary_positions_in_halves():
    """Each pair of features has a frequency of its own, so that queries and keys are frozen; values are free."""
    return Built(lambda params, x: grouped(params, x, lambda a: half_split(a, np.array([1.0, 0.1]))), heads(), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def rotary_positions_in_pairs():
    return Built(
        lambda params, x: grouped(params, x, lambda a: interleaved(a, np.array([1.0, 0.1]))), heads(), (WORDS,)
    )


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 2 units, one permutation for each of 2 of key (key:2, query:2)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def rotary_positions_with_one_frequency_in_halves():
    """Pairs that turn alike can be exchanged."""
    same = np.array([0.5, 0.5])
    return Built(lambda params, x: grouped(params, x, lambda a: half_split(a, same)), heads(), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 2 units, one permutation for each of 2 of key (key:2, query:2)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def rotary_positions_with_one_frequency_in_pairs():
    same = np.array([0.5, 0.5])
    return Built(lambda params, x: grouped(params, x, lambda a: interleaved(a, same)), heads(), (WORDS,))


@model(
    """
    key: 4 units, one permutation for each of 2 of key:1 (key:2, query:2)
    out: 3 units, one permutation for each of 2 of key:1 (out:1, value:2)
    """
)
def alibi():
    """Each head has a slope of its own, so that heads are frozen and features inside them are free."""

    def apply(params, x):
        places = np.arange(x.shape[1])
        slopes = 0.5 ** np.arange(1, 5, dtype=np.float32)
        return grouped(params, x, bias=-slopes[:, None, None] * np.abs(places[:, None] - places))

    return Built(apply, heads(), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def causal_attention():
    def apply(params, x):
        places = np.arange(x.shape[1])
        return grouped(params, x, bias=jnp.where(places[:, None] >= places, 0, -1e9))

    return Built(apply, heads(), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, table:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 5 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def relative_positions_with_a_bias_a_head():
    """T5: a table of biases has a column for each head, which moves with it."""
    distances = np.abs(np.arange(4)[:, None] - np.arange(4))

    def apply(params, x):
        query, key, value = (jnp.einsum("btd,dhk->bthk", x, params[name]) for name in ("query", "key", "value"))
        bias = params["table"][distances].transpose(2, 0, 1)
        weights = jax.nn.softmax(jnp.einsum("bthk,bshk->bhts", query, key) + bias)
        return jnp.einsum("bhts,bshk,hkd->btd", weights, value, params["out"])

    params = shapes(query=(6, 2, 4), key=(6, 2, 4), value=(6, 2, 5), table=(4, 2), out=(2, 5, 3))
    return Built(apply, params, (WORDS,))


@model(
    """
    V: 5 units (V:0, W:1)
    """
)
def sine_positions_on_the_stream():
    """Positions are added to the stream as given numbers, which freezes it; hidden units are free."""

    def apply(params, x):
        places = jnp.arange(x.shape[1])[:, None] / 100 ** (jnp.arange(6) / 6)
        stream = x @ params["embed"] + jnp.sin(places)
        return (stream + jax.nn.relu(stream @ params["W"]) @ params["V"]) @ params["out"]

    return Built(apply, shapes(embed=(3, 6), W=(6, 5), V=(5, 6), out=(6, 2)), (shape(2, 4, 3),))
