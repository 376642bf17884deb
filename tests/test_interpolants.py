"""Interpolants: increasing points, and the ReLU networks that go through them."""

import jax.numpy as jnp
import numpy as np
import sympy

from proofs.interpolants import IncreasingPoints, interpolant
from symmetry.architecture import Architecture
from symmetry.cases import draw_cases
from symmetry.network import forward
from symmetry.numbers.ball.source import RandomFloats
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


POINTS = IncreasingPoints(Symbol.of(sympy.Rational(1, 3)), Symbol.of([2, sympy.Rational(1, 7)]), Symbol.of([0, 5, -1]))


def test_rational_points_are_met_exactly():
    assert forward(interpolant(POINTS), POINTS.x[:, None])[:, 0].tolist() == [0, 5, -1]


def test_the_interpolant_is_linear_between_its_points_and_constant_before_them():
    halfway = (POINTS.x[1:] + POINTS.x[:-1]) / 2
    assert forward(interpolant(POINTS), halfway[:, None])[:, 0].tolist() == [sympy.Rational(5, 2), 2]
    assert forward(interpolant(POINTS), POINTS.x[:1, None] - 5)[0, 0] == 0
