"""The facts that error bounds rely on: Lipschitz constants, jumps, oddness, homogeneity."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.activation import ABSOLUTE_VALUE, ACTIVATIONS, Choice, derivative
from symmetry.numbers.ball import unit_roundoff

pytestmark = pytest.mark.quick

EVERY = [(phi, order) for phi in (*ACTIVATIONS, ABSOLUTE_VALUE) for order in range(3)]
GRID = np.concatenate([np.linspace(-12, 12, 24_001), np.linspace(-700, 700, 1_401)])


@pytest.mark.parametrize(("phi", "order"), EVERY, ids=lambda value: getattr(value, "name", value))
@pytest.mark.usefixtures("exact")
def test_slopes_between_neighbours_stay_below_the_stated_constant(phi, order):
    points = np.sort(GRID[GRID != 0])
    values = np.asarray(derivative(jnp.asarray(points), phi, order))
    same_side = np.sign(points[1:]) == np.sign(points[:-1])
    facts = phi.facts(order)
    # Rounding of the two values is allowed for by their stated accuracy.
    rounding = 2.0**-52 * (facts.relative * np.abs(values) + facts.absolute)
    allowed = (facts.lipschitz + facts.growth * np.maximum(np.abs(points[1:]), np.abs(points[:-1]))) * np.diff(points)
    assert (
        np.abs(np.diff(values)) <= (allowed + rounding[1:] + rounding[:-1] + 2.0**-40 * allowed) + ~same_side * 9e9
    ).all()


@pytest.mark.parametrize(("phi", "order"), EVERY, ids=lambda value: getattr(value, "name", value))
@pytest.mark.usefixtures("exact")
def test_the_stated_constants_are_not_needlessly_wide(phi, order):
    """A control for the test above: half the constant would not hold, where there is one."""
    facts = phi.facts(order)
    points = np.linspace(-6, 6, 48_002)
    values = np.asarray(derivative(jnp.asarray(points), phi, order))
    steepest = np.abs(np.diff(values) / np.diff(points))[np.sign(points[1:]) == np.sign(points[:-1])].max()
    assert facts.growth or steepest >= facts.lipschitz / 2


@pytest.mark.parametrize("phi", ACTIVATIONS, ids=lambda phi: phi.name)
@pytest.mark.usefixtures("exact")
def test_the_stated_symmetries_of_each_activation_hold(phi):
    z = jnp.linspace(-3, 3, 13)
    value = phi.functions[0]
    assert phi.odd == bool((value(-z) == -value(z)).all())
    assert phi.through_zero == bool(value(jnp.zeros(1))[0] == 0)
    powers = [k for k in (0, 1, 2) if bool((value(4 * z) == 4.0**k * value(z)).all())]
    assert ([phi.homogeneous] if phi.homogeneous is not None else []) == powers


@pytest.mark.parametrize("order", range(3))
@pytest.mark.usefixtures("exact")
def test_a_choice_is_the_activation_it_chooses(order):
    z = jnp.linspace(-2, 2, 5)
    for index, phi in enumerate(ACTIVATIONS):
        chosen = Choice(jnp.asarray(index))
        assert (derivative(z, chosen, order) == derivative(z, phi, order)).all()
        assert [float(fact) for fact in chosen.facts(order)] == [float(fact) for fact in phi.facts(order)]


def test_the_slope_of_the_absolute_value_at_0_is_0_in_floats_and_in_symbols():
    from symmetry.activation import ABSOLUTE_VALUE, slope
    from symmetry.numbers.symbol import Symbol

    assert slope(jnp.array([-2.0, 0.0, 3.0]), ABSOLUTE_VALUE).tolist() == [-1, 0, 1]
    assert slope(Symbol.of([-2, 0, 3]), ABSOLUTE_VALUE).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("phi", [phi for phi in ACTIVATIONS if "relu" not in phi.name], ids=lambda phi: phi.name)
def test_jax_differentiates_a_smooth_activation_at_0_as_we_do(phi):
    """Two evaluations of one slope: within twice its stated accuracy."""
    ours, theirs = float(phi.evaluate(jnp.array(0.0), 1)), float(jax.grad(lambda z: phi.evaluate(z, 0))(0.0))
    facts = phi.facts(1)
    assert abs(ours - theirs) <= 2 * unit_roundoff(jnp.float32) * (facts.relative * abs(ours) + facts.absolute)
