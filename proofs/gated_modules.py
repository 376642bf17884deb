"""GLU.1 on gated units made of Flax's and of Equinox's linear layers."""

import functools
from collections.abc import Callable

import jax

from proofs.gated_layer import GatedLayer
from proofs.linear_modules import LINEAR
from symmetry.array import Array


def gated_by(linear: Callable, layer: GatedLayer, x: Array) -> Array:
    """The outputs of gated units, which call a library's linear layers and JAX's SiLU."""
    units = jax.nn.silu(linear(layer.gate, x)) * linear(layer.up, x)
    return linear(layer.down, units)


GATED = {name: functools.partial(gated_by, linear) for name, linear in LINEAR.items()}
"""Gated units made of the modules of each library."""
