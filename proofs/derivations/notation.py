"""The letters that derivations are written in: widths, indices, parameters, unknown functions."""

from collections.abc import Callable

import sympy
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Subs, Sum

from symmetry.numbers.symbol import unknown_function

__all__ = [
    "CHAIN_RULE", "INDUCTION", "N", "V", "W", "a", "arrays", "b", "c", "contribution", "d", "delta", "epsilon", "error",
    "eta", "h", "i", "incoming_gradients", "j", "k", "m", "n", "next_preactivation", "one_if_equal", "others",
    "outgoing_gradient", "p", "phi", "preactivation", "q", "r", "rate", "s", "slope", "swapped", "t", "total", "unit_error",
    "w", "x", "y", "z",
]  # fmt: skip
"""Derivations import all of it."""

CHAIN_RULE = "the chain rule"
INDUCTION = "the principle of induction, on the number of steps"
"""What many steps assume."""


def arrays(names: str) -> tuple[IndexedBase, ...]:
    """Arrays of real numbers, by their names."""
    return tuple(IndexedBase(name, real=True) for name in names.split())


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

x, a, z, W, V, b, c = arrays("x a z W V b c")
"""Inputs and activations, preactivations; weights and bias of a layer (W, b) and of the next (V, c)."""
delta, error, y = arrays("delta e y")
"""Errors of a layer (delta) and of the next (e), targets."""

epsilon = sympy.Symbol("epsilon", real=True)
"""How far along a direction."""
eta = sympy.Symbol("eta", positive=True)
"""The step size."""

phi, slope = unknown_function("phi"), unknown_function("phi", (1,))
"""An unknown activation and its slope."""


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


def preactivation(unit, scale=1):
    """z of a unit, its incoming weights and bias multiplied by a number."""
    return total(x[n, i] * (scale * W[i, unit]), i) + scale * b[unit]


def contribution(unit, activation: Callable = phi):
    """What a unit adds to the preactivations of the next layer."""
    return activation(z[n, unit]) * V[unit, k]


def next_preactivation(contributed):
    """A preactivation of the next layer, from what each unit j of this one contributes."""
    return total(contributed, j) + c[k]


def others(of):
    """The sum over all units but s; `of` gives what a unit contributes."""
    return total((1 - one_if_equal(j, s)) * of(j), j)


def unit_error(unit):
    """The error of a unit in example n (GRAD.2)."""
    return slope(z[n, unit]) * total(error[n, k] * V[unit, k], k)


def incoming_gradients(errors, inputs=x):
    """The gradient of an incoming weight plus that of the bias, from a unit's error in example n (GRAD.3)."""
    return total(inputs[n, i] * errors, n) + total(errors, n)


def outgoing_gradient(unit, activation: Callable = phi):
    """The gradient of an outgoing weight of a unit (GRAD.3)."""
    return total(activation(z[n, unit]) * error[n, k], n)
