"""The letters that derivations are written in: widths, indices, parameters, unknown functions, and sums over them."""

import sympy
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Subs, Sum

from symmetry.numbers.symbol import unknown_function

__all__ = [
    "CHAIN_RULE", "DIFFERENT", "INDUCTION_ON_STEPS", "N", "V", "W", "a", "array", "arrays", "b", "c", "d", "delta",
    "epsilon", "error", "eta", "h", "i", "j", "k", "m", "n", "one_if_equal", "p", "phi", "q", "r", "rate", "s", "slope",
    "swapped", "t", "total", "w", "x", "y", "z",
]  # fmt: skip
"""Derivations import all of it."""


def array(name: str) -> IndexedBase:
    """An array of real numbers, with any number of indices."""
    return IndexedBase(name, real=True)


def arrays(names: str) -> tuple[IndexedBase, ...]:
    """Arrays of real numbers, from their names with spaces between."""
    return tuple(map(array, names.split()))


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

DIFFERENT = ((s, t),)
"""For a step in which s and t are two different units."""

x, a, z, W, V, b, c = arrays("x a z W V b c")
"""Inputs and activations, preactivations; weights and bias of a layer (W, b) and of the next (V, c)."""
delta, error, y = arrays("delta e y")
"""Errors of a layer (delta) and of the next (e), targets."""

epsilon, eta = sympy.Symbol("epsilon", real=True), sympy.Symbol("eta", positive=True)
"""How far along a direction; the step size."""

phi, slope = unknown_function("phi"), unknown_function("phi", (1,))
"""An activation that may be any differentiable function, and its slope."""

CHAIN_RULE = "the chain rule"
INDUCTION_ON_STEPS = "the principle of induction, on the number of steps"
"""What steps assume most often."""


def total(expression, *indices):
    """The sum over whole ranges of indices."""
    return Sum(expression, *[(index, 0, index.upper) for index in indices])


def rate(expression):
    """The derivative of an expression with respect to epsilon, at epsilon = 0."""
    return Subs(Derivative(expression, epsilon), epsilon, 0)


def one_if_equal(left, right):
    """1 if the two indices are equal, else 0."""
    return KroneckerDelta(left, right)


def swapped(of, place=j):
    """The entry at a place after units s and t change places; `of(unit)` is the entry of a unit."""
    return of(place) + one_if_equal(place, s) * (of(t) - of(s)) + one_if_equal(place, t) * (of(s) - of(t))
