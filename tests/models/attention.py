"""Attention: heads, units inside heads, and what positions do to them."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tests.models.model import Built, equinox, linen, model, of_nnx, shape, shapes

WORDS = shape(2, 4, 6)


@model(
    """
    key/bias: 2 units (key/bias:0, key/kernel:1, out/kernel:0, query/bias:0, query/kernel:1, value/bias:0,
        value/kernel:1)
    key/bias (2): 3 units, one permutation for each of 2 of key/bias (key/bias:1, key/kernel:2, query/bias:1,
        query/kernel:2)
    out: 3 units, one permutation for each of 2 of key/bias (out/kernel:1, value/bias:1, value/kernel:2)
    """,
    unseen=("key/bias:0", "key/bias:1"),
)
def attention_in_linen():
    """Features of queries and keys move together, and those of values with the rows of the output; per head each."""
    return linen(nn.MultiHeadDotProductAttention(num_heads=2, qkv_features=6, out_features=6), WORDS)


class NnxAttention(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.attention = nnx.MultiHeadAttention(2, 6, 6, rngs=rngs, decode=False)

    def __call__(self, x):
        return self.attention(x)


@model(
    """
    attention/key/bias/value: 2 units (attention/key/bias/value:0, attention/key/kernel/value:1,
        attention/out/kernel/value:0, attention/query/bias/value:0, attention/query/kernel/value:1,
        attention/value/bias/value:0, attention/value/kernel/value:1)
    attention/key/bias/value (2): 3 units, one permutation for each of 2 of attention/key/bias/value
        (attention/key/bias/value:1, attention/key/kernel/value:2, attention/query/bias/value:1,
        attention/query/kernel/value:2)
    attention/out/kernel: 3 units, one permutation for each of 2 of attention/key/bias/value
        (attention/out/kernel/value:1, attention/value/bias/value:1, attention/value/kernel/value:2)
    """,
    unseen=("attention/key/bias/value:0", "attention/key/bias/value:1"),
)
def attention_in_nnx():
    return of_nnx(NnxAttention, WORDS)


@model(
    """
    query_proj/weight: 2 units (query_proj/weight:0, key_proj/weight:0, value_proj/weight:0, output_proj/weight:1)
    query_proj/weight (2): 3 units, one permutation for each of 2 of query_proj/weight (query_proj/weight:0,
        key_proj/weight:0)
    value_proj: 3 units, one permutation for each of 2 of query_proj/weight (value_proj/weight:0,
        output_proj/weight:1)
    """
)
def attention_in_equinox():
    """Heads lie in one flat axis: 2 x 3."""

    def make(key):
        return eqx.nn.MultiheadAttention(2, 6, key=key)

    def apply(module, x):
        return jax.vmap(lambda words: module(words, words, words))(x)

    return equinox(make, apply=apply, inputs=(WORDS,))


def grouped(params, x, turned=lambda array: array, bias=0.0):
    """Attention in which 2 heads of keys and values serve 4 heads of queries; `turned` encodes positions in both."""
    query = turned(jnp.einsum("btd,dhk->bthk", x, params["query"]))
    key = turned(jnp.einsum("btd,dhk->bthk", x, params["key"]))
    value = jnp.einsum("btd,dhk->bthk", x, params["value"])
    repeats = query.shape[2] // key.shape[2]
    key, value = (jnp.repeat(each, repeats, axis=2) for each in (key, value))
    scores = jnp.einsum("bthk,bshk->bhts", query, key) + bias
    return jnp.einsum("bhts,bshk,hkd->btd", jax.nn.softmax(scores), value, params["out"])


def heads(size: int = 4, queries: int = 4) -> dict:
    return shapes(query=(6, queries, size), key=(6, 2, size), value=(6, 2, 3), out=(queries, 3, 6))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 2 units, one permutation for each of 2 of key (out:0, query:1)
    out (2): 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def grouped_query_attention():
    """Pairs of queries' heads share a head of keys: the two pairs move, and inside each pair the two heads."""
    return Built(grouped, heads(), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:3)
    out: 2 units, one permutation for each of 2 of key (out:1, query:2)
    out (2): 3 units, one permutation for each of 2 of key (out:2, value:2)
    """
)
def grouped_query_attention_in_groups():
    """The same with the queries' heads in an axis of their own for each head of keys."""

    def apply(params, x):
        query = jnp.einsum("btd,dghk->btghk", x, params["query"])
        key, value = (jnp.einsum("btd,dgk->btgk", x, params[name]) for name in ("key", "value"))
        scores = jax.nn.softmax(jnp.einsum("btghk,bsgk->bghts", query, key))
        return jnp.einsum("bghts,bsgk,ghkd->btd", scores, value, params["out"])

    params = shapes(query=(6, 2, 2, 4), key=(6, 2, 4), value=(6, 2, 3), out=(2, 2, 3, 6))
    return Built(apply, params, (WORDS,))


