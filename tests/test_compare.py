"""Comparing sides: a check that cannot fail is no check, so here each one does."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.engine.compare import SidesDiffer, leaves_of
from symmetry.numbers import Ball, Residue
from symmetry.numbers.comparison import compare_leaf

pytestmark = pytest.mark.usefixtures("exact")


def ball(center, radius):
    return Ball(np.asarray(center, np.float64), np.asarray(radius, np.float64))


def compared(one, other):
    return compare_leaf(*jax.tree.map(jnp.asarray, (one, other)))


def test_a_difference_beyond_the_radii_fails_by_how_many_times():
    assert float(compared(ball([1.0], [0.25]), ball([3.0], [0.25])).excess) == 4.0


def test_a_difference_within_the_radii_passes():
    assert float(compared(ball([1.0], [0.25]), ball([1.25], [0.25])).excess) == 0.5


def test_nan_under_a_finite_bound_fails():
    assert float(compared(ball([np.nan], [0.25]), ball([1.0], [0.25])).excess) == np.inf


@pytest.mark.parametrize(("center", "radius"), [(1.0, np.inf), (1.0, 1.0), (0.0, 0.0), (np.inf, 0.1)])
def test_what_cannot_fail_is_vacuous(center, radius):
    outcome = compared(ball([center], [radius]), ball([center], [0.0]))
    assert bool(outcome.vacuous)
    assert float(outcome.excess) == 0.0


def test_one_entry_that_can_fail_makes_a_leaf_count():
    assert not bool(compared(ball([0.0, 1.0], [0.0, 0.1]), ball([0.0, 1.0], [0.0, 0.1])).vacuous)


def test_residues_are_equal_or_not():
    one, other = Residue(jnp.array([1, 2], jnp.uint64)), Residue(jnp.array([1, 3], jnp.uint64))
    assert float(compared(one, one).excess) == 0.0
    assert float(compared(one, other).excess) == np.inf


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        ([ball([1.0], [0.0])], [ball([1.0], [0.0])] * 2, "different structures"),
        (ball([1.0], [0.0]), ball([1.0, 1.0], [0.0, 0.0]), r"shape \(1,\) on the left, \(2,\) on the right"),
        (ball([1.0], [0.0]), Residue(np.ones(1, np.uint64)), "type Ball on the left, Residue on the right"),
        ([], [], "no numbers"),
    ],
)
def test_sides_that_are_not_alike_are_named(left, right, message):
    with pytest.raises(SidesDiffer, match=message):
        leaves_of((left, right))


def test_floats_of_two_types_are_not_alike():
    with pytest.raises(SidesDiffer, match="dtype float64 on the left, float32 on the right"):
        leaves_of((ball([1.0], [0.0]), Ball(jnp.ones(1, jnp.float32), jnp.zeros(1))))


def test_a_law_that_forgets_a_side_is_told():
    with pytest.raises(SidesDiffer, match="returns its two sides"):
        leaves_of(ball([1.0], [0.0]))
