"""An activation: softsign, z / (1 + |z|), as it would stand in `symmetry/activation/table.py`."""

from jax import lax

from symmetry.activation.activation import Activation, Facts

SOFTSIGN = Activation(
    "softsign",
    "Piecewise((z / (1 - z), z < 0), (z / (1 + z), True))",
    (
        lambda z: z / (1 + lax.abs(z)),
        lambda z: 1 / ((1 + lax.abs(z)) * (1 + lax.abs(z))),
        lambda z: -2 * lax.sign(z) / ((1 + lax.abs(z)) * (1 + lax.abs(z)) * (1 + lax.abs(z))),
    ),
    (Facts(1, relative=2), Facts(2, relative=4), Facts(6, jump=4, relative=6)),
    odd=True,
)
