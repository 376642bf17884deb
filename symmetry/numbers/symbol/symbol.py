"""Symbols: NumPy object arrays of SymPy expressions, which turn the program into its own formulas (meurer2017sympy)."""

from collections.abc import Callable

import numpy as np
import sympy

from symmetry.array import Array


class Symbol(np.ndarray):
    """A NumPy array of SymPy expressions.

    >>> (Symbol.of([[sympy.Symbol("a"), 2]]) @ Symbol.of([[3], [sympy.Symbol("b")]])).tolist()
    [[3*a + 2*b]]
    """

    @classmethod
    def of(cls, entries: Array) -> "Symbol":
        """An array of the given entries, each made a SymPy expression; floats are taken exactly."""
        raw = np.array(entries, dtype=object)
        exact = np.array([_exact(entry) for entry in raw.ravel()], dtype=object)
        return exact.reshape(raw.shape).view(cls)

    @classmethod
    def named(cls, name: str, shape: tuple[int, ...], *, positive: bool = False) -> "Symbol":
        """An array of real symbols, named by their place: w_0_1."""
        places = np.ndindex(*shape)
        symbols = [_variable(name, place, positive) for place in places]
        return cls.of(np.array(symbols, dtype=object).reshape(shape))

    def map(self, function: Callable) -> "Symbol":
        return np.array([function(entry) for entry in self.ravel()], dtype=object).reshape(self.shape).view(Symbol)


def _exact(entry) -> sympy.Expr:
    return sympy.Rational(entry) if isinstance(entry, float | np.floating) else sympy.sympify(entry)


def _variable(name: str, place: tuple[int, ...], positive: bool) -> sympy.Symbol:
    known = {"positive": True} if positive else {"real": True}
    return sympy.Symbol("_".join([name, *map(str, place)]), **known)
