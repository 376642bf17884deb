"""Activations: value, slope and curvature, what is known of each, and its formula.

To add one, make an `Activation` in `symmetry.activation.table`, and add it to the list there.
"""

from symmetry.activation.activation import Activation, ActivationLike, Facts, derivative, slope, value
from symmetry.activation.table import (
    ABSOLUTE_VALUE,
    ACTIVATIONS,
    ERROR_FUNCTION,
    EVERY_FUNCTION,
    EXPONENTIAL,
    FAMILIES,
    GELU,
    IDENTITY,
    LEAKY_RELU,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    RELU,
    SIGMOID,
    SILU,
    SINE,
    SOFTPLUS,
    SQUARE,
    TANH,
    Choice,
    activation_named,
    reciprocal_square_root,
)
