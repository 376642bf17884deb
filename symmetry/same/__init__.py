"""Holding two functions of JAX against each other: the same function, up to rounding, or not."""

from symmetry.same.check import same_function
from symmetry.same.report import Sameness, Verdict

__all__ = ["Sameness", "Verdict", "same_function"]
