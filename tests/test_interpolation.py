"""Interpolants: increasing points, and the ReLU networks that go through them."""

import jax.numpy as jnp
import numpy as np
import pytest
import sympy

from symmetry.architecture import Architecture
from symmetry.cases import draw_cases
from symmetry.draw import RandomFloats
from symmetry.interpolation import IncreasingPoints, interpolant
from symmetry.network import forward
from symmetry.numbers.symbol import Symbol


def drawn(units):
    """One case of points, as floats."""
    points = draw_cases({"points": IncreasingPoints}, RandomFloats((0,), 1), Architecture((1, units, 1)))["points"]
    return IncreasingPoints(*(jnp.asarray(part[0]) for part in (points.start, points.gaps, points.values)))


def test_drawn_points_increase_and_are_one_more_than_the_units():
    points = drawn(5)
    assert points.x.shape == points.values.shape == (6,)
    assert (np.diff(points.x) > 0).all()
    assert interpolant(points).widths == (1, 5, 1)


@pytest.mark.usefixtures("exact")
def test_the_interpolant_is_linear_between_its_points_and_constant_before_them():
    points = drawn(4)
    network = interpolant(points)
    places = np.linspace(float(points.x[0]), float(points.x[-1]), 33)
    between = forward(network, jnp.asarray(places)[:, None])[:, 0]
    np.testing.assert_allclose(between, np.interp(places, points.x, points.values), atol=1e-12)
    before = forward(network, points.x[:1, None] - 5)
    assert float(before[0, 0]) == float(points.values[0])


def test_rational_points_are_met_exactly():
    points = IncreasingPoints(
        Symbol.of(sympy.Rational(1, 3)), Symbol.of([2, sympy.Rational(1, 7)]), Symbol.of([0, 5, -1])
    )
    assert forward(interpolant(points), points.x[:, None])[:, 0].tolist() == [0, 5, -1]
