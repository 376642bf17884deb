"""Relations: each kind of claim holds where it should and fails where it should, in each number system that decides it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy

from symmetry.engine.compare import compare, leaves_of
from symmetry.numbers import Ball, Residue
from symmetry.numbers.symbol import Symbol, formula_failure
from symmetry.statements.relation import AtMost, Conserved, Differs, Drift, Equal, RankAtMost

pytestmark = pytest.mark.usefixtures("exact")


def balls(numbers):
    return Ball.exact(jnp.asarray(np.array(numbers, dtype=np.float64)))


def residues(numbers):
    return Residue.of(np.array(numbers))


def holds(relation) -> bool:
    leaves = leaves_of(relation)
    if isinstance(leaves[0].left, Symbol):
        return not any(formula_failure(leaf) for leaf in leaves)
    return bool((compare(leaves).excess <= 1).all())


def vacuous(relation) -> bool:
    return bool(compare(leaves_of(relation)).vacuous.all())


SYSTEMS = pytest.mark.parametrize("numbers", [balls, residues, Symbol.of], ids=["balls", "residues", "symbols"])
ORDERED = pytest.mark.parametrize("numbers", [balls, Symbol.of], ids=["balls", "symbols"])


@SYSTEMS
def test_equality_is_what_a_pair_says(numbers):
    assert holds((numbers([1, 2]), numbers([1, 2])))
    assert holds(Equal(numbers([1, 2]), numbers([1, 2])))
    assert not holds(Equal(numbers([1, 2]), numbers([1, 3])))


@ORDERED
def test_at_most_allows_less_and_not_more(numbers):
    assert holds(AtMost(numbers([1, 2]), numbers([1, 3])))
    assert not holds(AtMost(numbers([1, 3]), numbers([1, 2])))


def test_at_most_allows_the_rounding_and_no_more():
    one = Ball(jnp.array([1.0]), jnp.array([0.25]))
    assert holds(AtMost(one, balls([0.75])))
    assert not holds(AtMost(one, balls([0.5])))


def test_at_most_fails_on_a_symbol_of_unknown_sign():
    x = sympy.Symbol("x", real=True)
    assert holds(AtMost(Symbol.of([0]), Symbol.of([x**2])))
    assert not holds(AtMost(Symbol.of([0]), Symbol.of([x])))


def test_residues_have_no_order():
    with pytest.raises(TypeError, match="residues have no order; limit the law to other number systems"):
        holds(AtMost(residues([1]), residues([2])))


@SYSTEMS
def test_what_differs_in_one_entry_differs(numbers):
    assert holds(Differs(numbers([1, 2]), numbers([1, 3])))
    assert not holds(Differs(numbers([1, 2]), numbers([1, 2])))


def test_balls_that_overlap_do_not_differ_provably():
    wide = Ball(jnp.array([1.0]), jnp.array([0.75]))
    assert not holds(Differs(wide, balls([1.5])))
    assert holds(Differs(wide, balls([2.0])))


@SYSTEMS
def test_terms_that_cancel_conserve_their_sum(numbers):
    assert holds(Conserved(numbers([[1, 2, -3], [2, -2, 0]])))
    assert not holds(Conserved(numbers([[1, 2, -3], [2, -2, 1]])))


def test_where_nothing_moves_conservation_is_vacuous():
    assert vacuous(Conserved(balls([[0, 0]])))
    assert vacuous(Conserved(residues([[0, 0]])))
    assert not holds(Conserved(Symbol.of([[0, 0]])))
    assert not vacuous(Conserved(balls([[1, -1]])))
    assert not vacuous(Conserved(residues([[1, -1]])))


@SYSTEMS
def test_the_rank_is_told_by_minors(numbers):
    of_rank_two = numbers([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert holds(RankAtMost(of_rank_two, 2))
    assert not holds(RankAtMost(of_rank_two, 1))
    assert holds(RankAtMost(numbers([[1, 2], [2, 4]]), 1))
    assert not holds(RankAtMost(numbers([[1, 2], [2, 4]]), 0))


def test_a_rank_that_no_matrix_of_that_shape_exceeds_is_no_claim():
    with pytest.raises(ValueError, match=r"a matrix of shape \(2, 3\) never has a rank above 2"):
        leaves_of(RankAtMost(balls(np.ones((2, 3))), 2))


@SYSTEMS
def test_a_drift_is_of_its_order_alone(numbers):
    def moved(steps):
        return (numbers([3]) / steps + 1) * (numbers([3]) / steps + 1) - numbers([6]) / steps - 1

    assert holds(Drift(moved(8), 8, 2, numbers([9])))
    assert not holds(Drift(moved(8), 8, 1, numbers([9])))
    assert not holds(Drift(moved(8) + numbers([1]) / 8, 8, 2, numbers([9])))


def test_a_law_may_claim_several_things():
    returned = [Equal(balls([1]), balls([1])), AtMost(balls([1]), balls([2])), Conserved(balls([1, -1]))]
    assert holds(returned)
    assert [leaf.path for leaf in leaves_of(returned)] == ["[0]", "[1]", "[2]"]


def test_a_division_of_residues_is_undone_by_a_product():
    x, y = residues([5, 7, 11]), residues([3, 2, 9])
    assert jax.tree.all(jax.tree.map(lambda one, other: bool((one == other).all()), (x / y * y).value, x.value))
    assert (x / y).denominator == y.degree
