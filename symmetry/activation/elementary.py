"""Elementary functions that softmax, normalisation and the formula of GELU are made of, as activations.

The exponential, the logarithm and the reciprocal square root are not Lipschitz: balls bound them by formulas of their own.
"""

import functools
import math

from jax import lax

from symmetry.activation.activation import Activation, Facts
from symmetry.activation.piecewise_linear import constant
from symmetry.array import Array

_UNBOUNDED = Facts(math.inf, relative=6)

EXPONENTIAL = Activation(
    "exponential", "exp(z)", (lax.exp, lax.exp, lax.exp), (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED), through_zero=False
)
LOGARITHM = Activation(
    "logarithm",
    "log(z)",
    (lax.log, lambda z: 1 / z, lambda z: -1 / (z * z)),
    (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED),
    through_zero=False,
)
RECIPROCAL_SQUARE_ROOT = Activation(
    "reciprocal_square_root",
    "1 / sqrt(z)",
    (lambda z: 1 / lax.sqrt(z), lambda z: -1 / (2 * z * lax.sqrt(z)), lambda z: 3 / (4 * z * z * lax.sqrt(z))),
    (_UNBOUNDED, _UNBOUNDED, _UNBOUNDED),
    through_zero=False,
)
ERROR_FUNCTION = Activation(
    "error_function",
    "erf(z)",
    (lax.erf, lambda z: 2 / math.sqrt(math.pi) * lax.exp(-z * z), constant(math.nan)),
    (Facts(1.13, relative=12), Facts(1, relative=math.inf), Facts(math.inf)),
    odd=True,
)


@functools.singledispatch
def reciprocal_square_root(z: Array) -> Array:
    """1 / sqrt(z), entry by entry; its slope is -1/(2 z sqrt(z)), that is -1/2 of its cube.

    Residues take an unknown function for it, so that what they pass does not rely on the root.

    >>> import jax.numpy as jnp
    >>> float(reciprocal_square_root(jnp.array(4.0)))
    0.5
    """
    return RECIPROCAL_SQUARE_ROOT.evaluate(z, 0)
