"""Activations, a small family a file: value, slope and curvature, what is known of each, and its formula.

To add one, write a file that makes an `Activation`, and add it to the list in `symmetry.activation.table`.
"""

from symmetry.activation.activation import Activation, ActivationLike, Facts, derivative, slope, value
from symmetry.activation.elementary import (
    ERROR_FUNCTION,
    EXPONENTIAL,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    reciprocal_square_root,
)
from symmetry.activation.gelu import GELU
from symmetry.activation.piecewise_linear import ABSOLUTE_VALUE, IDENTITY, LEAKY_RELU, RELU
from symmetry.activation.sigmoid import SIGMOID, SILU, SOFTPLUS, TANH
from symmetry.activation.sine import SINE
from symmetry.activation.square import SQUARE
from symmetry.activation.table import ACTIVATIONS, EVERY_FUNCTION, FAMILIES, Choice, activation_named
