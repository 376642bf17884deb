"""The square, whose slope grows without bound."""

from symmetry.activation.activation import Activation, Facts
from symmetry.activation.piecewise_linear import constant

SQUARE = Activation(
    "square",
    "z**2",
    (lambda z: z * z, lambda z: 2 * z, constant(2)),
    (Facts(0, growth=2, relative=1), Facts(2), Facts(0)),
    homogeneous=2,
)
