"""Specifications of permutations as plain data: read, written, and held against a function and its groups."""

from symmetry.discovery.specification.reading import DoesNotFit, from_axes
from symmetry.discovery.specification.writing import Inexpressible, to_axes

__all__ = ["DoesNotFit", "Inexpressible", "from_axes", "to_axes"]
