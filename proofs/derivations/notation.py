"""What derivations are written in: kinds of steps, the program, and letters for widths, indices, parameters and functions.

Derivations import all of it, what it imports included. At the end, what one hidden unit computes, contributes to the next
layer and learns, as formulas in the unit's index.
"""

import functools

import sympy
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Subs, Sum

from symmetry import network as program
from symmetry.engine.conclude import Sides
from symmetry.engine.derive import Inequality, Lemma, Run, Step
from symmetry.engine.formulas import Every, Reordering
from symmetry.engine.instantiate import PolynomialActivation
from symmetry.numbers.symbol import unknown_function


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

WIDTHS = (N, d, m, p)

parameters, group_order = sympy.symbols("P O", integer=True, positive=True)
"""Parameters of a network; elements of a finite group."""

n = Idx("n", N)
i, h = Idx("i", d), Idx("h", d)
j, r = Idx("j", m), Idx("r", m)
s, t, w = Idx("s", m), Idx("t", m), Idx("w", m)
"""Units of the layer that a derivation singles out."""
element = Idx("a", group_order)
k, q = Idx("k", p), Idx("q", p)

pi = Reordering("pi", (m,))
"""A permutation of the units of the layer: unit pi[j] comes to place j."""
rho = Reordering("rho", (p,))
"""A permutation of the next layer, where that is a hidden layer too."""

swap_step = functools.partial(Step, distinct=((s, t),))
"""A step in which s and t are two different units."""

x, a, z, W, V, b, c = arrays("x a z W V b c")
"""Inputs and activations, preactivations; weights and bias of a layer (W, b) and of the next (V, c)."""
F = array("F")
"""What belongs to a unit: F[j] may be a weight into or out of unit j, or its bias."""
delta, error, y = arrays("delta e y")
"""Errors of a layer (delta) and of the next (e), targets."""

epsilon, eta = sympy.Symbol("epsilon", real=True), sympy.Symbol("eta", positive=True)
"""How far along a direction; the step size."""

phi, slope = unknown_function("phi"), unknown_function("phi", (1,))
"""An activation that may be any differentiable function, and its slope."""

chi = unknown_function("chi")
"""What follows the next layer's preactivations: an output activation, or further layers."""

CHAIN_RULE = "the chain rule"
INDUCTION_ON_STEPS = "the principle of induction, on the number of steps"
INDUCTION_ON_LAYERS = "the principle of induction, on the number of layers"
"""What steps assume most often."""


def total(expression, *indices):
    """The sum over whole ranges of indices."""
    return Sum(expression, *[(index, 0, index.upper) for index in indices])


one_if_equal = KroneckerDelta
"""1 if the two indices are equal, else 0."""


def rate(expression):
    """The derivative of an expression with respect to epsilon, at epsilon = 0."""
    return Subs(Derivative(expression, epsilon), epsilon, 0)


def of_unit(formula, unit):
    """A formula in j, what belongs to unit j, for another unit."""
    return formula.xreplace({j: unit})


def swapped(formula, place=j, unit=j):
    """The entry at a place after units s and t change places; the formula is the entry of a unit, j by default."""
    here, first, second = (formula.xreplace({unit: other}) for other in (place, s, t))
    return here + one_if_equal(place, s) * (second - first) + one_if_equal(place, t) * (first - second)


def others(formula):
    """The sum over all units except s of a formula in j."""
    return total((1 - one_if_equal(j, s)) * formula, j)


def preactivation(unit=j, factor=1):
    """z of a unit, its incoming weights and its bias multiplied by a factor."""
    return total(x[n, i] * (factor * W[i, unit]), i) + factor * b[unit]


def contribution(unit=j):
    """What a unit adds to the preactivation u[n, k] of the next layer."""
    return phi(z[n, unit]) * V[unit, k]


def next_preactivation(contributed):
    """u[n, k] of the next layer, from what each unit j of this one adds to it."""
    return total(contributed, j) + c[k]


def unit_error(unit=j):
    """delta of a unit, from the errors of the next layer (GRAD.2)."""
    return slope(z[n, unit]) * total(error[n, k] * V[unit, k], k)


def incoming_gradient(errors=delta[n, j]):
    """The gradient of a unit's weight from input i, from the unit's errors (GRAD.3)."""
    return total(x[n, i] * errors, n)


def bias_gradient(errors=delta[n, j]):
    """The gradient of a unit's bias, from the unit's errors (GRAD.3)."""
    return total(errors, n)


def gradient_in(errors=delta[n, j]):
    """The gradient of a unit's weight from an input I[n], or of its bias with I[n] = 1, from the unit's errors (GRAD.3)."""
    return total(array("I")[n] * errors, n)


def incoming_gradients(errors=delta[n, j], inputs=a[n, i]):
    """The gradient of a unit's weight from input i plus that of its bias, from the unit's errors (GRAD.3)."""
    return total(inputs * errors, n) + total(errors, n)


def outgoing_gradient(unit=j):
    """The gradient of the unit's weight to unit k of the next layer (GRAD.3)."""
    return total(phi(z[n, unit]) * error[n, k], n)


def losses(outputs):
    """The loss of a batch from the outputs, a formula in n and k: any function of each example's outputs and targets."""
    return total(unknown_function("loss")(Every(outputs, k), Every(y[n, k], k)), n)
