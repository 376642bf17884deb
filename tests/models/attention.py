"""Attention: heads, units inside heads, and how keys are shared."""

from collections.abc import Callable

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from tests.models.model import Built, Tree, equinox, linen, model, of_nnx, shape, shapes

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


def grouped(params: Tree, x: jax.Array, turned: Callable = lambda array: array, bias: ArrayLike = 0.0) -> jax.Array:
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
    after: 3 units (after:0, before:1)
    after (2): 5 units (after:1, out:0, value:1)
    before: 2 units (before:0, key:1, query:1)
    key: 4 units, one permutation for each of 2 of before (key:2, query:2)
    out: 4 units, one permutation for each of 5 of after (2) (out:1, value:2)
    """
)
def talking_heads():
    """Heads are mixed before and after the softmax, so that those before, between and behind are three groups."""

    def apply(params, x):
        query, key, value = (jnp.einsum("btd,dhk->bthk", x, params[name]) for name in ("query", "key", "value"))
        scores = jnp.einsum("bthk,bshk,hi->bits", query, key, params["before"])
        weights = jnp.einsum("bits,ij->bjts", jax.nn.softmax(scores), params["after"])
        return jnp.einsum("bjts,bsjk,jkd->btd", weights, value, params["out"])

    params = shapes(query=(6, 2, 4), key=(6, 2, 4), value=(6, 5, 4), before=(2, 3), after=(3, 5), out=(5, 4, 3))
    return Built(apply, params, (WORDS,))


@model(
    """
    key: 4 units (key:1, query:2)
    out: 2 units (out:0, query:1)
    out (2): 5 units (out:1, value:1)
    """
)
def multi_query_attention():
    """All heads share one key and one value: their features have one order for all heads."""

    def apply(params, x):
        query = jnp.einsum("btd,dhk->bthk", x, params["query"])
        weights = jax.nn.softmax(jnp.einsum("bthk,bsk->bhts", query, x @ params["key"]))
        return jnp.einsum("bhts,bsk,hkd->btd", weights, x @ params["value"], params["out"])

    return Built(apply, shapes(query=(6, 2, 4), key=(6, 4), value=(6, 5), out=(2, 5, 3)), (WORDS,))


@model(
    """
    down: 3 units (down:1, key:0, value:0)
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 5 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def latent_keys_and_values():
    """DeepSeek's latent attention: keys and values of all heads come from one narrow layer, which is a group too."""

    def apply(params, x):
        latent = x @ params["down"]
        query = jnp.einsum("btd,dhk->bthk", x, params["query"])
        key, value = (jnp.einsum("btl,lhk->bthk", latent, params[name]) for name in ("key", "value"))
        weights = jax.nn.softmax(jnp.einsum("bthk,bshk->bhts", query, key))
        return jnp.einsum("bhts,bshk,hkd->btd", weights, value, params["out"])

    params = shapes(down=(6, 3), query=(6, 2, 4), key=(3, 2, 4), value=(3, 2, 5), out=(2, 5, 3))
    return Built(apply, params, (WORDS,))


@model(
    """
    key: 2 units (key:1, out:0, query:1, value:1)
    key (2): 4 units, one permutation for each of 2 of key (key:2, query:2)
    out: 5 units, one permutation for each of 2 of key (out:1, value:2)
    """
)
def linear_attention():
    """Without a softmax: a running sum over words of outer products of keys and values."""

    def apply(params, x):
        query, key, value = (jnp.einsum("btd,dhk->bthk", x, params[name]) for name in ("query", "key", "value"))
        query, key = jax.nn.elu(query) + 1, jax.nn.elu(key) + 1
        state = jnp.cumsum(jnp.einsum("bthk,bthv->bthkv", key, value), axis=1)
        norm = jnp.einsum("bthk,bthk->bth", query, jnp.cumsum(key, axis=1))
        read = jnp.einsum("bthk,bthkv->bthv", query, state) / norm[..., None]
        return jnp.einsum("bthv,hvd->btd", read, params["out"])

    params = shapes(query=(6, 2, 4), key=(6, 2, 4), value=(6, 2, 5), out=(2, 5, 3))
    return Built(apply, params, (WORDS,))