def half_split(array, frequencies):
    """Rotary positions as in GPT-NeoX: feature i turns with feature i + half."""
    angles = np.arange(array.shape[1])[:, None] * frequencies
    cos, sin = (np.float32(f(angles))[:, None] for f in (np.cos, np.sin))
    one, other = jnp.split(array, 2, axis=-1)
    return jnp.concatenate([one * cos - other * sin, one * sin + other * cos], -1)


def interleaved(array, frequencies):
    """Rotary positions as in RoFormer: feature 2 i turns with feature 2 i + 1."""
    angles = np.arange(array.shape[1])[:, None] * frequencies
    cos, sin = (np.float32(f(angles))[:, None] for f in (np.cos, np.sin))
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
        slopes = 0.5 ** np.arange(1, 5)
        return grouped(params, x, bias=-np.float32(slopes[:, None, None] * np.abs(places[:, None] - places)))

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
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 3 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def attention_without_repeats():
    """As many heads of keys as of queries, by the same code."""
    return Built(grouped, heads(queries=2), (WORDS,))


@model(
    """
    out: 2 units (out:0, qkv:1)
    out (2): 3 units, one permutation for each of 2 of out (out:0, qkv:1)
    qkv: 3 units, one permutation for each of 2 of out (qkv:1)
    """
)
def one_weight_for_queries_keys_and_values():
    """The fused weight of nanoGPT: thirds of its columns, each of 2 heads x 3 features."""

    def apply(params, x):
        query, key, value = (
            part.reshape(*x.shape[:2], 2, 3).swapaxes(1, 2) for part in jnp.split(x @ params["qkv"], 3, axis=-1)
        )
        scores = jax.nn.softmax(query @ key.swapaxes(-1, -2) / 3**0.5)
        return (scores @ value).swapaxes(1, 2).reshape(x.shape) @ params["out"]

    return Built(apply, shapes(qkv=(6, 18), out=(6, 6)), (WORDS,))


@model(
    """
    W: 4 units (W:1)
    out: 3 units (out:0, value:1)
    """
)
def a_query_that_is_the_key():
    """One weight makes both: its features meet themselves."""

    def apply(params, x):
        shared = x @ params["W"]
        return jax.nn.softmax(shared @ shared.swapaxes(-1, -2)) @ (x @ params["value"]) @ params["out"]

    return Built(apply, shapes(W=(6, 4), value=(6, 3), out=(3, 2)), (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 4 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def flax_attention_function():
    """`jax.nn.dot_product_attention` has a layout of its own."""

    def apply(params, x):
        query, key, value = (jnp.einsum("btd,dhk->bthk", x, params[name]) for name in ("query", "key", "value"))
        return jnp.einsum("bthk,hkd->btd", jax.nn.dot_product_attention(query, key, value), params["out"])

    return Built(apply, shapes(query=(6, 2, 4), key=(6, 2, 4), value=(6, 2, 4), out=(2, 4, 6)), (WORDS,))


@model(
    """
    W: 2 units (W:1, from:0, out:0, to:0)
    W (2): 4 units, one permutation for each of 2 of W (W:2, from:1, out:0, to:1)
    """
)
def graph_attention():
    """GAT: scores from both ends of an edge, on a given graph, with concatenated heads."""

    def apply(params, edges, x):
        nodes = jnp.einsum("nd,dhk->nhk", x, params["W"])
        scores = (nodes * params["from"]).sum(-1)[:, None] + (nodes * params["to"]).sum(-1)[None]
        scores = jnp.where(edges[..., None], jax.nn.leaky_relu(scores), -1e9)
        nodes = jnp.einsum("nmh,mhk->nhk", jax.nn.softmax(scores, axis=1), nodes)
        return jax.nn.elu(nodes).reshape(len(x), -1) @ params["out"]

    params = shapes(W=(3, 2, 4), to=(2, 4), out=(8, 2)) | {"from": shape(2, 4)}
    return Built(apply, params, (shape(5, 5, dtype=jnp.bool_), shape(5, 3)))


@model(
    """
    embed: 4 units (embed:1, message:0, out:0, update:1)
    message: 5 units (message:1, update:0)
    """
)
def messages_from_both_ends_of_an_edge():
    """Features of a node lie twice along one axis of the weight: as sender and as receiver."""

    def apply(params, senders, receivers, x):
        nodes = jnp.tanh(x @ params["embed"])
        both = jnp.concatenate([nodes[senders], nodes[receivers]], -1)
        messages = jax.nn.relu(both @ params["message"])
        gathered = jax.ops.segment_sum(messages, receivers, num_segments=len(x))
        return (nodes + gathered @ params["update"]) @ params["out"]

    params = shapes(embed=(3, 4), message=(8, 5), update=(5, 4), out=(4, 2))
    return Built(apply, params, (shape(7, dtype=jnp.int32), shape(7, dtype=jnp.int32), shape(5, 3)), integers_below=5)
