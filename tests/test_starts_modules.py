"""What starts of real modules imply: as libraries initialise them nothing is wrong, and as they should not be it is."""

from collections.abc import Callable

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symmetry

pytestmark = pytest.mark.slow

KEY = jax.random.key(0)


class Block(nn.Module):
    @nn.compact
    def __call__(self, tokens):
        x = nn.Embed(11, 8)(tokens)
        x = x + nn.MultiHeadDotProductAttention(num_heads=4, name="attention")(nn.LayerNorm()(x))
        x = x + nn.Dense(8)(nn.gelu(nn.Dense(16)(nn.LayerNorm()(x))))
        return nn.Dense(3)(x)


class Recurrent(nn.Module):
    cell: Callable[[int], nn.RNNCellBase]

    @nn.compact
    def __call__(self, x):
        return nn.Dense(2)(nn.RNN(self.cell(6))(x))


class Convolutional(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.BatchNorm(use_running_average=False)(nn.Conv(6, (3, 3))(x)))
        x = nn.relu(nn.Conv(4, (3, 3), strides=2)(x))
        return nn.Dense(3)(x.reshape(x.shape[0], -1))


def started(model, *inputs):
    params = model.init(KEY, *inputs)
    return lambda params, *inputs: model.apply(params, *inputs), params


TOKENS = jax.random.randint(KEY, (2, 7), 0, 11)


def test_a_transformer_starts_well():
    apply, params = started(Block(), TOKENS)
    (found,) = symmetry.check_start(apply, params, TOKENS)
    assert (found.kind, found.where) == ("without effect", "params/attention/key/bias")


def test_equal_heads_of_a_transformer_stay_tied():
    apply, params = started(Block(), TOKENS)
    params = jax.tree.map(np.array, params)
    attention = params["params"]["attention"]
    for part in ("query", "key", "value"):
        attention[part]["kernel"][:] = attention[part]["kernel"][:, :1]
    attention["out"]["kernel"][:] = attention["out"]["kernel"][:1]
    tied, _ = symmetry.check_start(apply, params, TOKENS)
    assert tied.kind == "tied units"
    assert tied.units == (((), (0, 1, 2, 3)),)
    assert tied.wrong


@pytest.mark.parametrize("cell", [nn.LSTMCell, nn.GRUCell])
def test_a_recurrent_network_starts_well(cell):
    sequences = jax.random.normal(KEY, (3, 5, 4))
    apply, params = started(Recurrent(cell), sequences)
    assert not symmetry.check_start(apply, params, sequences)


def test_a_bias_before_batch_norm_and_the_statistics_have_no_effect():
    images = jax.random.normal(KEY, (4, 6, 6, 2))
    model = Convolutional()
    params = model.init(KEY, images)
    found = symmetry.check_start(
        lambda params, x: model.apply(params, x, mutable=["batch_stats"]),
        params,
        images,
        mirrors={"1/batch_stats": "batch_stats"},
    )
    assert not found.wrong
    without = [finding.where for finding in found if finding.kind == "without effect"]
    assert without == ["batch_stats/BatchNorm_0/mean, batch_stats/BatchNorm_0/var and params/Conv_0/bias"]


def test_a_network_of_equinox_with_zeros_does_not_move():
    network = eqx.nn.MLP(4, 2, 8, 2, key=KEY)
    zero = jax.tree.map(lambda leaf: jnp.zeros_like(leaf) if eqx.is_array(leaf) else leaf, network)
    found = symmetry.check_start(lambda network, x: jax.vmap(network)(x), zero, jax.random.normal(KEY, (5, 4)))
    assert [(finding.kind, finding.theorems) for finding in found] == [
        ("tied units", ("TIE.3",)),
        ("tied units", ("TIE.3",)),
        ("never moves", ("TIE.8",)),
    ]


def test_4096_units_are_compared_at_once():
    generator = np.random.default_rng(0)
    kernel = np.repeat(generator.normal(size=(16, 2048)), 2, axis=1)
    params = {"W": kernel, "V": np.repeat(generator.normal(size=(2048, 4)), 2, axis=0)}
    inputs = generator.normal(size=(4, 16))
    (tied,) = symmetry.check_start(lambda p, x: jnp.tanh(x @ p["W"]) @ p["V"], params, inputs, steps=10)
    assert tied.wrong
    assert len(tied.units) == 2048
    assert "2044 more classes" in str(tied)
