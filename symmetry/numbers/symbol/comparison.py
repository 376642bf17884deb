"""How symbols are compared: two formulas are equal if SymPy reduces their difference to 0."""

import numpy as np
import sympy

from symmetry.numbers.comparison import Leaf
from symmetry.numbers.symbol.symbol import Symbol


def formula_failure(leaf: Leaf) -> str:
    """Where a leaf of SymPy's expressions breaks its relation, and by what; empty if it holds."""
    if leaf.relation == "cancels":
        return _not_cancelling(leaf.path, leaf.left)
    gaps = {}
    for place in np.ndindex(*leaf.left.shape):
        left, right = leaf.left[place], leaf.right[place]
        if left != right and (gap := _reduced(left - right)) != 0:
            gaps[place] = gap
    if leaf.relation == "differs":
        return "" if gaps else f"{leaf.path} is equal on both sides"
    for place, gap in gaps.items():
        if leaf.relation == "equal" or not gap.is_nonpositive:
            where = f"{leaf.path}{list(place) or ''}" or "the value"
            return f"{where} differs by {_short(gap)}"
    return ""


def _not_cancelling(path: str, terms: Symbol) -> str:
    """Where terms do not sum to 0 along the last axis, or that all of them are 0; empty if they cancel."""
    for place in np.ndindex(*terms.shape[:-1]):
        if (gap := _reduced(sympy.Add(*terms[place]))) != 0:
            return f"{path}{list(place)}: the terms sum to {_short(gap)}"
    return "" if any(_reduced(term) != 0 for term in terms.ravel()) else f"{path}: all terms are 0"


def _reduced(expression: sympy.Expr) -> sympy.Expr:
    """The expression expanded, and simplified where that leaves something other than a number."""
    expanded = sympy.expand(expression)
    if expanded == 0 or expanded.is_Rational:
        return expanded
    # Over a common denominator fractions cancel many times as fast as `simplify` finds out.
    return sympy.S.Zero if sympy.cancel(expanded) == 0 else sympy.simplify(expanded)


def _short(formula: sympy.Expr) -> str:
    """A formula, its middle left out where it is too long to read."""
    text = str(formula)
    return text if len(text) <= 200 else f"{text[:120]} ... {text[-60:]}"
