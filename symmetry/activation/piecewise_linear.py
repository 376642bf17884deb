"""The identity, ReLU and leaky ReLU; and the absolute value, which the mean absolute error is made of."""

import math
from collections.abc import Callable

from jax import lax

from symmetry.activation.activation import Activation, Facts


def constant(number: float) -> Callable:
    """The function that is that number everywhere."""
    return lambda z: lax.full_like(z, number)


def sides(left: float, right: float) -> Callable:
    """The function that is one number for z <= 0 and another for z > 0."""
    return lambda z: lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))


LEAK = 0.01
"""Leaky ReLU's slope on the left; the real number 1/100 in exact arithmetic."""

IDENTITY = Activation(
    "identity",
    "z",
    (lambda z: z, constant(1), constant(0)),
    (Facts(1), Facts(0), Facts(0)),
    odd=True,
    homogeneous=1,
)
RELU = Activation(
    "relu",
    "Piecewise((0, z <= 0), (z, True))",
    (lambda z: lax.select(z > 0, z, lax.full_like(z, 0)), sides(0, 1), constant(0)),
    (Facts(1), Facts(0, jump=1), Facts(0, jump=math.inf)),
    homogeneous=1,
)
LEAKY_RELU = Activation(
    "leaky_relu",
    "Piecewise((z / 100, z <= 0), (z, True))",
    (lambda z: lax.select(z > 0, z, LEAK * z), sides(LEAK, 1), constant(0)),
    (Facts(1, relative=2.1), Facts(0, jump=0.99, relative=1), Facts(0, jump=math.inf)),
    homogeneous=1,
)
ABSOLUTE_VALUE = Activation(
    "absolute_value",
    "Piecewise((-z, z < 0), (z, True))",
    (lax.abs, lax.sign, constant(0)),
    (Facts(1), Facts(0, jump=2), Facts(0, jump=math.inf)),
    homogeneous=1,
    slope_formula="sign(z)",
    oracle=(2, 0),
)
