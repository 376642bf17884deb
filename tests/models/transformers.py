"""Transformers: a residual stream that everything reads and writes, heads, and hidden units of each block."""

from typing import Any

import flax.linen as nn
import jax.numpy as jnp

from tests.models.model import linen, model, shape

TOKENS = shape(2, 5, dtype=jnp.int32)


class Block(nn.Module):
    """Attention and a layer of hidden units, each behind a layer norm and beside the stream; a loop says which turn it is."""

    heads: int
    hidden: int
    causal: bool = True

    @nn.compact
    def __call__(self, x, turn: Any = None):
        mask = nn.make_causal_mask(jnp.ones(x.shape[:2])) if self.causal else None
        x = x + nn.MultiHeadDotProductAttention(self.heads, name="attention")(nn.LayerNorm(name="norm_1")(x), mask=mask)
        hidden = nn.gelu(nn.Dense(self.hidden, name="hidden")(nn.LayerNorm(name="norm_2")(x)))
        x = x + nn.Dense(x.shape[-1], name="out")(hidden)
        return x if turn is None else (x, None)


class Language(nn.Module):
    """Words and positions are embedded, and the embedding of words is the last layer too."""

    words: int = 7
    width: int = 6
    heads: int = 2
    hidden: int = 5
    blocks: int = 1
    length: int = 5

    @nn.compact
    def __call__(self, tokens):
        embedding = nn.Embed(self.words, self.width, name="words")
        x = embedding(tokens) + nn.Embed(self.length, self.width, name="places")(jnp.arange(tokens.shape[1]))
        for number in range(self.blocks):
            x = Block(self.heads, self.hidden, name=f"block_{number}")(x)
        return embedding.attend(nn.LayerNorm(name="norm")(x))


@model(
    """
    block_0/attention/key/bias: 2 units (block_0/attention/key/bias:0, block_0/attention/key/kernel:1,
        block_0/attention/out/kernel:0, block_0/attention/query/bias:0, block_0/attention/query/kernel:1,
        block_0/attention/value/bias:0, block_0/attention/value/kernel:1)
    block_0/attention/key/bias (2): 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/key/bias:1, block_0/attention/key/kernel:2, block_0/attention/query/bias:1,
        block_0/attention/query/kernel:2)
    block_0/attention/out/bias: 6 units (block_0/attention/key/kernel:0, block_0/attention/out/bias:0,
        block_0/attention/out/kernel:2, block_0/attention/query/kernel:0, block_0/attention/value/kernel:0,
        block_0/hidden/kernel:0, block_0/norm_1/bias:0, block_0/norm_1/scale:0, block_0/norm_2/bias:0,
        block_0/norm_2/scale:0, block_0/out/bias:0, block_0/out/kernel:1, norm/bias:0, norm/scale:0,
        places/embedding:1, words/embedding:1)
    block_0/attention/out/kernel: 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/out/kernel:1, block_0/attention/value/bias:1, block_0/attention/value/kernel:2)
    block_0/hidden: 5 units (block_0/hidden/bias:0, block_0/hidden/kernel:1, block_0/out/kernel:0)
    """,
    unseen=("block_0/attention/key/bias:0", "block_0/attention/key/bias:1"),
)
def transformer_with_a_tied_head():
    """Words are inputs and results; the stream is one group through all of it."""
    return linen(Language(), TOKENS)


