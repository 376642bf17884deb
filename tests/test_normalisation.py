"""The norms and the reciprocal square root: each does what its name says, in every number system."""

import jax.numpy as jnp
import numpy as np
import pytest
import sympy

from symmetry.normalisation import batch_norm, group_norm, layer_norm, reciprocal_square_root, rms_norm
from symmetry.numbers import Ball, Residue
from symmetry.numbers.dual import derivative_along
from symmetry.numbers.symbol import Symbol

pytestmark = pytest.mark.usefixtures("exact")

NUMBERS = np.random.default_rng(0).standard_normal((5, 3))


@pytest.mark.parametrize(("norm", "axis"), [(batch_norm, 0), (layer_norm, 1)])
def test_batch_and_layer_norm_leave_mean_0_and_variance_1(norm, axis):
    normalised = np.asarray(norm(jnp.asarray(NUMBERS)))
    assert np.abs(normalised.mean(axis)).max() < 1e-15
    assert np.abs(normalised.var(axis) - 1).max() < 1e-14


def test_rms_norm_leaves_mean_square_1():
    assert np.abs((np.asarray(rms_norm(jnp.asarray(NUMBERS))) ** 2).mean(1) - 1).max() < 1e-14


def test_symbols_take_the_exact_root():
    assert reciprocal_square_root(Symbol.of([4, 2])).tolist() == [sympy.Rational(1, 2), 1 / sympy.sqrt(2)]


def test_the_dual_of_the_root_is_its_derivative():
    z = jnp.asarray([4.0])
    assert derivative_along(reciprocal_square_root, z, jnp.ones(1)).tolist() == [-1 / 16]


def test_a_ball_of_the_root_reaches_to_its_ends_and_none_reaches_past_zero():
    root = reciprocal_square_root(Ball(jnp.array([1.0, 1.0]), jnp.array([0.75, 1.0])))
    assert float(root.center[0] + root.radius[0]) >= 1 / np.sqrt(0.25)
    assert float(root.center[0] - root.radius[0]) <= 1 / np.sqrt(1.75)
    assert not np.isfinite(root.radius[1])


def test_residues_know_nothing_of_the_root_but_that_it_is_a_function():
    z = Residue.of(np.array([4, 4, 9]))
    root = np.asarray(reciprocal_square_root(z).value)
    assert root[0] == root[1] != root[2]
    assert ((reciprocal_square_root(z) * reciprocal_square_root(z) * z).value != 1).all()


def test_group_norm_is_layer_norm_of_each_group():
    z = jnp.asarray(np.random.default_rng(1).standard_normal((4, 6)))
    halves = jnp.concatenate([layer_norm(z[:, :3]), layer_norm(z[:, 3:])], axis=1)
    assert np.abs(np.asarray(group_norm(z, 2)) - halves).max() < 1e-15
    assert (group_norm(z, 1) == layer_norm(z)).all()
