"""Activations: their value, slope and curvature, and the facts that proofs rely on.

`derivative` is the one function here that is not arithmetic: each number system says what it means.
"""

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


class Facts(NamedTuple):
    """What is known of one derivative phi of an activation, for bounding errors.

    Over the whole line, |phi(s) - phi(t)| <= (lipschitz + growth max(|s|, |t|)) |s - t|, apart from a jump
    of size `jump` at 0. A float32 or float64 result v is within unit roundoff times
    (relative |v| + absolute) of phi(z), underflow apart: measured for this XLA on a CPU, not proved; see METH.3.
    """

    lipschitz: Any
    growth: Any
    jump: Any
    relative: Any
    absolute: Any


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class Activation:
    """A named activation: its first three derivatives (orders 0, 1, 2) on floats and the facts of each."""

    name: str
    functions: tuple[Callable, Callable, Callable] = dataclasses.field(repr=False)
    orders: tuple[Facts, Facts, Facts] = dataclasses.field(repr=False)
    odd: bool = False
    through_zero: bool = True
    """Whether phi(0) = 0."""
    homogeneous: int | None = None
    """The degree k of phi(cz) = c^k phi(z) for c > 0, or None."""

    def evaluate(self, z, order: int):
        """The derivative on floats; 16-bit types compute in float32 and round once."""
        return _in_float32_at_least(self.functions[order], z)

    def facts(self, order: int) -> Facts:
        return self.orders[order]


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Choice:
    """One of `ACTIVATIONS`, chosen by an integer that may be traced: one kernel then serves them all."""

    index: Any

    def evaluate(self, z, order: int):
        def chosen(wide):
            return lax.select_n(self.index, *[activation.functions[order](wide) for activation in ACTIVATIONS])

        return _in_float32_at_least(chosen, z)

    def facts(self, order: int) -> Facts:
        return Facts(*self._facts[order])

    @functools.cached_property
    def _facts(self):
        return jnp.asarray(_FACTS_OF_EVERY_ACTIVATION)[self.index]


def _in_float32_at_least(function: Callable, z):
    wide = jnp.promote_types(z.dtype, jnp.float32)
    return function(z) if wide == z.dtype else function(z.astype(wide)).astype(z.dtype)


@functools.singledispatch
def derivative(z, activation, order: int = 0):
    """The derivative of `activation` of the given order at every entry of z, in z's own number system.

    Args:
        z: preactivations of any shape, in any number system; floats are the default.
        activation: an `Activation`, or what stands for one in the number system of z.
        order: 0 for the value, 1 for the slope, 2 for the curvature.
    """
    return activation.evaluate(z, order)


def value(z, activation):
    """phi(z), entry by entry.

    >>> import jax.numpy as jnp
    >>> value(jnp.array([-1.0, 2.0]), RELU).tolist()
    [0.0, 2.0]
    """
    return derivative(z, activation, 0)


def slope(z, activation):
    """phi'(z), entry by entry; 0 at the kink of ReLU and leaky ReLU takes the slope on its left.

    >>> import jax.numpy as jnp
    >>> slope(jnp.array([-1.0, 0.0, 2.0]), RELU).tolist()
    [0.0, 0.0, 1.0]
    """
    return derivative(z, activation, 1)


FAMILIES: dict[str, Callable[[Activation], bool]] = {
    "any": lambda phi: True,
    "through_zero": lambda phi: phi.through_zero,
    "off_zero": lambda phi: not phi.through_zero,
    "odd": lambda phi: phi.odd,
    "sigmoidal": lambda phi: phi.name == "sigmoid",
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
    for activation in ACTIVATIONS:
        if activation.name == name:
            return activation
    known = ", ".join(activation.name for activation in ACTIVATIONS)
    raise ValueError(f"unknown activation {name!r}; choose one of {known}.")


# Formulas. Each keeps its accuracy over the whole range of floats, or says (in its facts) by how much it does not.


def _sigmoid_slope(z):
    return lax.logistic(z) * lax.logistic(-z)


def _sigmoid_curvature(z):
    return _sigmoid_slope(z) * (lax.logistic(-z) - lax.logistic(z))


def _tanh_slope(z):
    return 4 * _sigmoid_slope(2 * z)


def _softplus(z):
    return lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(-lax.abs(z)))


def _normal_density(z):
    return lax.exp(-z * z / 2) * (1 / math.sqrt(2 * math.pi))


def _normal_distribution(z):
    return lax.erfc(-z * math.sqrt(0.5)) / 2


def _constant(number: float) -> Callable:
    return lambda z: lax.full_like(z, number)


def _sides(left: float, right: float) -> Callable:
    return lambda z: lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))


LEAK = 0.01
"""Leaky ReLU's slope on the left; the real number 1/100 in exact arithmetic."""

_EXACT = (0.0, 0.0)

