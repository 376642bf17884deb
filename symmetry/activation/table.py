"""Every activation, the list of them, the families that theorems speak of, and the choice of one by a number.

Each keeps its accuracy over the whole range of floats, or its facts state by how much it does not. The exponential, the
logarithm and the reciprocal square root are not Lipschitz: balls bound them by formulas of their own.
"""

import functools
import math
from collections.abc import Callable, Sequence

import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.activation.activation import Activation, Facts, in_float32_at_least
from symmetry.array import Array, pytree
from symmetry.given import shown


def constant(number: float) -> Callable:
    """The function that is that number everywhere."""
    return lambda z: lax.full_like(z, number)


def sides(left: float, right: float) -> Callable:
    """The function that is one number for z <= 0 and another for z > 0."""
    return lambda z: lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))


LEAK = 0.01
"""Leaky ReLU's slope on the left; the real number 1/100 in exact arithmetic."""

IDENTITY = Activation(
    "identity", "z", (lambda z: z, constant(1), constant(0)), (Facts(1), Facts(0), Facts(0)), odd=True, homogeneous=1
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


def _sigmoid_slope(z: Array) -> Array:
    return lax.logistic(z) * lax.logistic(-z)


def _sigmoid_curvature(z: Array) -> Array:
    return _sigmoid_slope(z) * (lax.logistic(-z) - lax.logistic(z))


def _tanh_slope(z: Array) -> Array:
    return 4 * _sigmoid_slope(2 * z)


def _softplus(z: Array) -> Array:
    # -|z| as a minimum: JAX gives |z| the slope 1 at 0, and softplus would get the slope 0 there.
    return lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(lax.min(z, -z)))


def _normal_density(z: Array) -> Array:
    return lax.exp(-z * z / 2) * (1 / math.sqrt(2 * math.pi))


def _gelu_curvature(z: Array) -> Array:
    # Where z^2 overflows the density is 0 already, and 0 times infinity would be NaN.
    return _normal_density(z) * (2 - lax.min(z * z, lax.full_like(z, 10_000)))


def _normal_distribution(z: Array) -> Array:
    return lax.erfc(-z * math.sqrt(0.5)) / 2


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
GELU = Activation(
    "gelu",
    "z * ((1 + erf(z / sqrt(2))) / 2)",
    (
        lambda z: z * _normal_distribution(z),
        lambda z: _normal_distribution(z) + z * _normal_density(z),
        _gelu_curvature,
    ),
    (Facts(1.13, relative=6, absolute=4), Facts(0.8, relative=4, absolute=4), Facts(0.79, relative=4, absolute=4)),
)
SINE = Activation(
    "sine",
    "sin(z)",
    (lax.sin, lax.cos, lambda z: -lax.sin(z)),
    (Facts(1, relative=3), Facts(1, relative=3), Facts(1, relative=3)),
    odd=True,
)
SQUARE = Activation(
    "square",
    "z**2",
    (lambda z: z * z, lambda z: 2 * z, constant(2)),
    (Facts(0, growth=2, relative=1), Facts(2), Facts(0)),
    homogeneous=2,
)
_FACTS = Facts(math.inf, relative=6)
_UNBOUNDED = (_FACTS, _FACTS, _FACTS)

EXPONENTIAL = Activation("exponential", "exp(z)", (lax.exp, lax.exp, lax.exp), _UNBOUNDED, through_zero=False)
LOGARITHM = Activation(
    "logarithm", "log(z)", (lax.log, lambda z: 1 / z, lambda z: -1 / (z * z)), _UNBOUNDED, through_zero=False
)
RECIPROCAL_SQUARE_ROOT = Activation(
    "reciprocal_square_root",
    "1 / sqrt(z)",
    (lambda z: 1 / lax.sqrt(z), lambda z: -1 / (2 * z * lax.sqrt(z)), lambda z: 3 / (4 * z * z * lax.sqrt(z))),
    _UNBOUNDED,
    through_zero=False,
)
ERROR_FUNCTION = Activation(
    "error_function",
    "erf(z)",
    (lax.erf, lambda z: 2 / math.sqrt(math.pi) * lax.exp(-z * z), constant(math.nan)),
    (Facts(1.13, relative=12), Facts(1, relative=math.inf), Facts(math.inf)),
    odd=True,
)

ACTIVATIONS: Sequence[Activation] = (IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID, SOFTPLUS, GELU, SILU, SINE, SQUARE)
"""Every activation, the simplest first: a shrunk counterexample names the first that still fails."""

EVERY_FUNCTION: Sequence[Activation] = (
    *ACTIVATIONS,
    ABSOLUTE_VALUE,
    EXPONENTIAL,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    ERROR_FUNCTION,
)
"""Every activation, and the functions that losses, normalisation and formulas are made of."""

FAMILIES: dict[str, Callable[[Activation], bool]] = {
    "any": lambda phi: True,
    "through_zero": lambda phi: phi.through_zero,
    "off_zero": lambda phi: not phi.through_zero,
    "odd": lambda phi: phi.odd,
    "sigmoidal": lambda phi: phi.sigmoidal,
    "homogeneous": lambda phi: phi.homogeneous == 1,
    "lipschitz": lambda phi: phi.orders[0].growth == 0,
}
"""What a theorem may suppose of an activation, and which ones have it: phi(0) = 0; phi(0) and phi'(0) not 0;
phi(-z) = -phi(z); phi(z) + phi(-z) = 1; phi(c z) = c phi(z) for c > 0;
|phi(s) - phi(t)| <= C |s - t| for some C."""


def activation_named(name: str) -> Activation:
    """The activation of that name.

    >>> activation_named("tanh").odd
    True

    Raises:
        ValueError: there is none of that name.
    """
    known = {activation.name: activation for activation in ACTIVATIONS}
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"unknown activation {shown(name)}; choose one of {', '.join(known)}.")
    return known[name]


@pytree
class Choice:
    """One of `ACTIVATIONS`, chosen by an integer that may be traced: one kernel then serves them all."""

    index: Array

    def evaluate(self, z: Array, order: int) -> Array:
        def chosen(wide: Array) -> Array:
            return lax.select_n(self.index, *[activation.functions[order](wide) for activation in ACTIVATIONS])

        return in_float32_at_least(chosen, z)

    def facts(self, order: int) -> Facts:
        return Facts(*self._facts[order])

    @functools.cached_property
    def _facts(self) -> Array:
        return jnp.asarray(_FACTS_OF_EVERY_ACTIVATION)[self.index]


_FACTS_OF_EVERY_ACTIVATION = np.array([phi.orders for phi in ACTIVATIONS], dtype=float)


@functools.singledispatch
def reciprocal_square_root(z: Array) -> Array:
    """1 / sqrt(z), entry by entry; its slope is -1/(2 z sqrt(z)), that is -1/2 of its cube.

    Residues take an unknown function for it, so that what they pass does not rely on the root.

    >>> import jax.numpy as jnp
    >>> float(reciprocal_square_root(jnp.array(4.0)))
    0.5
    """
    return RECIPROCAL_SQUARE_ROOT.evaluate(z, 0)
