"""Modules that ship with Flax, each with what reads its units."""

from typing import Any

import flax.linen as nn
import jax.numpy as jnp
from flax import nnx

from tests.models.model import linen, linen_with_state, model, of_nnx, shape

X = shape(6, 3)
IMAGES = shape(2, 4, 4, 3)
WORDS = shape(2, 4, 3)


class Chain(nn.Module):
    """Modules one after another."""

    modules: tuple[Any, ...]

    @nn.compact
    def __call__(self, x):
        for module in self.modules:
            x = module(x)
        return x


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:1, modules_1/bias:0, modules_1/scale:0, modules_2/kernel:0)
    modules_2: 5 units (modules_2/bias:0, modules_2/kernel:1, modules_3/scale:0, modules_5/kernel:0)
    modules_5/bias: 3 units (modules_5/bias:0, modules_5/kernel:1, modules_6/bias:0, modules_6/scale:0,
        modules_7/kernel:0)
    modules_5/bias (2): 2 units, one permutation for each of 3 of modules_5/bias (modules_5/bias:0,
        modules_5/kernel:1, modules_6/bias:0, modules_6/scale:0, modules_7/kernel:0)
    """
)
def norms_of_linen():
    return linen(
        Chain(
            (
                nn.Dense(4),
                nn.LayerNorm(),
                nn.Dense(5),
                nn.RMSNorm(),
                nn.tanh,
                nn.Dense(6),
                nn.GroupNorm(None, 2),
                nn.Dense(2),
            )
        ),
        X,
    )


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:3, modules_1/bias:0, modules_1/scale:0, modules_3/kernel:2)
    """,
    unseen=["modules_0/bias:0"],
)
def instance_norm_of_linen():
    """The norm takes away what a bias adds."""
    return linen(Chain((nn.Conv(4, (3, 3)), nn.InstanceNorm(), nn.relu, nn.Conv(2, (1, 1)))), IMAGES)


