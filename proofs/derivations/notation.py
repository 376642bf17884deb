"""The letters that derivations are written in: widths, indices, parameters, unknown functions."""

import sympy
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Subs, Sum

from symmetry.numbers.symbol import unknown_function

__all__ = [
    "N", "V", "W", "a", "b", "c", "d", "delta", "epsilon", "error", "h", "i", "j", "k", "m", "n", "one_if_equal", "p",
    "phi", "q", "r", "rate", "s", "slope", "swapped", "t", "total", "w", "x", "y", "z",
]  # fmt: skip
"""Derivations import all of it."""

N = sympy.Symbol("N", integer=True, positive=True)
"""Examples in the batch."""
d, m, p = sympy.symbols("d m p", integer=True, positive=True)
"""Units coming into a layer, units of the layer, units of the next layer."""

n = Idx("n", N)
i, h = Idx("i", d), Idx("h", d)
j, r = Idx("j", m), Idx("r", m)
s, t, w = Idx("s", m), Idx("t", m), Idx("w", m)
"""Units of the layer that a derivation singles out."""
k, q = Idx("k", p), Idx("q", p)

x, a, z, W, V, b, c = (IndexedBase(name, real=True) for name in ("x", "a", "z", "W", "V", "b", "c"))
"""Inputs and activations, preactivations; weights and bias of a layer (W, b) and of the next (V, c)."""
delta, error, y = (IndexedBase(name, real=True) for name in ("delta", "e", "y"))
"""Errors of a layer (delta) and of the next (e), targets."""

epsilon = sympy.Symbol("epsilon", real=True)
"""How far along a direction."""

phi, slope = unknown_function("phi"), unknown_function("phi", (1,))
"""An activation of which nothing is known, and its slope."""


def total(expression, *indices):
    """The sum over whole ranges of indices."""
    return Sum(expression, *[(index, 0, index.upper) for index in indices])


def rate(expression):
    """The derivative of an expression along the direction that epsilon moves it in, at epsilon = 0."""
    return Subs(Derivative(expression, epsilon), epsilon, 0)


def one_if_equal(left, right):
    """1 if the two indices are equal, else 0."""
    return KroneckerDelta(left, right)


def swapped(of, place=j):
    """What stands at a place after units s and t change places; `of` gives what belongs to a unit."""
    return of(place) + one_if_equal(place, s) * (of(t) - of(s)) + one_if_equal(place, t) * (of(s) - of(t))
