"""Normalisation of activations: batch norm, layer norm and RMS norm, in operators and one reciprocal square root."""

import numpy as np

from symmetry.activation import reciprocal_square_root
from symmetry.array import Array


def centred(z: Array, axis: int) -> Array:
    """z less its mean along an axis: 0 over the examples, -1 over the units."""
    return z - z.sum(axis, keepdims=True) / z.shape[axis]


def scaled(z: Array, axis: int, epsilon: Array) -> Array:
    """z / sqrt(mean of z^2 along an axis + epsilon)."""
    return z * reciprocal_square_root((z * z).sum(axis, keepdims=True) / z.shape[axis] + epsilon)


def batch_norm(z: Array, epsilon: Array = 0) -> Array:
    """Every unit of z (examples, units) with mean 0 and variance 1 over the batch (ioffe2015batch)."""
    return scaled(centred(z, 0), 0, epsilon)


def layer_norm(z: Array, epsilon: Array = 0) -> Array:
    """Every example of z (examples, units) with mean 0 and variance 1 over its units (ba2016layer)."""
    return scaled(centred(z, -1), -1, epsilon)


def rms_norm(z: Array, epsilon: Array = 0) -> Array:
    """Every example of z (examples, units) with mean square 1 over its units (zhang2019root)."""
    return scaled(z, -1, epsilon)


def unnormed(z: Array, epsilon: Array = 0) -> Array:
    """z as it is, in the place of a norm."""
    return z


def group_norm(z: Array, groups: int, epsilon: Array = 0) -> Array:
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