@model(
    """
    block_0/attention/key/bias: 2 units (block_0/attention/key/bias:0, block_0/attention/key/kernel:1,
        block_0/attention/out/kernel:0, block_0/attention/query/bias:0, block_0/attention/query/kernel:1,
        block_0/attention/value/bias:0, block_0/attention/value/kernel:1)
    block_0/attention/key/bias (2): 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/key/bias:1, block_0/attention/key/kernel:2, block_0/attention/query/bias:1,
        block_0/attention/query/kernel:2)
    block_0/attention/out/bias: 6 units (block_0/attention/key/kernel:0, block_0/attention/out/bias:0,
        block_0/attention/out/kernel:2, block_0/attention/query/kernel:0, block_0/attention/value/kernel:0,
        block_0/hidden/kernel:0, block_0/norm_1/bias:0, block_0/norm_1/scale:0, block_0/norm_2/bias:0,
        block_0/norm_2/scale:0, block_0/out/bias:0, block_0/out/kernel:1, block_1/attention/key/kernel:0,
        block_1/attention/out/bias:0, block_1/attention/out/kernel:2, block_1/attention/query/kernel:0,
        block_1/attention/value/kernel:0, block_1/hidden/kernel:0, block_1/norm_1/bias:0, block_1/norm_1/scale:0,
        block_1/norm_2/bias:0, block_1/norm_2/scale:0, block_1/out/bias:0, block_1/out/kernel:1, norm/bias:0,
        norm/scale:0, places/embedding:1, words/embedding:1)
    block_0/attention/out/kernel: 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/out/kernel:1, block_0/attention/value/bias:1, block_0/attention/value/kernel:2)
    block_0/hidden: 5 units (block_0/hidden/bias:0, block_0/hidden/kernel:1, block_0/out/kernel:0)
    block_1/attention/key/bias: 2 units (block_1/attention/key/bias:0, block_1/attention/key/kernel:1,
        block_1/attention/out/kernel:0, block_1/attention/query/bias:0, block_1/attention/query/kernel:1,
        block_1/attention/value/bias:0, block_1/attention/value/kernel:1)
    block_1/attention/key/bias (2): 3 units, one permutation for each of 2 of block_1/attention/key/bias
        (block_1/attention/key/bias:1, block_1/attention/key/kernel:2, block_1/attention/query/bias:1,
        block_1/attention/query/kernel:2)
    block_1/attention/out: 3 units, one permutation for each of 2 of block_1/attention/key/bias
        (block_1/attention/out/kernel:1, block_1/attention/value/bias:1, block_1/attention/value/kernel:2)
    block_1/hidden: 5 units (block_1/hidden/bias:0, block_1/hidden/kernel:1, block_1/out/kernel:0)
    """,
    unseen=(
        "block_0/attention/key/bias:0",
        "block_0/attention/key/bias:1",
        "block_1/attention/key/bias:0",
        "block_1/attention/key/bias:1",
    ),
)
def transformer_of_two_blocks():
    return linen(Language(blocks=2), TOKENS)


class Scanned(nn.Module):
    """Blocks that are one loop: their parameters are stacked."""

    blocks: int

    @nn.compact
    def __call__(self, x):
        blocks = nn.scan(Block, variable_axes={"params": 0}, split_rngs={"params": True}, length=self.blocks)
        x, _ = blocks(2, 5, name="blocks")(nn.Dense(6, name="embed")(x), jnp.zeros(self.blocks))
        return nn.Dense(2, name="head")(x)


@model(
    """
    blocks/attention/key/bias: 2 units, one permutation for each of 3 of blocks/attention/key/bias:0
        (blocks/attention/key/bias:1, blocks/attention/key/kernel:2, blocks/attention/out/kernel:1,
        blocks/attention/query/bias:1, blocks/attention/query/kernel:2, blocks/attention/value/bias:1,
        blocks/attention/value/kernel:2)
    blocks/attention/key/bias (2): 3 units, one permutation for each of 3 of blocks/attention/key/bias:0, one
        permutation for each of 2 of blocks/attention/key/bias (blocks/attention/key/bias:2,
        blocks/attention/key/kernel:3, blocks/attention/query/bias:2, blocks/attention/query/kernel:3)
    embed: 6 units (blocks/attention/key/kernel:1, blocks/attention/out/bias:1, blocks/attention/out/kernel:3,
        blocks/attention/query/kernel:1, blocks/attention/value/kernel:1, blocks/hidden/kernel:1,
        blocks/norm_1/bias:1, blocks/norm_1/scale:1, blocks/norm_2/bias:1, blocks/norm_2/scale:1, blocks/out/bias:1,
        blocks/out/kernel:2, embed/bias:0, embed/kernel:1, head/kernel:0)
    blocks/attention/out: 3 units, one permutation for each of 3 of blocks/attention/key/bias:0, one permutation for
        each of 2 of blocks/attention/key/bias (blocks/attention/out/kernel:2, blocks/attention/value/bias:2,
        blocks/attention/value/kernel:3)
    blocks/hidden: 5 units, one permutation for each of 3 of blocks/attention/key/bias:0 (blocks/hidden/bias:1,
        blocks/hidden/kernel:2, blocks/out/kernel:1)
    """,
    unseen=("blocks/attention/key/bias:1", "blocks/attention/key/bias:2"),
)
def scanned_transformer():
    """Layers come one after another and are no group; heads and hidden units have an order of their own in each."""
    return linen(Scanned(3), shape(2, 4, 3))


