"""Normalisation of activations: batch norm, layer norm and RMS norm, in operators and one reciprocal square root."""

import functools
from typing import Any

import numpy as np

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


def group_norm(z, groups: int, epsilon=0):
    """Every example of z (examples, units) with mean 0 and variance 1 over each of `groups` equal groups of units."""
    size = z.shape[-1] // groups
    total = None
    for group in range(groups):
        own = np.arange(z.shape[-1]) // size == group
        members = own.astype(int)[None, :]
        from_mean = (z - (z * members).sum(-1, keepdims=True) / size) * members
        variance = (from_mean * from_mean).sum(-1, keepdims=True) / size
        normal = from_mean * reciprocal_square_root(variance + epsilon)
        total = normal if total is None else total + normal
    return total
