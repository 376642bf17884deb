"""Symbols: arrays of SymPy expressions, in a file each: the class, functions and source.

Importing this package imports SymPy, so the program itself does not: symbols are known to `derivative`, `softmax` and
the others as soon as there is one.
"""

from symmetry.numbers.symbol.functions import (
    FORMULAS,
    VARIABLE,
    UnknownFormula,
    UnknownLossFormula,
    formula,
    translated,
    unknown_function,
)
from symmetry.numbers.symbol.symbol import Symbol, formula_failure