class Vision(nn.Module):
    """ViT: patches by a convolution, a class token, learned positions; the head reads the class token."""

    width: int = 6
    heads: int = 2
    hidden: int = 5
    blocks: int = 1
    patch: int = 2
    classes: int = 2

    @nn.compact
    def __call__(self, images):
        x = nn.Conv(self.width, (self.patch,) * 2, strides=self.patch, padding="VALID", name="patches")(images)
        x = x.reshape(len(x), -1, self.width)
        token = self.param("token", nn.initializers.zeros, (1, 1, self.width))
        x = jnp.concatenate([jnp.tile(token, (len(x), 1, 1)), x], 1)
        x = x + self.param("places", nn.initializers.normal(), (1, *x.shape[1:]))
        for number in range(self.blocks):
            x = Block(self.heads, self.hidden, causal=False, name=f"block_{number}")(x)
        return nn.Dense(self.classes, name="head")(nn.LayerNorm(name="norm")(x)[:, 0])


@model(
    """
    block_0/attention/key/bias: 2 units (block_0/attention/key/bias:0, block_0/attention/key/kernel:1,
        block_0/attention/out/kernel:0, block_0/attention/query/bias:0, block_0/attention/query/kernel:1,
        block_0/attention/value/bias:0, block_0/attention/value/kernel:1)
    block_0/attention/key/bias (2): 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/key/bias:1, block_0/attention/key/kernel:2, block_0/attention/query/bias:1,
        block_0/attention/query/kernel:2)
    block_0/attention/out/bias: 6 units (block_0/attention/key/kernel:0, block_0/attention/out/bias:0,
        block_0/attention/out/kernel:2, block_0/attention/query/kernel:0, block_0/attention/value/kernel:0,
        block_0/hidden/kernel:0, block_0/norm_1/bias:0, block_0/norm_1/scale:0, block_0/norm_2/bias:0,
        block_0/norm_2/scale:0, block_0/out/bias:0, block_0/out/kernel:1, head/kernel:0, norm/bias:0, norm/scale:0,
        patches/bias:0, patches/kernel:3, places:2, token:2)
    block_0/attention/out/kernel: 3 units, one permutation for each of 2 of block_0/attention/key/bias
        (block_0/attention/out/kernel:1, block_0/attention/value/bias:1, block_0/attention/value/kernel:2)
    block_0/hidden: 5 units (block_0/hidden/bias:0, block_0/hidden/kernel:1, block_0/out/kernel:0)
    """,
    unseen=("block_0/attention/key/bias:0", "block_0/attention/key/bias:1"),
)
def vision_transformer():
    return linen(Vision(), shape(2, 4, 4, 3))


@model(
    """
    features_1: 7 units (features_1/bias:0, features_1/kernel:1, features_2/kernel:0)
    features_2: 6 units (features_1/kernel:0, features_2/bias:0, features_2/kernel:1, head/kernel:0, norm_1/bias:0,
        norm_1/scale:0, norm_2/bias:0, norm_2/scale:0, patches/bias:0, patches/kernel:3)
    places_1: 5 units (places_1/bias:0, places_1/kernel:1, places_2/kernel:0)
    """
)
def mlp_mixer():
    """Hidden units that mix places and hidden units that mix features, beside one stream; places have the input's order."""

    class Mixer(nn.Module):
        @nn.compact
        def __call__(self, images):
            x = nn.Conv(6, (2, 2), strides=2, name="patches")(images)
            x = x.reshape(len(x), -1, 6)
            y = nn.gelu(nn.Dense(5, name="places_1")(nn.LayerNorm(name="norm_1")(x).swapaxes(1, 2)))
            x = x + nn.Dense(x.shape[1], name="places_2")(y).swapaxes(1, 2)
            y = nn.gelu(nn.Dense(7, name="features_1")(nn.LayerNorm(name="norm_2")(x)))
            x = x + nn.Dense(6, name="features_2")(y)
            return nn.Dense(2, name="head")(x.mean(1))

    return linen(Mixer(), shape(2, 4, 4, 3))


@model(
    """
    down: 5 units (down/kernel:0, gate/kernel:1, up/kernel:1)
    norm: 6 units (down/kernel:1, embed/kernel:1, gate/kernel:0, head/kernel:0, norm/scale:0, up/kernel:0)
    """
)
def gated_block_with_rms_norm():
    """As in Llama: an RMS norm, and a gate beside the hidden units."""

    class Gated(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Dense(6, name="embed", use_bias=False)(x)
            y = nn.RMSNorm(name="norm")(x)
            gate, up = (nn.Dense(5, name=name, use_bias=False)(y) for name in ("gate", "up"))
            x = x + nn.Dense(6, name="down", use_bias=False)(nn.silu(gate) * up)
            return nn.Dense(2, name="head", use_bias=False)(x)

    return linen(Gated(), shape(2, 4, 3))
