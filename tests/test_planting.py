"""Planting: what runs the edited source meanwhile, what is as it was afterwards, and what is refused."""

import math

import jax
import jax.numpy as jnp
import pytest

from symmetry.activation import RELU, SINE, TANH, derivative, slope, value
from symmetry.numbers import Ball
from symmetry.numbers.ball import functions
from symmetry.numbers.dual import Dual
from symmetry.numbers.formal import Formal, FormalActivation, indices_of
from symmetry.numbers.symbol import formula
from tests.faults.fault import Edit
from tests.faults.plant import planted

pytestmark = pytest.mark.quick

TABLE = "symmetry.activation.table"


def at_one(function):
    return float(function(jnp.asarray(1.0)))


@pytest.mark.parametrize(
    ("edit", "what", "before", "meanwhile"),
    [
        pytest.param(
            Edit("symmetry.numbers.dual", "Dual(-self.primal, -self.tangent)", "Dual(-self.primal, self.tangent)"),
            *(lambda z: (-Dual(z, z)).tangent, -1.0, 1.0),
            id="a method",
        ),
        pytest.param(
            Edit("symmetry.numbers.ball.ball", "lambda one, other: other - one", "lambda one, other: one - other"),
            *(lambda z: (3 - Ball.exact(z)).center, 2.0, -2.0),
            id="a lambda in a class",
        ),
        pytest.param(
            Edit(TABLE, "lambda z: lax.select(z > 0, z, lax", "lambda z: lax.select(z > 1, z, lax"),
            *(lambda z: value(z, RELU), 1.0, 0.0),
            id="a lambda in a table",
        ),
        pytest.param(
            Edit(TABLE, "z: lax.select(z > 0, lax.full_like(z, right)", "z: lax.select(z > 1, lax.full_like(z, right)"),
            *(lambda z: slope(z, RELU), 1.0, 0.0),
            id="a lambda that a function made",
        ),
        pytest.param(
            Edit(TABLE, "Facts(1, relative=16)", "Facts(7, relative=16)"),
            *(lambda z: TANH.facts(0).lipschitz, 1.0, 7.0),
            id="facts of a table",
        ),
        pytest.param(
            Edit("symmetry.numbers.ball.functions", "FLUSHED = 1024", "FLUSHED = 7"),
            *(lambda z: functions.FLUSHED, 1024.0, 7.0),
            id="a constant",
        ),
        pytest.param(
            Edit("symmetry.numbers.symbol.functions", "_read(phi.formula) for", "2 * _read(phi.formula) for"),
            *(lambda z: formula("square", 2), 2.0, 4.0),
            id="a table, and what is remembered of it",
        ),
        pytest.param(
            Edit(TABLE, "lax.cos, lambda z: -lax.sin(z)", "lax.cos, lambda z: lax.sin(z)"),
            *(jax.jit(lambda z: SINE.evaluate(z, 2) / math.sin(1)), pytest.approx(-1), pytest.approx(1)),
            id="what was compiled",
        ),
    ],
)
def test_an_edit_runs_meanwhile_and_only_then(edit, what, before, meanwhile):
    assert at_one(what) == before
    with planted([edit]):
        assert at_one(what) == meanwhile
    assert at_one(what) == before


def test_what_is_planted_is_taken_out_after_an_error():
    negated = Edit("symmetry.numbers.dual", "Dual(-self.primal, -self.tangent)", "Dual(-self.primal, self.tangent)")
    with pytest.raises(ZeroDivisionError), planted([negated]):
        raise ZeroDivisionError
    assert (-Dual(1.0, 1.0)).tangent == -1.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("no such text", "another", "stands 0 times"),
        ("self.primal", "self.tangent", r"stands \d+ times"),
        ("Differentiation forwards,", "Differentiation", "change no function and no constant"),
    ],
)
def test_an_edit_that_changes_nothing_is_refused(old, new, words):
    with pytest.raises(AssertionError, match=words), planted([Edit("symmetry.numbers.dual", old, new)]):
        pass


def test_what_was_made_before_keeps_what_it_closes_over_and_what_is_made_meanwhile_is_faulty():
    """The fault leaves out a name that an inner function closes over."""
    z, phi = Formal.named("z", "batch", "w"), FormalActivation("φ")
    entry = indices_of(z.dimensions)
    before = derivative(z, phi, 1)
    with planted((Edit("symmetry.numbers.formal.functions", "Applied(order, argument", "Applied(0, argument"),)):
        meanwhile = derivative(z, phi, 1)
        assert before.entry(*entry).text() != meanwhile.entry(*entry).text()
    assert derivative(z, phi, 1).entry(*entry).text() == before.entry(*entry).text()
