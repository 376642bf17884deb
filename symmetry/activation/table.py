"""The list of activations, the families that theorems speak of, and the choice of one by a number."""

import dataclasses
import functools
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.activation.activation import Activation, Facts, in_float32_at_least
from symmetry.activation.elementary import ERROR_FUNCTION, EXPONENTIAL, LOGARITHM, RECIPROCAL_SQUARE_ROOT
from symmetry.activation.gelu import GELU
from symmetry.activation.piecewise_linear import ABSOLUTE_VALUE, IDENTITY, LEAKY_RELU, RELU
from symmetry.activation.sigmoid import SIGMOID, SILU, SOFTPLUS, TANH
from symmetry.activation.sine import SINE
from symmetry.activation.square import SQUARE
from symmetry.array import Array

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
    for activation in ACTIVATIONS:
        if activation.name == name:
            return activation
    known = ", ".join(activation.name for activation in ACTIVATIONS)
    raise ValueError(f"unknown activation {name!r}; choose one of {known}.")


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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
