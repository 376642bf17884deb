"""Training in operators does what optax does."""

import jax
import jax.numpy as jnp
import optax
import pytest
from agreement import assert_within_radii, balls

from proofs.history import HistoryRule, HistoryTraining
from symmetry.activation import activation_named
from symmetry.network import Batch, Gradient, Layer, backprop, network_of
from symmetry.training import GradientDescent, clipped, gradient_step, squared_norm
from symmetry.yardstick import black_box

pytestmark = pytest.mark.usefixtures("exact")


def small_network():
    return network_of([[[0.5, -1.0]], [[1.0], [0.25]]], [[0.5, 1.0], [-0.25]])


BATCHES = [Batch(jnp.array([[x]]), jnp.array([[1.0]])) for x in (1.0, -0.5, 2.0)]


def test_a_step_of_descent_subtracts_its_share_of_the_gradient():
    network = small_network()
    gradient = backprop(network, BATCHES[0])
    moved = gradient_step(network, gradient, 4)
    assert moved.layers[0].weight.tolist() == (network.layers[0].weight - gradient.layers[0].weight / 4).tolist()
    assert moved.layers[1].bias.tolist() == (network.layers[1].bias - gradient.layers[1].bias / 4).tolist()


@pytest.mark.parametrize(("momentum", "decay"), [(None, None), (2, None), (None, 8), (2, 8)])
def test_training_is_optax_sgd_with_momentum_and_weight_decay(momentum, decay):
    trained = GradientDescent(16, momentum, decay).train(balls(small_network()), balls(BATCHES))
    network = small_network()
    rule = optax.chain(
        optax.add_decayed_weights(1 / decay if decay else 0.0),
        optax.sgd(1 / 16, momentum=1 / momentum if momentum else None),
    )

    def by_optax(parameters):
        state = rule.init(parameters)
        for batch in BATCHES:
            gradient = backprop(network_with(network, parameters), batch).layers
            updates, state = rule.update(gradient, state, parameters)
            parameters = optax.apply_updates(parameters, updates)
        return parameters

    assert_within_radii(trained.layers, black_box(by_optax, network.layers))


def network_with(network, layers):
    return type(network)(layers, network.activations, network.loss)


@pytest.mark.parametrize(("size", "length"), [(1.0, 1.0), (0.125, 0.625)])
def test_clipping_shortens_a_gradient_longer_than_1_and_no_other(size, length):
    gradient = Gradient((Layer(jnp.array([[3.0 * size, 0.0]]), jnp.array([4.0 * size, 0.0])),), None)
    (layer,) = clipped(balls(gradient)).layers
    expected = black_box(lambda sides: sides * length, jnp.array([0.6, 0.8]))
    assert_within_radii((layer.weight[0, 0], layer.bias[0]), (expected[0], expected[1]))
    assert (layer.weight.center[0, 1], layer.bias.center[1]) == (0, 0)


HISTORY = HistoryTraining(
    HistoryRule(activation_named("tanh"), activation_named("square")), activation_named("sigmoid")
)


def test_a_rule_remembers_every_gradient_it_has_had():
    network = small_network()
    gradients = [backprop(network, batch) for batch in BATCHES[:2]]
    after, state = HISTORY.rule.step(balls(network), balls(gradients[0]))
    after, state = HISTORY.rule.step(after, balls(gradients[1]), state)

    def written_out(numbers):
        weight, first, second = numbers
        remembered = jnp.tanh(jnp.tanh(first) + second)
        return remembered, weight + jnp.tanh(first) ** 2 / 256 + remembered**2 / 256

    weights = network.layers[0].weight, *[gradient.layers[0].weight for gradient in gradients]
    found = state.layers[0].weight, after.layers[0].weight
    assert_within_radii(found, black_box(written_out, weights))


def test_training_with_a_history_decays_and_clips_before_the_rule():
    network = small_network()

    def written_out(layers):
        gradient = backprop(network_with(network, layers), BATCHES[0]).layers
        decayed = jax.tree.map(lambda g, p: g + p / 16, gradient, layers)
        factor = jax.nn.sigmoid(sum((g * g).sum() for g in jax.tree.leaves(decayed)) / 2**20)
        return jax.tree.map(lambda p, g: p + jnp.tanh(g * factor) ** 2 / 256, layers, decayed)

    trained = HISTORY.train(balls(network), balls(BATCHES[:1]))
    assert_within_radii(trained.layers, black_box(written_out, network.layers))


def test_the_squared_norm_leaves_out_the_inputs():
    gradient = backprop(small_network(), BATCHES[0])
    squares = sum(float((leaf**2).sum()) for leaf in jax.tree.leaves(gradient.layers))
    assert float(squared_norm(gradient)) == squares  # dyadic numbers: nothing is rounded
