"""The program: right on floats, and clear about bad input."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symmetry.activation import ACTIVATIONS
from symmetry.loss import LOSSES
from symmetry.network import Network, backprop, batch_loss, batch_of, forward, network_of

pytestmark = pytest.mark.quick

NAMES = [phi.name for phi in ACTIVATIONS]


def any_network(widths, seed, bias, hidden, loss) -> Network:
    random = np.random.default_rng(seed)
    pairs = list(itertools.pairwise(widths))
    weights = [random.normal(size=pair) for pair in pairs]
    biases = [random.normal(size=below) for _, below in pairs] if bias else None
    return network_of(weights, biases, hidden=hidden, loss=loss)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4),
    st.integers(0, 2**30),
    st.booleans(),
    st.sampled_from([name for name in NAMES if name not in ("relu", "leaky_relu")]),
    st.sampled_from([loss.name for loss in LOSSES if loss.name != "mean_absolute_error"]),
)
def test_backprop_is_close_to_jax_grad_on_smooth_networks(widths, seed, bias, hidden, loss):
    with jax.enable_x64(True):
        network = any_network(widths, seed, bias, hidden, loss)
        random = np.random.default_rng(seed + 1)
        batch = batch_of(network, random.normal(size=(2, widths[0])), random.normal(size=(2, widths[-1])))

        def loss_of(layers):
            return batch_loss(Network(layers, network.activations, network.loss), batch)

        expected = jax.tree.leaves(jax.grad(loss_of)(network.layers))
        size = max(float(jnp.abs(leaf).max()) for leaf in expected)
        for ours, theirs in zip(jax.tree.leaves(backprop(network, batch).layers), expected, strict=True):
            # A smoke test: the derived bound is what GRAD.4 checks.
            assert float(jnp.abs(ours - theirs).max()) <= 2.0**-30 * max(size, 1.0)


def test_a_network_without_biases_has_no_bias_gradients():
    network = network_of([[[1.0]], [[1.0]]])
    assert all(layer.bias is None for layer in backprop(network, batch_of(network, [[1.0]], [[0.0]])).layers)


def test_widths_are_read_off_the_weights():
    assert network_of([np.ones((2, 3)), np.ones((3, 1))]).widths == (2, 3, 1)


def test_forward_on_the_picture_of_the_thread():
    network = network_of([np.eye(3, 4), np.ones((4, 2))], [np.zeros(4), np.array([0.0, 1.0])], hidden="relu")
    assert forward(network, jnp.array([[1.0, 2.0, -3.0]])).tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), "at least one layer, got no weights"),
        (([[1.0]],), r"weight 0 has shape \(1,\); expected an array of 2 dimensions"),
        (([np.ones((2, 3)), np.ones((2, 1))],), "weight 0 has 3 units out, but weight 1 has 2 units in"),
        (([np.ones((2, 3))], [np.ones(2)]), "bias 0 has length 2, but weight 0 has 3 units out"),
        (([np.ones((2, 3))], []), "got 0 biases for 1 weights"),
        (([[[np.nan]]],), r"weight 0 has nan at \[0, 0\]; every number must be finite"),
        (([[[np.inf]]],), r"weight 0 has inf at \[0, 0\]; every number must be finite"),
        (([[[1.0]]], [[-np.inf]]), r"bias 0 has -inf at \[0\]"),
    ],
)
def test_bad_parameters_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        network_of(*arguments)


def test_an_unknown_activation_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown activation 'swish'; choose one of identity, relu"):
        network_of([[[1.0]]], output="swish")


def test_an_unknown_loss_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown loss 'hinge'; choose one of half_squared_error"):
        network_of([[[1.0]]], loss="hinge")


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((0, 2)), np.ones((0, 1)), "the batch is empty; pass at least one example"),
        (np.ones((3, 2)), np.ones((2, 1)), "x has 3 examples, but y has 2"),
        (np.ones((3, 4)), np.ones((3, 1)), "x has 4 columns, but the network has 2"),
        (np.ones((3, 2)), np.ones((3, 5)), "y has 5 columns, but the network has 1"),
        (np.full((1, 2), np.nan), np.ones((1, 1)), r"x has nan at \[0, 0\]"),
        (np.ones(2), np.ones((1, 1)), r"x has shape \(2,\)"),
    ],
)
def test_bad_batches_are_named(x, y, message):
    with pytest.raises(ValueError, match=message):
        batch_of(network_of([np.ones((2, 1))]), x, y)