IDENTITY = Activation(
    "identity",
    (lambda z: z, _constant(1), _constant(0)),
    (Facts(1, 0, 0, *_EXACT), Facts(0, 0, 0, *_EXACT), Facts(0, 0, 0, *_EXACT)),
    odd=True,
    homogeneous=1,
)
RELU = Activation(
    "relu",
    (lambda z: lax.select(z > 0, z, lax.full_like(z, 0)), _sides(0, 1), _constant(0)),
    (Facts(1, 0, 0, *_EXACT), Facts(0, 0, 1, *_EXACT), Facts(0, 0, math.inf, *_EXACT)),
    homogeneous=1,
)
LEAKY_RELU = Activation(
    "leaky_relu",
    (lambda z: lax.select(z > 0, z, LEAK * z), _sides(LEAK, 1), _constant(0)),
    (Facts(1, 0, 0, 2.1, 0), Facts(0, 0, 0.99, 1, 0), Facts(0, 0, math.inf, *_EXACT)),
    homogeneous=1,
)
TANH = Activation(
    "tanh",
    (lax.tanh, _tanh_slope, lambda z: -2 * lax.tanh(z) * _tanh_slope(z)),
    (Facts(1, 0, 0, 16, 0), Facts(0.77, 0, 0, 8, 0), Facts(2, 0, 0, 24, 0)),
    odd=True,
)
SIGMOID = Activation(
    "sigmoid",
    (lax.logistic, _sigmoid_slope, _sigmoid_curvature),
    (Facts(0.25, 0, 0, 6, 0), Facts(0.0963, 0, 0, 8, 0), Facts(0.125, 0, 0, 8, 2)),
    through_zero=False,
)
SOFTPLUS = Activation(
    "softplus",
    (_softplus, lax.logistic, _sigmoid_slope),
    (Facts(1, 0, 0, 8, 0), Facts(0.25, 0, 0, 6, 0), Facts(0.0963, 0, 0, 8, 0)),
    through_zero=False,
)
GELU = Activation(
    "gelu",
    (
        lambda z: z * _normal_distribution(z),
        lambda z: _normal_distribution(z) + z * _normal_density(z),
        lambda z: _normal_density(z) * (2 - z * z),
    ),
    (Facts(1.13, 0, 0, 6, 4), Facts(0.8, 0, 0, 4, 4), Facts(1.16, 0, 0, 4, 4)),
)
SILU = Activation(
    "silu",
    (
        lambda z: z * lax.logistic(z),
        lambda z: lax.logistic(z) + z * _sigmoid_slope(z),
        lambda z: 2 * _sigmoid_slope(z) + z * _sigmoid_curvature(z),
    ),
    (Facts(1.1, 0, 0, 8, 0), Facts(0.51, 0, 0, 8, 4), Facts(0.32, 0, 0, 8, 4)),
)
SINE = Activation(
    "sine",
    (lax.sin, lax.cos, lambda z: -lax.sin(z)),
    (Facts(1, 0, 0, 3, 0), Facts(1, 0, 0, 3, 0), Facts(1, 0, 0, 3, 0)),
    odd=True,
)
SQUARE = Activation(
    "square",
    (lambda z: z * z, lambda z: 2 * z, _constant(2)),
    (Facts(0, 2, 0, 1, 0), Facts(2, 0, 0, *_EXACT), Facts(0, 0, 0, *_EXACT)),
    homogeneous=2,
)

ACTIVATIONS: Sequence[Activation] = (
    IDENTITY,
    RELU,
    LEAKY_RELU,
    TANH,
    SIGMOID,
    SOFTPLUS,
    GELU,
    SILU,
    SINE,
    SQUARE,
)
"""Every activation, the simplest first: a shrunk counterexample names the first that still fails."""

ABSOLUTE_VALUE = Activation(
    "absolute_value",
    (lax.abs, lax.sign, _constant(0)),
    (Facts(1, 0, 0, *_EXACT), Facts(0, 0, 2, *_EXACT), Facts(0, 0, math.inf, *_EXACT)),
    homogeneous=1,
)
"""|z|, whose slope is the sign: what the mean absolute error is made of."""

_UNBOUNDED = Facts(math.inf, 0, 0, 6, 0)

EXPONENTIAL = Activation(
    "exponential", (lax.exp, lax.exp, lax.exp), (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED), through_zero=False
)
LOGARITHM = Activation(
    "logarithm",
    (lax.log, lambda z: 1 / z, lambda z: -1 / (z * z)),
    (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED),
    through_zero=False,
)
"""What softmax is made of. Neither is Lipschitz: balls bound them by their own formulas."""

RECIPROCAL_SQUARE_ROOT = Activation(
    "reciprocal_square_root",
    (lambda z: 1 / lax.sqrt(z), lambda z: -1 / (2 * z * lax.sqrt(z)), lambda z: 3 / (4 * z * z * lax.sqrt(z))),
    (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED),
    through_zero=False,
)
"""What normalisation is made of, for positive numbers; balls bound it by its own formula too."""

ERROR_FUNCTION = Activation(
    "error_function",
    (lax.erf, lambda z: 2 / math.sqrt(math.pi) * lax.exp(-z * z), _constant(math.nan)),
    (Facts(1.13, 0, 0, 12, 0), Facts(1, 0, 0, math.inf, 0), Facts(math.inf, 0, 0, 0, 0)),
    odd=True,
)
"""erf, which the formula of GELU names."""

_FACTS_OF_EVERY_ACTIVATION = np.array([phi.orders for phi in ACTIVATIONS], dtype=float)
