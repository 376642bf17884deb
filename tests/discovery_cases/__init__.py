"""Cases of the rules of discovery: small functions, and what may move along the axes of their arguments and results."""

import jax_programs

from discovery_cases.arithmetic import ELEMENTWISE, LINEAR_ALGEBRA, ORDER, REDUCTIONS, SPECIAL
from discovery_cases.case import Case, of_floats
from discovery_cases.contractions import CONTRACTIONS, CONVOLUTIONS
from discovery_cases.control import CONSTANTS, CONTROL
from discovery_cases.indexing import INDEXING
from discovery_cases.shapes import SHAPES

WITH_CONSTANTS = {
    "pow with whole floats", "pow with integers", "pow of two", "atan2", "max and min", "comparisons", "select of three",
    "random numbers", "dropout",
}  # fmt: skip
"""Functions of `jax_programs` in which an array differs along the axis."""

FUNCTIONS = {
    name: of_floats(function, "a->a", argument.shape)
    for name, (function, argument) in jax_programs.ELEMENTWISE.items()
    if not isinstance(argument, tuple) and name not in WITH_CONSTANTS
}

CASES: dict[str, Case] = {
    f"{family}: {name}": case
    for family, cases in {
        "functions": FUNCTIONS,
        "elementwise": ELEMENTWISE,
        "special": SPECIAL,
        "shapes": SHAPES,
        "reductions": REDUCTIONS,
        "order": ORDER,
        "linear algebra": LINEAR_ALGEBRA,
        "contractions": CONTRACTIONS,
        "convolutions": CONVOLUTIONS,
        "indexing": INDEXING,
        "control": CONTROL,
        "constants": CONSTANTS,
    }.items()
    for name, case in cases.items()
}
