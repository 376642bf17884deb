"""Dropout: the gradient is that of the masked network, and masks of 1 change nothing."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from agreement import assert_within_radii, balls

from proofs.dropout import DropoutMasks, backprop_with_dropout, forward_pass_with_dropout
from symmetry.network import Batch, Network, backprop, network_of
from symmetry.yardstick import black_box

pytestmark = pytest.mark.usefixtures("exact")

GENERATOR = np.random.default_rng(0)
BATCH = Batch(*(jnp.asarray(GENERATOR.standard_normal((3, width))) for width in (2, 2)))
MASKS = DropoutMasks(tuple(jnp.asarray(GENERATOR.integers(2, size=(3, width))) for width in (4, 3)))


def random_network() -> Network:
    shapes = [(2, 4), (4, 3), (3, 2)]
    weights = [GENERATOR.standard_normal(shape) for shape in shapes]
    return network_of(weights, [GENERATOR.standard_normal(shape[1]) for shape in shapes], hidden="tanh")


def test_the_gradient_under_dropout_is_that_of_the_masked_network():
    network = random_network()

    def loss(layers):
        masked = Network(layers, network.activations, network.loss)
        return network.loss.value(forward_pass_with_dropout(masked, BATCH.x, MASKS)[1][-1], BATCH.y)

    found = backprop_with_dropout(balls(network), balls(BATCH), MASKS).layers
    assert_within_radii(found, black_box(jax.grad(loss), network.layers))


def test_masks_of_1_drop_nothing():
    network, everyone = random_network(), DropoutMasks((jnp.ones((3, 4), int), jnp.ones((3, 3), int)))
    pair = backprop_with_dropout(network, BATCH, everyone), backprop(network, BATCH)
    for one, other in zip(*map(jax.tree.leaves, pair), strict=True):
        assert (one == other).all()
