"""Modules that ship with Equinox, each with what reads its units."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp

from tests.models.model import equinox, model, shape

X = shape(6, 3)


def sequence(*layers: Callable) -> Callable:
    """Layers of Equinox one after another, each made of a key."""
    return lambda key: eqx.nn.Sequential(
        [layer(each) for layer, each in zip(layers, jax.random.split(key, len(layers)), strict=True)]
    )


def function(function: Callable) -> Callable:
    """A layer without parameters."""
    return lambda key: eqx.nn.Lambda(function)


@model(
    """
    layers/0: 4 units (layers/0/weight:0, layers/0/bias:0, layers/1/weight:0, layers/1/bias:0, layers/2/weight:1)
    layers/2: 5 units (layers/2/weight:0, layers/2/bias:0, layers/3/weight:0, layers/3/bias:0, layers/5/weight:1)
    layers/5/bias: 2 units (layers/5/weight:0, layers/5/bias:0, layers/6/weight:0, layers/6/bias:0, layers/7/weight:1)
    layers/5/bias (2): 3 units, one permutation for each of 2 of layers/5/bias (layers/5/weight:0, layers/5/bias:0,
        layers/6/weight:0, layers/6/bias:0, layers/7/weight:1)
    """
)
def norms_of_equinox():
    return equinox(
        sequence(
            lambda key: eqx.nn.Linear(3, 4, key=key),
            lambda key: eqx.nn.LayerNorm(4),
            lambda key: eqx.nn.Linear(4, 5, key=key),
            lambda key: eqx.nn.RMSNorm(5),
            function(jax.nn.gelu),
            lambda key: eqx.nn.Linear(5, 6, key=key),
            lambda key: eqx.nn.GroupNorm(2, 6),
            lambda key: eqx.nn.Linear(6, 2, key=key),
        ),
        inputs=(X,),
    )


@model(
    """
    layers/0/layer: 4 units (layers/0/layer/weight:0, layers/0/layer/bias:0, layers/0/g:0, layers/2/weight:1)
    """
)
def weight_norm_of_equinox():
    return equinox(
        sequence(
            lambda key: eqx.nn.WeightNorm(eqx.nn.Linear(3, 4, key=key)),
            function(jnp.tanh),
            lambda key: eqx.nn.Linear(4, 2, key=key),
        ),
        inputs=(X,),
    )


@model(
    """
    layers/0: 4 units (layers/0/weight:0, layers/0/bias:0, layers/2/weight:1)
    layers/2: 5 units (layers/2/weight:0, layers/2/bias:0, layers/5/weight:1)
    """
)
def pooling_of_equinox():
    return equinox(
        sequence(
            lambda key: eqx.nn.Conv2d(3, 4, 3, padding=1, key=key),
            lambda key: eqx.nn.MaxPool2d(2, 2),
            lambda key: eqx.nn.ConvTranspose2d(4, 5, 2, key=key),
            lambda key: eqx.nn.AdaptiveAvgPool2d(1),
            function(jnp.ravel),
            lambda key: eqx.nn.Linear(5, 2, key=key),
        ),
        inputs=(shape(2, 3, 4, 4),),
    )


class RotaryHeads(eqx.Module):
    attention: eqx.nn.MultiheadAttention
    turned: eqx.nn.RotaryPositionalEmbedding

    def __init__(self, key):
        self.attention = eqx.nn.MultiheadAttention(2, 6, qk_size=4, use_value_bias=True, key=key)
        self.turned = eqx.nn.RotaryPositionalEmbedding(4)

    def __call__(self, x):
        def heads(query, key, value):
            turned = jax.vmap(self.turned, in_axes=1, out_axes=1)
            return turned(query), turned(key), value

        return self.attention(x, x, x, process_heads=heads)


@model(
    """
    attention/value_proj/bias: 2 units (attention/query_proj/weight:0, attention/key_proj/weight:0,
        attention/value_proj/weight:0, attention/value_proj/bias:0, attention/output_proj/weight:1)
    attention/value_proj/bias (2): 3 units, one permutation for each of 2 of attention/value_proj/bias
        (attention/value_proj/weight:0, attention/value_proj/bias:0, attention/output_proj/weight:1)
    """
)
def rotary_positions_of_equinox():
    return equinox(RotaryHeads, inputs=(shape(2, 4, 6),))


class Words(eqx.Module):
    embedding: eqx.nn.Embedding
    hidden: eqx.nn.MLP

    def __init__(self, key):
        self.embedding = eqx.nn.Embedding(7, 4, key=key)
        self.hidden = eqx.nn.MLP(4, 7, 5, 1, use_bias=False, key=key)

    def __call__(self, tokens):
        return jax.vmap(self.hidden)(jax.vmap(self.embedding)(tokens))


@model(
    """
    embedding: 4 units (embedding/weight:1, hidden/layers/0/weight:1)
    hidden/layers/0: 5 units (hidden/layers/0/weight:0, hidden/layers/1/weight:1)
    """
)
def embedding_of_equinox():
    return equinox(Words, inputs=(shape(2, 4, dtype=jnp.int32),))


@model(
    """
    shared/pytree/0: 4 units (shared/pytree/0/weight:1)
    """
)
def shared_layer_of_equinox():
    """`eqx.nn.Shared` ties the embedding to the last layer."""

    class Tied(eqx.Module):
        shared: eqx.nn.Shared

        def __init__(self, key):
            embedding, head = eqx.nn.Embedding(7, 4, key=key), eqx.nn.Linear(4, 7, key=key)
            self.shared = eqx.nn.Shared((embedding, head), lambda pair: pair[1].weight, lambda pair: pair[0].weight)

        def __call__(self, tokens):
            embedding, head = self.shared()
            return jax.vmap(head)(jnp.tanh(jax.vmap(embedding)(tokens)))

    return equinox(Tied, inputs=(shape(2, 4, dtype=jnp.int32),))
