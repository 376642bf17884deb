"""How many dimensions a model's functions have: a certified rank, and what its known symmetries leave of the parameters."""

from symmetry.dimension.measure import dimension
from symmetry.dimension.report import Dimension, Named

__all__ = ["Dimension", "Named", "dimension"]
