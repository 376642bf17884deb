"""Maps of hidden spaces: acting preserves linear networks, and each of the other maps is what it is called."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.activation import IDENTITY
from symmetry.architecture import Architecture
from symmetry.cases import Direction, draw_cases
from symmetry.draw import RandomFloats
from symmetry.hidden_map import HiddenMap
from symmetry.network import Batch, Network, forward

pytestmark = pytest.mark.usefixtures("exact")

SHAPE = Architecture((2, 3, 4, 2), batch=3)


@pytest.fixture
def cases():
    types = {"network": Network, "g": HiddenMap, "one": Direction, "other": Direction, "batch": Batch}
    drawn = jax.tree.map(lambda leaf: jnp.asarray(leaf)[0], draw_cases(types, RandomFloats((0,), 1), SHAPE))
    return drawn | {"network": dataclasses.replace(drawn["network"], activations=(IDENTITY,) * 3)}


def entries(thing) -> np.ndarray:
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(thing.layers)])


def test_acting_preserves_the_function_of_a_linear_network(cases):
    network, g, batch = cases["network"], cases["g"], cases["batch"]
    moved = g.act(network)
    assert np.abs(entries(moved) - entries(network)).max() > 0.1
    np.testing.assert_allclose(forward(moved, batch.x), forward(network, batch.x), rtol=1e-10)


def test_gradients_go_by_the_inverse_transpose(cases):
    g, one, other = cases["g"], cases["one"], cases["other"]
    paired = entries(g.act_on_gradient(one)) @ entries(g.act(other))
    np.testing.assert_allclose(paired, entries(one) @ entries(other), rtol=1e-10)


def test_the_generator_is_the_rate_of_acting_by_a_small_map(cases):
    g, network = cases["g"], cases["network"]
    small = HiddenMap(tuple(u * 2.0**-20 for u in g.columns), g.rows)
    moved = (entries(small.act(network)) - entries(network)) * 2.0**20
    np.testing.assert_allclose(entries(g.generate(network)), moved, atol=1e-3)
    assert np.abs(moved).max() > 0.1


def test_the_generator_of_the_transpose_is_the_transposed_generator(cases):
    g, one, other = cases["g"], cases["one"], cases["other"]
    paired = entries(g.transpose.generate(one)) @ entries(other)
    np.testing.assert_allclose(paired, entries(one) @ entries(g.generate(other)), rtol=1e-10)


@pytest.mark.parametrize("map_of", [lambda g: g, lambda g: g.reflection()], ids=["map", "reflection"])
def test_projecting_gives_the_nearest_fixed_network(cases, map_of):
    g, one, other = map_of(cases["g"]), cases["one"], cases["other"]
    fixed = g.project(one)
    np.testing.assert_allclose(entries(g.act(fixed)), entries(fixed), atol=1e-12)
    np.testing.assert_allclose((entries(one) - entries(fixed)) @ entries(g.project(other)), 0, atol=1e-12)


def test_a_reflection_undoes_itself_and_keeps_lengths(cases):
    mirror, network = cases["g"].reflection(), cases["network"]
    np.testing.assert_allclose(entries(mirror.act(mirror.act(network))), entries(network), rtol=1e-10)
    np.testing.assert_allclose(
        np.linalg.norm(entries(mirror.act(network))), np.linalg.norm(entries(network)), rtol=1e-12
    )
