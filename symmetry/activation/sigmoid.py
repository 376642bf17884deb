"""The sigmoid and its kin: tanh, softplus (whose slope the sigmoid is) and SiLU."""

from jax import lax

from symmetry.activation.activation import Activation, Facts
from symmetry.array import Array

# Each keeps its accuracy over the whole range of floats, or its facts state by how much it does not.


def _sigmoid_slope(z: Array) -> Array:
    return lax.logistic(z) * lax.logistic(-z)


def _sigmoid_curvature(z: Array) -> Array:
    return _sigmoid_slope(z) * (lax.logistic(-z) - lax.logistic(z))


def _tanh_slope(z: Array) -> Array:
    return 4 * _sigmoid_slope(2 * z)


def _softplus(z: Array) -> Array:
    # -|z| as a minimum: JAX gives |z| the slope 1 at 0, and softplus would get the slope 0 there.
    return lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(lax.min(z, -z)))


TANH = Activation(
    "tanh",
    "tanh(z)",
    (lax.tanh, _tanh_slope, lambda z: -2 * lax.tanh(z) * _tanh_slope(z)),
    (Facts(1, relative=16), Facts(0.77, relative=8), Facts(2, relative=24)),
    odd=True,
    oracle=(3, 0),
)
SIGMOID = Activation(
    "sigmoid",
    "1 / (1 + exp(-z))",
    (lax.logistic, _sigmoid_slope, _sigmoid_curvature),
    (Facts(0.25, relative=6), Facts(0.0963, relative=8), Facts(0.125, relative=8, absolute=2)),
    through_zero=False,
    sigmoidal=True,
    oracle=(1, 1),
)
SOFTPLUS = Activation(
    "softplus",
    "log(1 + exp(z))",
    (_softplus, lax.logistic, _sigmoid_slope),
    (Facts(1, relative=8), Facts(0.25, relative=6), Facts(0.0963, relative=8)),
    through_zero=False,
    oracle=(1, 0),
)
SILU = Activation(
    "silu",
    "z / (1 + exp(-z))",
    (
        lambda z: z * lax.logistic(z),
        lambda z: lax.logistic(z) + z * _sigmoid_slope(z),
        lambda z: 2 * _sigmoid_slope(z) + z * _sigmoid_curvature(z),
    ),
    (Facts(1.1, relative=8), Facts(0.51, relative=8, absolute=4), Facts(0.32, relative=8, absolute=4)),
)
