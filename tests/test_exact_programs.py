"""Symbols compute what floats compute, exactly: with JAX's arrays, along every direction, and functions that JAX traces."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy

from symmetry.engine.exact_trials import ExactTrials, SmallNumbers
from symmetry.engine.kernel import exact_settings
from symmetry.numbers.dual import every_derivative
from symmetry.numbers.symbol import Symbol
from symmetry.numbers.symbol.program import run_exactly
from symmetry.yardstick import black_box

pytestmark = pytest.mark.quick

NUMBERS = np.array([[0.5, -1.0, 2.0], [0.25, 3.0, -0.75]])


def attention_like(case):
    """A softmax of products, with casts, transpositions and a function inside."""
    scores = jax.jit(lambda x: jnp.einsum("nd,md->nm", x, x) / jnp.sqrt(4.0))(case["x"].astype(jnp.float64))
    return jax.nn.softmax(scores.astype(jnp.float32), axis=-1) @ case["x"] + case["b"][None, :]


def test_what_jax_traces_is_computed_exactly_on_symbols():
    numbers = jnp.asarray(NUMBERS, jnp.float32)
    case = {"x": numbers, "b": numbers[0]}
    with exact_settings():
        exact, floats = run_exactly(attention_like, case), black_box(attention_like, case)
    assert all(entry.is_real for entry in exact.ravel())
    assert (np.abs(np.array(exact.tolist(), float) - np.asarray(floats.center)) <= np.asarray(floats.radius)).all()
    assert (np.asarray(floats.radius) < np.abs(np.asarray(floats.center))).all()  # a vacuous bound would allow anything
    assert exact[0, 0].has(sympy.exp)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: jnp.maximum(x, 0).sum(axis=0), [sympy.Rational(3, 4), 3, 2]),
        (lambda x: -x.T.sum(axis=0) * 2 - x.max(axis=1), [-5, -8]),
        (lambda x: jax.nn.softmax(x, axis=-1).sum(), 2),
    ],
)
def test_the_rules_of_primitives(function, expected):
    with exact_settings():
        found = run_exactly(function, NUMBERS)
    assert (
        (sympy.Matrix(np.atleast_1d(found).tolist()) - sympy.Matrix(np.atleast_1d(expected).tolist()))
        .applyfunc(sympy.simplify)
        .is_zero_matrix
    )


def test_a_function_may_have_another_meaning():
    with exact_settings():
        found = run_exactly(lambda x: jnp.exp(x).sum(), np.array([3.0, -1.0]), {"exp": lambda entry: 2**entry})
    assert found.item() == sympy.Rational(17, 2)


def test_a_primitive_without_a_rule_is_named():
    with exact_settings(), pytest.raises(NotImplementedError, match="JAX's primitive sin has no rule on symbols"):
        run_exactly(jnp.sin, NUMBERS)


def test_symbols_take_floats_exactly_and_jaxs_whole_numbers_as_they_are():
    x = Symbol.of([sympy.Symbol("x"), sympy.Integer(1)])
    assert (x * 0.5 + np.array([0.25, 1.0])).tolist() == [
        sympy.Symbol("x") / 2 + sympy.Rational(1, 4),
        sympy.Rational(3, 2),
    ]
    assert (x * jnp.array([2, 3])).tolist() == [2 * sympy.Symbol("x"), 3]
    assert isinstance(x.sum(), Symbol)
    assert (x == x).all()


def test_every_derivative_of_symbols_is_taken_one_direction_after_the_other():
    x = Symbol.named("x", (2,))
    slopes = every_derivative(lambda x: (x * x * x).sum(), x)
    assert [sympy.expand(slope - 3 * entry**2) for slope, entry in zip(slopes, x, strict=True)] == [0, 0]


def test_trials_on_exact_numbers_draw_what_floats_hold_exactly_and_keep_what_is_compared():
    trials = ExactTrials(0)
    drawn = trials.generator.standard_normal((4, 2, 3))
    assert set(np.unique(drawn)) <= {-2.0, 0.0, 2.0}
    assert SmallNumbers(1).integers(5) in range(5)
    with exact_settings():
        trials.compare("sums", lambda x: x.sum(), drawn, drawn[:, ::-1])
    (leaf,) = trials.leaves
    assert (leaf.path, leaf.relation) == ("sums", "equal")
    assert leaf.left.item() == leaf.right.item() == int(drawn[0].sum())
