"""The number systems that the one program runs on: a file or a folder each.

Floats are JAX arrays and need no class. To add a system, write its class, and register beside it what the program needs:
`derivative`, `reciprocal_square_root`, `softmax` and `log_sum_exp`, how its numbers are compared (`compare_leaf`), and a
`Source` that draws them; then import it here. Symbols are left out of this list, since they import SymPy: they are known
as soon as there is one. Formal arrays are left out, too: they write the program's formulas, for `symmetry.formal` only.
"""

from symmetry.numbers.ball import Ball
from symmetry.numbers.dual import Dual
from symmetry.numbers.residue import Residue
