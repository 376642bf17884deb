"""The number systems that the one program runs on: one file each.

Floats are JAX arrays and need no file. Importing this package makes every system known to `derivative`,
`softmax`, `log_sum_exp` and `reciprocal_square_root`.
"""

from symmetry.numbers.ball import Ball
from symmetry.numbers.dual import Dual
from symmetry.numbers.residue import Residue

__all__ = ["Ball", "Dual", "Residue"]
