"""The norms and the reciprocal square root: each does what its name says, in every number system."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sympy
from agreement import assert_holds, assert_within_radii, balls

from proofs.norms import batch_norm, group_norm, layer_norm, rms_norm
from symmetry.activation import reciprocal_square_root
from symmetry.numbers import Ball, Residue
from symmetry.numbers.dual import derivative_along
from symmetry.numbers.symbol import Symbol
from symmetry.statements.relation import Conserved

pytestmark = pytest.mark.usefixtures("exact")

NUMBERS = np.random.default_rng(0).standard_normal((5, 3))


def variance_and_1(normalised: Ball, axis: int) -> tuple[Ball, Ball]:
    """The mean of the squares along an axis, and ones."""
    mean = (normalised * normalised).sum(axis) / NUMBERS.shape[axis]
    return mean, Ball.exact(jnp.ones(mean.shape))


@pytest.mark.parametrize(("norm", "axis"), [(batch_norm, 0), (layer_norm, 1)])
def test_batch_and_layer_norm_leave_mean_0_and_variance_1(norm, axis):
    normalised = norm(balls(NUMBERS))
    assert_holds(Conserved(normalised if axis else normalised.T))
    assert_within_radii(*variance_and_1(normalised, axis))


def test_rms_norm_leaves_mean_square_1():
    normalised = rms_norm(balls(NUMBERS))
    assert_within_radii(*variance_and_1(normalised, 1))


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
    z = np.random.default_rng(1).standard_normal((4, 6))
    both: Any = group_norm(balls(z), 2)
    assert_within_radii((both[:, :3], both[:, 3:]), (layer_norm(balls(z[:, :3])), layer_norm(balls(z[:, 3:]))))
    assert (group_norm(jnp.asarray(z), 1) == layer_norm(jnp.asarray(z))).all()
