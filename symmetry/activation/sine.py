"""The sine."""

from jax import lax

from symmetry.activation.activation import Activation, Facts

SINE = Activation(
    "sine",
    "sin(z)",
    (lax.sin, lax.cos, lambda z: -lax.sin(z)),
    (Facts(1, relative=3), Facts(1, relative=3), Facts(1, relative=3)),
    odd=True,
)
