"""Sums in every number system: they start from the first array, because no number 0 belongs to all systems."""

import functools
import operator
from collections.abc import Sequence

from symmetry.array import Array
from symmetry.network import Layer


def total(arrays: Sequence[Array]) -> Array:
    """The sum of the arrays, in their order."""
    return functools.reduce(operator.add, arrays)


def mean(arrays: Sequence[Array]) -> Array:
    """Their sum divided by how many they are."""
    return total(arrays) / len(arrays)


def parameters_of(layers: Sequence[Layer]) -> list[Array]:
    """Every weight and bias, layer by layer."""
    return [array for layer in layers for array in (layer.weight, layer.bias) if array is not None]


def inner_product(one: Sequence[Layer], other: Sequence[Layer]) -> Array:
    """The sum of the products of all entries at the same places: shape ()."""
    pairs = zip(parameters_of(one), parameters_of(other), strict=True)
    return total([(left * right).sum() for left, right in pairs])