@model(
    """
    params/Dense_0: 5 units (batch_stats/SpectralNorm_0/Dense_0/kernel/u:1, params/Dense_0/bias:0,
        params/Dense_0/kernel:1, params/Dense_1/kernel:0)
    """
)
def spectral_norm_of_linen():
    """The vectors of the power method are a state, whose new values are not asked for."""

    class Normed(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.tanh(nn.SpectralNorm(nn.Dense(5))(x, update_stats=False))
            return nn.Dense(2)(x)

    return linen_with_state(Normed(), X)


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:1, modules_2/kernel:0)
    """
)
def prelu_of_linen():
    """One slope for all units."""
    return linen(Chain((nn.Dense(4), nn.PReLU(), nn.Dense(2))), X)


@model(
    """
    modules_0/bias: 2 units, one permutation for each of 4 of modules_0/bias (2) (modules_0/bias:0,
        modules_0/kernel:1, modules_2/kernel:0)
    modules_0/bias (2): 4 units, one permutation for each of 2 of modules_0/bias (modules_0/bias:1,
        modules_0/kernel:2, modules_2/kernel:1)
    """
)
def einsum_of_linen():
    return linen(Chain((nn.Einsum((3, 2, 4), "...d,dhk->...hk"), nn.relu, nn.Einsum((2, 4, 2), "...hk,hko->...o"))), X)


@model(
    """
    modules_0/bias: 2 units, one permutation for each of 4 of modules_0/bias (2) (modules_0/bias:0,
        modules_0/kernel:1, modules_2/kernel:0)
    modules_0/bias (2): 4 units, one permutation for each of 2 of modules_0/bias (modules_0/bias:1,
        modules_0/kernel:2, modules_2/kernel:1)
    """
)
def dense_general_of_linen():
    return linen(Chain((nn.DenseGeneral((2, 4)), nn.relu, nn.DenseGeneral(2, axis=(-2, -1)))), X)


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:3, modules_2/kernel:2)
    modules_2: 5 units (modules_2/bias:2, modules_2/kernel:3, modules_4/kernel:2)
    """
)
def local_convolution_of_linen():
    """A kernel for each place, over patches that are flattened with the channels outside."""
    return linen(Chain((nn.Conv(4, (1, 1)), nn.relu, nn.ConvLocal(5, (2, 2)), nn.relu, nn.Conv(2, (1, 1)))), IMAGES)


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:3, modules_2/kernel:2)
    modules_2: 5 units (modules_2/bias:0, modules_2/kernel:3, modules_4/kernel:2)
    """
)
def transposed_convolution_of_linen():
    return linen(
        Chain((nn.Conv(4, (3, 3)), nn.relu, nn.ConvTranspose(5, (3, 3), (2, 2)), nn.relu, nn.Conv(2, (1, 1)))), IMAGES
    )


@model(
    """
    key: 2 units (key/bias:0, key/kernel:1, out/kernel:0, query/bias:0, query/kernel:1, value/bias:0, value/kernel:1)
    key_ln: 3 units (key/bias:1, key/kernel:2, key_ln/scale:0, query/bias:1, query/kernel:2, query_ln/scale:0)
    out: 3 units, one permutation for each of 2 of key (out/kernel:1, value/bias:1, value/kernel:2)
    """
)
def attention_with_normed_queries():
    """Queries and keys have a layer norm over the features of a head, whose scales all heads share."""
    return linen(nn.MultiHeadDotProductAttention(2, qkv_features=6, out_features=3, normalize_qk=True), WORDS)


@model(
    """
    ConvLSTMCell_0/hh: 4 units (ConvLSTMCell_0/hh/bias:0, ConvLSTMCell_0/hh/kernel:2, ConvLSTMCell_0/hh/kernel:3,
        ConvLSTMCell_0/ih/bias:0, ConvLSTMCell_0/ih/kernel:3, Conv_0/kernel:2)
    """
)
def convolutional_lstm():
    """Channels of a recurrent state that is an image."""

    class Moving(nn.Module):
        @nn.compact
        def __call__(self, x):
            rows: Any = nn.RNN(nn.ConvLSTMCell(4, (3, 3)))(x)
            return nn.Conv(2, (1, 1))(rows[:, -1])

    return linen(Moving(), shape(2, 3, 4, 4, 2))


@model(
    """
    MGUCell_0/hn: 5 units (Dense_0/kernel:0, MGUCell_0/hf/kernel:0, MGUCell_0/hf/kernel:1, MGUCell_0/hn/bias:0,
        MGUCell_0/hn/kernel:0, MGUCell_0/hn/kernel:1, MGUCell_0/if/bias:0, MGUCell_0/if/kernel:1, MGUCell_0/in/bias:0,
        MGUCell_0/in/kernel:1)
    """
)
def minimal_gated_unit():
    class Gated(nn.Module):
        @nn.compact
        def __call__(self, x):
            rows: Any = nn.RNN(nn.MGUCell(5))(x)
            return nn.Dense(2)(rows)

    return linen(Gated(), WORDS)


@model(
    """
    modules_0: 4 units (modules_0/bias:0, modules_0/kernel:1, modules_2/kernel:0)
    modules_2: 5 units (modules_2/bias:0, modules_2/kernel:1, modules_4/kernel:0)
    """
)
def rematerialised_layers_of_linen():
    return linen(Chain((nn.remat(nn.Dense)(4), nn.relu, nn.remat(nn.Dense)(5), nn.relu, nn.Dense(2))), X)


@model(
    """
    hidden: 5 units, one permutation for each of 2 of hidden/bias:0 (hidden/bias:1, hidden/kernel:2, out/kernel:1)
    """
)
def mapped_layers_of_linen():
    """A layer for each of two kinds of inputs, by `nn.vmap`: units have an order of their own in each."""

    class Mapped(nn.Module):
        @nn.compact
        def __call__(self, x):
            each = nn.vmap(nn.Dense, variable_axes={"params": 0}, split_rngs={"params": True}, in_axes=1, out_axes=1)
            x = jnp.stack([x, x**2], 1)
            return each(2, name="out")(nn.tanh(each(5, name="hidden")(x)))

    return linen(Mapped(), X)


class NnxStack(nnx.Module):
    """Layers under `nnx.scan`, with parameters that `nnx.vmap` makes."""

    def __init__(self, rngs: nnx.Rngs):
        self.embed = nnx.Linear(3, 4, rngs=rngs)
        self.out = nnx.Linear(4, 2, rngs=rngs)

        @nnx.split_rngs(splits=3)
        @nnx.vmap(in_axes=(0,), out_axes=0)
        def made(rngs: nnx.Rngs):
            return nnx.Linear(4, 4, rngs=rngs)

        self.layers = made(rngs)

    def __call__(self, x):
        @nnx.scan(in_axes=(nnx.Carry, 0), out_axes=nnx.Carry)
        def through(x, layer):
            return nnx.tanh(layer(x))

        return self.out(through(self.embed(x), self.layers))


@model(
    """
    embed/bias: 4 units (embed/bias/value:0, embed/kernel/value:1, layers/bias/value:1, layers/kernel/value:1,
        layers/kernel/value:2, out/kernel/value:0)
    """
)
def scanned_layers_of_nnx():
    return of_nnx(NnxStack, X)


class NnxLora(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.hidden = nnx.LoRALinear(3, 5, lora_rank=2, rngs=rngs)
        self.norm = nnx.LayerNorm(5, rngs=rngs)
        self.out = nnx.Linear(5, 2, rngs=rngs)

    def __call__(self, x):
        return self.out(nnx.gelu(self.norm(self.hidden(x))))


@model(
    """
    hidden/bias: 5 units (hidden/bias/value:0, hidden/kernel/value:1, hidden/lora/lora_b/value:1, norm/bias/value:0,
        norm/scale/value:0, out/kernel/value:0)
    hidden/lora/lora_a: 2 units (hidden/lora/lora_a/value:1, hidden/lora/lora_b/value:0)
    """
)
def lora_of_nnx():
    return of_nnx(NnxLora, X)
