"""Symbols: arrays of SymPy expressions, in a file each: the class, unknown functions, formulas, comparison and source.

Importing this package imports SymPy, so the program itself does not: symbols are known to `derivative`, `softmax` and
the others as soon as there is one.
"""

from symmetry.numbers.symbol.comparison import formula_failure
from symmetry.numbers.symbol.functions import FORMULAS, VARIABLE, formula
from symmetry.numbers.symbol.symbol import Symbol
from symmetry.numbers.symbol.translation import translated
from symmetry.numbers.symbol.unknown import UnknownFormula, UnknownLossFormula, unknown_function
