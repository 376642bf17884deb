"""GQA.1 on Flax's attention with fewer key than query heads."""

import functools

import jax.numpy as jnp

from proofs.architectures import Options
from proofs.attention_block import Attention
from proofs.grouped_heads import GROUPS, HEADS, HEADS_OF_A_GROUP
from symmetry.array import Array


@functools.cache
def module_of_flax(features: int, size: int, outputs: int, dtype: jnp.dtype):
    """Flax's attention with heads of that size, without numbers."""
    from flax import nnx

    kinds: Options = {"num_kv_heads": GROUPS, "dtype": dtype, "param_dtype": dtype, "decode": False}
    return nnx.eval_shape(
        lambda: nnx.MultiHeadAttention(HEADS, features, HEADS * size, outputs, **kinds, rngs=nnx.Rngs(0))
    )


def attend_by_flax(attention: Attention, x: Array) -> Array:
    """The outputs at every position; the heads of a group have the keys and values of its first.

    Flax divides scores by the root of a head's size.
    """
    from flax import nnx

    heads = attention.heads
    module = nnx.clone(module_of_flax(*heads[0].query.weight.shape, attention.bias.shape[0], x.dtype))
    layers = {
        "query": [head.query for head in heads],
        "key": [head.key for head in heads[::HEADS_OF_A_GROUP]],
        "value": [head.value for head in heads[::HEADS_OF_A_GROUP]],
    }
    numbers = {
        name: {
            "kernel": jnp.stack([layer.weight for layer in each], axis=1),
            "bias": jnp.stack([layer.bias for layer in each]),
        }
        for name, each in layers.items()
    }
    numbers["out"] = {"kernel": jnp.stack([head.output for head in heads]), "bias": attention.bias}
    nnx.update(module, numbers)
    # Only where its weights are asked for does Flax compute them itself. JAX's attention, which it calls otherwise, rounds scores
    # to float32: one that lies between two of these can go either way, which is more than the yardstick grants.
    outputs, _ = nnx.capture(module, nnx.Intermediate)(x, sow_weights=True)
    return outputs


ATTEND = {"Flax": attend_by_flax}
