"""Normalisation of activations: batch norm, layer norm and RMS norm, in operators and one reciprocal square root."""

import functools
from typing import Any

from symmetry.activation import RECIPROCAL_SQUARE_ROOT


@functools.singledispatch
def reciprocal_square_root(z) -> Any:
    """1 / sqrt(z), entry by entry; its slope is -1/(2 z sqrt(z)), that is -1/2 of its cube.

    Residues take an unknown function for it, so that what they pass does not rely on the root.

    >>> import jax.numpy as jnp
    >>> float(reciprocal_square_root(jnp.array(4.0)))
    0.5
    """
    return RECIPROCAL_SQUARE_ROOT.evaluate(z, 0)


def centred(z, axis: int):
    """z less its mean along an axis: 0 over the examples, -1 over the units."""
    return z - z.sum(axis, keepdims=True) / z.shape[axis]


def scaled(z, axis: int, epsilon):
    """z / sqrt(mean of z^2 along an axis + epsilon)."""
    return z * reciprocal_square_root((z * z).sum(axis, keepdims=True) / z.shape[axis] + epsilon)


def batch_norm(z, epsilon=0):
    """Every unit of z (examples, units) with mean 0 and variance 1 over the batch (ioffe2015batch)."""
    return scaled(centred(z, 0), 0, epsilon)


def layer_norm(z, epsilon=0):
    """Every example of z (examples, units) with mean 0 and variance 1 over its units (ba2016layer)."""
    return scaled(centred(z, -1), -1, epsilon)


def rms_norm(z, epsilon=0):
    """Every example of z (examples, units) with mean square 1 over its units (zhang2019root)."""
    return scaled(z, -1, epsilon)
