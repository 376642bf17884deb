"""GELU, z times the normal distribution function."""

import math

from jax import lax

from symmetry.activation.activation import Activation, Facts
from symmetry.array import Array


def _normal_density(z: Array) -> Array:
    return lax.exp(-z * z / 2) * (1 / math.sqrt(2 * math.pi))


def _normal_distribution(z: Array) -> Array:
    return lax.erfc(-z * math.sqrt(0.5)) / 2


GELU = Activation(
    "gelu",
    "z * ((1 + erf(z / sqrt(2))) / 2)",
    (
        lambda z: z * _normal_distribution(z),
        lambda z: _normal_distribution(z) + z * _normal_density(z),
        lambda z: _normal_density(z) * (2 - z * z),
    ),
    (
        Facts(1.13, relative=6, absolute=4),
        Facts(0.8, relative=4, absolute=4),
        Facts(1.16, relative=4, absolute=4),
    ),
)
