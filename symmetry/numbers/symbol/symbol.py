"""Symbols: NumPy object arrays of SymPy expressions, which turn the program into its own formulas (meurer2017sympy).

Two formulas are equal if SymPy reduces their difference to 0.
"""

from collections.abc import Callable

import numpy as np
import sympy

from symmetry.array import Array
from symmetry.numbers.comparison import Leaf


class Symbol(np.ndarray):
    """A NumPy array of SymPy expressions.

    >>> (Symbol.of([[sympy.Symbol("a"), 2]]) @ Symbol.of([[3], [sympy.Symbol("b")]])).tolist()
    [[3*a + 2*b]]
    """

    @property
    def __array_priority__(self) -> int:
        """Above that of JAX's arrays: NumPy computes with those of whole numbers, and does not leave it to JAX."""
        return 1000

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Array, **options):
        """NumPy's operators entry by entry; floats are taken exactly."""
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        result = getattr(ufunc, method)(*map(_plain, inputs), **options)
        is_comparison = np.issubdtype(getattr(result, "dtype", type(result)), np.bool_)
        return result if is_comparison else np.asarray(result, dtype=object).view(Symbol)

    @classmethod
    def of(cls, entries: Array) -> "Symbol":
        """An array of the given entries, each made a SymPy expression; floats are taken exactly."""
        raw = np.array(entries, dtype=object)
        exact = np.array([_exact(entry) for entry in raw.ravel()], dtype=object)
        return exact.reshape(raw.shape).view(cls)

    @classmethod
    def named(cls, name: str, shape: tuple[int, ...], *, positive: bool = False) -> "Symbol":
        """An array of real symbols, named by their place: w_0_1."""
        known = {"positive": True} if positive else {"real": True}
        symbols = [sympy.Symbol("_".join([name, *map(str, place)]), **known) for place in np.ndindex(*shape)]
        return cls.of(np.array(symbols, dtype=object).reshape(shape))

    def map(self, function: Callable) -> "Symbol":
        return np.array([function(entry) for entry in self.ravel()], dtype=object).reshape(self.shape).view(Symbol)


def _plain(operand: Array) -> Array:
    """An operand as NumPy's own array of expressions, if it is an array of symbols or of floats."""
    if np.issubdtype(getattr(operand, "dtype", type(operand)), np.floating):
        operand = Symbol.of(operand)
    return operand.view(np.ndarray) if isinstance(operand, Symbol) else operand


def _exact(entry) -> sympy.Expr:
    return sympy.Rational(float(entry)) if isinstance(entry, float | np.floating) else sympy.sympify(entry)


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
