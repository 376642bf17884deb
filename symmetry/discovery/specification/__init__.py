"""Specifications of permutations as plain data: read, written, and held against a function and its groups."""

from symmetry.discovery.specification.change import Change
from symmetry.discovery.specification.judged import judged
from symmetry.discovery.specification.judgement import Judgement
from symmetry.discovery.specification.reading import DoesNotFit, from_axes
from symmetry.discovery.specification.writing import Inexpressible, to_axes

__all__ = ["Change", "DoesNotFit", "Inexpressible", "Judgement", "from_axes", "judged", "to_axes"]
