"""Maps of hidden spaces: acting preserves linear networks, and each of the other maps is what it is called."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from agreement import assert_within_radii, balls

from symmetry.actions import HiddenMap
from symmetry.activation import IDENTITY
from symmetry.architecture import Architecture
from symmetry.array import is_array
from symmetry.cases import Direction, draw_cases
from symmetry.network import Batch, Network, forward, map_parameters
from symmetry.numbers import Ball
from symmetry.numbers.ball.source import RandomFloats
from symmetry.yardstick import black_box

pytestmark = pytest.mark.usefixtures("exact")

SHAPE = Architecture((2, 3, 4, 2), batch=3)


@pytest.fixture
def floats():
    types = {"network": Network, "g": HiddenMap, "one": Direction, "other": Direction, "batch": Batch}
    drawn = jax.tree.map(lambda leaf: jnp.asarray(leaf)[0], draw_cases(types, RandomFloats((0,), 1), SHAPE))
    return drawn | {"network": dataclasses.replace(drawn["network"], activations=(IDENTITY,) * 3)}


@pytest.fixture
def cases(floats):
    return balls(floats)


def entries(thing) -> np.ndarray:
    return np.concatenate([np.ravel(leaf.center) for leaf in jax.tree.leaves(thing.layers, is_leaf=is_array)])


def product(one, other) -> Ball:
    """The inner product of two things with layers."""
    products = map_parameters(lambda left, right: left * right, one, other)
    return sum((leaf.sum() for leaf in jax.tree.leaves(products.layers, is_leaf=is_array)), Ball.exact(0.0))


def test_acting_preserves_the_function_of_a_linear_network(cases):
    network, g, batch = cases["network"], cases["g"], cases["batch"]
    moved = g.act(network)
    assert np.abs(entries(moved) - entries(network)).max() > 0.1
    assert_within_radii(forward(moved, batch.x), forward(network, batch.x))


def test_gradients_go_by_the_inverse_transpose(cases):
    g, one, other = cases["g"], cases["one"], cases["other"]
    assert_within_radii(product(g.act_on_gradient(one), g.act(other)), product(one, other))


def test_the_generator_is_the_rate_of_acting_by_a_small_map(floats, cases):
    g, network = floats["g"], floats["network"]

    def acted(size):
        return HiddenMap(tuple(u * size for u in g.columns), g.rows).act(network).layers

    rate = black_box(lambda size: jax.jvp(acted, (size,), (jnp.ones(()),))[1], jnp.zeros(()))
    generated = cases["g"].generate(cases["network"])
    assert_within_radii(generated.layers, rate)
    assert np.abs(entries(generated)).max() > 0.1


def test_the_generator_of_the_transpose_is_the_transposed_generator(cases):
    g, one, other = cases["g"], cases["one"], cases["other"]
    assert_within_radii(product(g.transpose.generate(one), other), product(one, g.generate(other)))


@pytest.mark.parametrize("map_of", [lambda g: g, lambda g: g.reflection()], ids=["map", "reflection"])
def test_projecting_gives_the_nearest_fixed_network(cases, map_of):
    g, one, other = map_of(cases["g"]), cases["one"], cases["other"]
    fixed = g.project(one)
    assert_within_radii(g.act(fixed).layers, fixed.layers)
    assert_within_radii(product(one, g.project(other)), product(fixed, g.project(other)))


def test_a_reflection_undoes_itself_and_keeps_lengths(cases):
    mirror, network = cases["g"].reflection(), cases["network"]
    assert_within_radii(mirror.act(mirror.act(network)).layers, network.layers)
    moved = mirror.act(network)
    assert_within_radii(product(moved, moved), product(network, network))
