"""Residues compute as integers do, and the chance of a false pass is the sum of all that may go wrong."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.activation import SIGMOID, SQUARE, derivative, reciprocal_square_root
from symmetry.array import Array
from symmetry.cases import Scalar
from symmetry.engine.kernel import KEY, Kernel
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers import Residue
from symmetry.numbers.comparison import Leaf
from symmetry.numbers.residue import (
    PRIME,
    Account,
    UnknownActivation,
    UnknownLoss,
    accounting,
    at_one_point,
    keyed,
    largest_degree,
    log2_failure,
)

X = Residue(np.arange(6, dtype=np.uint64))
"""Six variables."""


def oracle(family: str = "any", name: str = "phi") -> UnknownActivation:
    return UnknownActivation(np.uint64(7), family, name)


def account_of(run) -> Account:
    with accounting() as account:
        run()
    return account


@pytest.mark.usefixtures("exact")
def test_residues_compute_as_python_integers_do():
    random = np.random.default_rng(0)
    one, other = (random.integers(PRIME, size=(3, 3)) for _ in range(2))
    a, b = Residue.of(one), Residue.of(other)
    assert (np.asarray((a @ b).value, int) == (one.astype(object) @ other.astype(object) % PRIME).astype(int)).all()
    assert ((a - b).value.astype(int) == (one - other) % PRIME).all()
    assert ((a / 3 * 3).value == a.value).all()
    assert (a.sum(0).value.astype(int) == one.sum(0) % PRIME).all()


@pytest.mark.usefixtures("exact")
def test_degrees_add_in_products_and_oracles_start_afresh():
    x = Residue(jnp.ones((2, 2), jnp.uint64))
    assert ((x @ x) * x + x).degree == 3
    assert derivative(x @ x, UnknownActivation(jnp.uint64(1))).degree == 1


@pytest.mark.usefixtures("exact")
def test_an_oracle_answers_alike_alike():
    one, again, slope = (derivative(X, oracle(), order) for order in (0, 0, 1))
    assert (one.value == again.value).all()
    assert (one.value != slope.value).all()


@pytest.mark.usefixtures("exact")
def test_the_softmax_of_residues_sees_only_differences_and_sums_to_1():
    logits = Residue.of(np.array([[1, 5, 2], [3, 3, 3]]))
    moved = logits + Residue.of(np.array([[7], [11]]))
    assert (softmax(moved).value == softmax(logits).value).all()
    assert (softmax(logits).value[0] != softmax(logits).value[1]).all()
    assert (softmax(logits).sum(-1).value == 1).all()
    assert ((log_sum_exp(moved) - log_sum_exp(logits)).value == np.array([[7], [11]])).all()


@pytest.mark.usefixtures("exact")
def test_the_square_of_residues_is_their_square():
    z = Residue.of([3, -4])
    assert [derivative(z, SQUARE, order).value.tolist() for order in range(3)] == [[9, 16], [6, PRIME - 8], [2, 2]]


@pytest.mark.usefixtures("exact")
def test_a_common_denominator_stays_one_in_a_sum():
    numbers, number = Residue.of([5, 7, 11], 1), Residue.of(3, 2)
    assert (numbers / number).sum().denominator == 2
    assert (numbers / numbers).sum().denominator == 3
    assert ((numbers / number)[None, :] @ numbers[:, None]).denominator == 2


@pytest.mark.usefixtures("exact")
def test_arguments_of_one_oracle_collide_by_their_true_degree():
    """Of 6 arguments of degree 2 there are 15 pairs; with 6 more of degree 3 there are 15 and 36 others."""
    assert account_of(lambda: derivative(X * X, oracle())).collisions == 15 * 2
    assert account_of(lambda: [derivative(z, oracle()) for z in (X * X, X * X * X)]).collisions == 15 * 2 + 51 * 3


@pytest.mark.usefixtures("exact")
def test_oracles_of_other_names_and_orders_do_not_collide():
    assert account_of(lambda: [derivative(X, oracle(), order) for order in (0, 1)]).collisions == 2 * 15
    assert account_of(lambda: [derivative(X, oracle(name=name)) for name in "ab"]).collisions == 2 * 15


@pytest.mark.usefixtures("exact")
def test_fractions_collide_by_their_cross_degree():
    single, each = X / X[0], X / (X * X)
    assert account_of(lambda: derivative(single, oracle())).collisions == 15
    assert account_of(lambda: derivative(each, oracle())).collisions == 15 * (1 + 2)
    assert account_of(lambda: [derivative(z, oracle()) for z in (single, each)]).collisions == 15 * 4 + 36 * 3


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("family", ["odd", "sigmoidal"])
def test_mirrored_oracles_double_the_pairs_and_avoid_0(family):
    value, slope = (account_of(lambda order=order: derivative(X * X, oracle(family), order)) for order in (0, 1))
    assert (value.collisions, value.zeros) == (2 * 15 * 2, 6 * 2)
    assert (slope.collisions, slope.zeros) == (2 * 15 * 2, 0)


@pytest.mark.usefixtures("exact")
def test_where_phi_is_0_at_0_that_is_one_more_argument():
    value, slope = (account_of(lambda order=order: derivative(X, oracle("through_zero"), order)) for order in (0, 1))
    assert (value.collisions, slope.collisions) == (15 + 6, 15)


@pytest.mark.usefixtures("exact")
def test_homogeneous_oracles_have_two_slopes_and_no_collisions():
    account = account_of(lambda: derivative(X * X, oracle("homogeneous")))
    assert (account.collisions, account.zeros) == (0, 12)


@pytest.mark.usefixtures("exact")
def test_of_losses_and_softmax_whole_examples_collide():
    loss, outputs = UnknownLoss(np.uint64(3)), X.reshape(3, 2)
    assert account_of(lambda: loss.error(outputs * outputs, outputs)).collisions == 3 * 2
    assert account_of(lambda: softmax(outputs * outputs)).collisions == 3 * 2
    assert account_of(lambda: [loss.error(outputs, outputs), loss.value(outputs, outputs)]).collisions == 2 * 3


@pytest.mark.usefixtures("exact")
def test_divisors_must_not_vanish():
    assert account_of(lambda: X / (X * X)).zeros == 6 * 2
    assert account_of(lambda: X / 3).zeros == 0


@pytest.mark.usefixtures("exact")
def test_sides_differ_by_their_cross_degree():
    one, other = X * X * X, 1 / (X * X)
    assert largest_degree([Leaf("", one, other)]) == 5
    assert largest_degree([Leaf("", other, other), Leaf("", X, one)]) == 3
    assert largest_degree([Leaf("", one, None, "cancels")]) == 3
    assert largest_degree([Leaf("", Residue.of([1]), Residue.of([2]))]) == 1


def test_the_stated_chance_adds_up_what_may_go_wrong():
    account = Account(zeros=12)
    assert at_one_point(account, 2) == pytest.approx(14 / PRIME)
    assert log2_failure(account, 2, 8) == pytest.approx(8 * math.log2(14 / PRIME))
    assert log2_failure(account, PRIME, 8) == 0.0
    assert at_one_point(Account(hashes=2**20), 1) == pytest.approx(1 / PRIME + 2.0**-23, rel=1e-3)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(
    "answer",
    [
        lambda: derivative(X, SIGMOID).value[0],
        lambda: log_sum_exp(X.reshape(2, 3)).value[0, 0],
        lambda: softmax(X.reshape(2, 3)).value[0, 1],
        lambda: reciprocal_square_root(X).value[0],
    ],
    ids=["a named activation", "log-sum-exp", "softmax", "the root"],
)
def test_oracles_that_nobody_draws_differ_from_point_to_point(answer):
    def at(key: int) -> int:
        with keyed(np.uint64(key)):
            return int(answer())

    assert len({at(key) for key in range(8)}) == 8
    assert at(3) == at(3)


@pytest.mark.usefixtures("exact")
def test_a_kernel_keys_them_by_the_point():
    """At 0, the same at every point, the sigmoid answers as it does under the key of the point."""

    def sigmoid_at_zero() -> Residue:
        return derivative(Residue.of(0), SIGMOID)

    with keyed(np.uint64(5)):
        under_five = int(sigmoid_at_zero().value)

    def law(scalar: Scalar) -> tuple[Array, Array]:
        return sigmoid_at_zero(), scalar * 0 + under_five

    points = {"scalar": Residue(np.zeros(3, np.uint64)), KEY: np.array([4, 5, 6], np.uint64)}
    assert (Kernel({None: law})(points)[None].excess[:, 0] > 1).tolist() == [True, False, True]
