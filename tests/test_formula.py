"""The formulas: what they are, and that turning them into JAX keeps their value."""

import jax.numpy as jnp
import pytest
import sympy

from proofs.formulas_on_balls import activation_formula, loss_formula, on_balls
from proofs.levels import concatenated, in_levels
from symmetry.activation import ACTIVATIONS, derivative
from symmetry.loss import LOSSES, loss_named
from symmetry.numbers import Ball
from symmetry.numbers.symbol import VARIABLE, Symbol, formula

pytestmark = pytest.mark.quick

a, b = sympy.symbols("a0 a1", real=True)
y, w = sympy.symbols("y0 y1", real=True)


def test_softmax_cross_entropy_is_minus_the_sum_of_y_log_p():
    total = sympy.exp(a) + sympy.exp(b)
    definition = -y * sympy.log(sympy.exp(a) / total) - w * sympy.log(sympy.exp(b) / total)
    gap = loss_named("softmax_cross_entropy").formula([a, b], [y, w]) - definition
    assert sympy.simplify(sympy.expand_log(gap, force=True)) == 0


def test_binary_cross_entropy_is_minus_y_log_p_minus_the_rest():
    p = 1 / (1 + sympy.exp(-a))
    definition = -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)
    gap = loss_named("sigmoid_binary_cross_entropy").formula([a], [y]) - definition
    assert sympy.simplify(gap.diff(a)) == 0
    assert sympy.simplify(gap.subs(a, 0)) == 0


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_the_formula_of_each_loss_is_what_its_value_is_on_symbols(loss):
    on_symbols = loss.value(Symbol.of([[a, b]]), Symbol.of([[y, w]]))
    assert sympy.simplify(loss.formula([a, b], [y, w]) - on_symbols) == 0


def test_only_losses_of_logits_say_so():
    assert [loss.name for loss in LOSSES if loss.logits] == ["softmax_cross_entropy", "sigmoid_binary_cross_entropy"]


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("phi", ACTIVATIONS, ids=lambda phi: phi.name)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_sympys_derivative_in_jax_agrees_with_ours_within_both_balls(phi, order):
    z = Ball.exact(jnp.linspace(-3, 3, 12))
    theirs, ours = z.constant(activation_formula(phi.name, order)(z)), derivative(z, phi, order)
    assert (jnp.abs(theirs.center - ours.center) <= theirs.radius + ours.radius).all()
    assert (theirs.radius < 1e-12).all()


@pytest.mark.usefixtures("exact")
def test_a_wrong_formula_would_not_agree():
    z = Ball.exact(jnp.linspace(-3, 3, 12))
    wrong = on_balls(formula("tanh", 1) * (1 + sympy.Rational(1, 10**9)), [VARIABLE])(z)
    ours = derivative(z, ACTIVATIONS[3], 1)
    assert (jnp.abs(wrong.center - ours.center) > wrong.radius + ours.radius).all()


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_sympys_derivative_of_each_loss_agrees_with_its_error(loss):
    outputs, targets = jnp.array([[0.5, -1.5]]), jnp.array([[0.25, 0.75]])
    numbers = [Ball.exact(number) for number in (*outputs[0], *targets[0])]
    error = loss.error(Ball.exact(outputs), Ball.exact(targets))
    for unit in range(2):
        theirs = numbers[0].constant(loss_formula(loss.name, 2, unit)(*numbers))
        assert abs(theirs.center - error.center[0, unit]) <= theirs.radius + error.radius[0, unit]


def test_formulas_on_levels_are_what_sympy_substitutes():
    x, z = sympy.symbols("x z")
    f = sympy.Function("f")
    formulas = [-x * z**3 + 5, f(x + z) * f(-z) - f(x + z), x, sympy.Integer(7), (x + 2 * z + 5) ** 2 * (x + 2 * z)]
    levels = in_levels(formulas, [x, z])
    values = levels(concatenated([jnp.array([3, -2]), jnp.array(levels.numbers)]), {"f": lambda row: row * row})
    expected = [formula.subs({x: 3, z: -2}).replace(f, lambda each: each**2) for formula in formulas]
    assert values.tolist() == expected


@pytest.mark.parametrize("formula", [1 / a, sympy.sqrt(a), a + sympy.Rational(1, 2)])
def test_what_levels_cannot_compute_is_named(formula):
    with pytest.raises(TypeError, match="is no sum, product, whole power or function"):
        in_levels([formula], [a])
