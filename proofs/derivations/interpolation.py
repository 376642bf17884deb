"""Derivations of CAP on one or two inputs: what no single layer separates, what ReLU units interpolate and approximate."""

import itertools

import sympy
from sympy import Abs

from proofs.derivations.notation import *
from proofs.exact_networks import exact_network
from proofs.interpolants import IncreasingPoints, interpolant
from symmetry.numbers.symbol import Symbol

CORNERS = tuple(itertools.product((0, 1), repeat=2))


def farkas(fault: str = ""):
    """CAP.5."""
    computed = (lambda one, two: one & two) if fault == "AND" else (lambda one, two: one ^ two)
    ones, zeros = ([corner for corner in CORNERS if computed(*corner) == kind] for kind in (1, 0))

    def preactivation(corner):
        return W[0, 0] * corner[0] + W[1, 0] * corner[1] + b[0]

    yield Step(
        "The certificate: give every corner of the square the weight 1. For any weights and any bias, the sum of the "
        "preactivations at the corners where the function is 1 equals their sum at the corners where it is 0.",
        sum(map(preactivation, ones)),
        sum(map(preactivation, zeros)),
    )
    yield Run(
        "The preactivations that the program computes have the same sum, here at the corners where the function is 1.",
        lambda at: Symbol.of(
            program.forward_pass(exact_network([at.array("W", 2, 1)], [at.array("b", 1)]), Symbol.of(ones))[0][0].sum()
        ),
        sum(map(preactivation, zeros)),
        (),
        (),
    )
    threshold = sympy.Symbol("T", real=True)
    above, below = sympy.symbols("above1:3", positive=True), sympy.symbols("below1:3", positive=True)
    yield Inequality(
        "But if a monotone output is larger at the corners of 1 than at those of 0, so are the preactivations (or smaller at "
        "each, if it falls), and some T lies between them. Then the first sum exceeds the second, so they cannot be equal.",
        sum(threshold - margin for margin in below),
        sum(threshold + margin for margin in above),
        strict=True,
        assuming="phi(s) > phi(t) implies s > t, for a phi that never falls",
    )


def relu(number):
    """max(z, 0), written so that SymPy uses the sign of z."""
    return (number + Abs(number)) / 2


def interpolation(fault: str = ""):
    """CAP.7."""
    beyond = sympy.Symbol("h", positive=True)
    yield Step("To the right of its knot, at a distance h, a unit gives relu(h) = h ...", relu(beyond), beyond)
    yield Step("... and to the left of it, relu(-h) = 0: it is off.", relu(-beyond), 0)
    left, knot, place, after, before, at_left = sympy.symbols("x_prev x_k x s_k s_prev y_prev", real=True)
    at_knot = at_left + before * (knot - left)
    yield Step(
        "Induction from knot to knot. Suppose that f(x) = y_prev + s_prev (x - x_prev) up to the knot x_k, where its value is "
        "y_k = y_prev + s_prev (x_k - x_prev). To the right of x_k, unit k is on and adds (s_k - s_prev)(x - x_k): there "
        "f(x) = y_k + s_k (x - x_k).",
        at_left + before * (place - left) + (after - before) * (place - knot),
        at_knot + after * (place - knot),
        assuming="the principle of induction, on the number of knots; before the first, f(x) = y_0 and s_prev = 0",
    )
    here, there = sympy.symbols("y_k y_next", real=True)
    gap = sympy.S.Zero if fault == "repeated x" else sympy.Symbol("gap", positive=True)
    rise = after if fault == "repeated x" else (there - here) / gap
    yield Step(
        "With s_k = (y_next - y_k) / gap, where the gap to the next knot is not 0, f takes the value y_next at that knot. In "
        "this way f goes through every point.",
        here + rise * gap,
        there,
        simplify=sympy.expand,
    )
    count = sympy.Symbol("n", integer=True, positive=True)
    point = sympy.Idx("k", count + 1)
    yield Run(
        "The program, with the n units that `interpolant` makes, at every knot.",
        lambda at: values_at_knots(at, count),
        y[point],
        (point,),
        (count,),
    )


def values_at_knots(at, count):
    """The interpolant of n + 1 points of an instance, at their x: shape (n + 1,)."""
    gaps = at.array("gap", count).map(Abs)
    points = IncreasingPoints(at.array("start"), gaps, at.array("y", count + 1))
    return program.forward(interpolant(points), points.x[:, None])[:, 0]


def approximation(fault: str = ""):
    """CAP.10."""
    here, there, gap = *sympy.symbols("y_k y_next", real=True), sympy.Symbol("gap", positive=True)
    share, rest = sympy.symbols("t r", nonnegative=True)
    yield Step(
        "Between two knots, a share t of the gap from the first, the interpolant (CAP.7) is the mean r y_k + t y_next of the "
        "values of g there, where r = 1 - t.",
        here + (there - here) / gap * (share * gap),
        (1 - share) * here + share * there,
        simplify=sympy.expand,
    )
    osc = sympy.Symbol("osc", real=True)
    sign = {"real": True} if fault == "width fixed" else {"nonnegative": True}
    below, above = sympy.symbols("below1:3", **sign), sympy.symbols("above1:3", **sign)
    yield Inequality(
        "Both knots are within the gap h of x. So the values of g there exceed g(x) by at most osc(g, h), that is, by osc less "
        "a number that is not negative. The interpolant therefore exceeds g(x) by at most (r + t) osc = osc ...",
        rest * (osc - below[0]) + share * (osc - below[1]),
        (rest + share) * osc,
        assuming="a knot within h of x; g continuous, so that osc(g, h) falls to 0 with the gap h, and h as n grows",
    )
    yield Inequality(
        "... and is below it by at most as much.",
        -(rest + share) * osc,
        rest * (above[0] - osc) + share * (above[1] - osc),
    )
    yield from square_units(fault)


POINTS = tuple(sympy.Rational(place, 2) for place in range(-2, 3))
"""-1, -1/2, 0, 1/2 and 1, where abs(x) differs most from x^2 + 1/8, with alternating signs."""

WEIGHTS = (1, -4, 6, -4, 1)
"""The weights of the values at those points in their fourth difference."""


def fourth_difference(of):
    """The weighted sum of a function's values at the five points."""
    return sum(weight * of(point) for weight, point in zip(WEIGHTS, POINTS, strict=True))


def square_units(fault: str):
    """Square units compute polynomials of degree 2, which do not come near to abs(x)."""
    incoming, outgoing = arrays("w v")
    count = sympy.Symbol("n", integer=True, positive=True)
    unit = sympy.Idx("j", count)
    shift = sympy.Symbol("c", real=True)

    def computed(point):
        pre = incoming[unit] * point + b[unit]
        return total(outgoing[unit] * (Abs(pre) if fault == "units |z| for units z^2" else pre**2), unit) + shift

    yield Step(
        "Square units, on the other hand, compute a function q that has a fourth difference of 0 over the five points -1, -1/2, "
        "0, 1/2, 1, however many units there are.",
        fourth_difference(computed),
        0,
    )
    yield Step("The fourth difference of abs(x) is -2.", fourth_difference(Abs), -2)
    worst, slack = sympy.Symbol("E", positive=True), sympy.symbols("slack1:6", nonnegative=True)
    errors = [(left - worst) if weight > 0 else (worst - left) for weight, left in zip(WEIGHTS, slack, strict=True)]
    yield Inequality(
        "If abs(x) - q(x) stays within E of 0 at the five points, its fourth difference, which is -2, is at least -16 E. So E is "
        "at least 1/8. (x^2 + 1/8 attains it.)",
        -sum(map(abs, WEIGHTS)) * worst,
        sum(weight * each for weight, each in zip(WEIGHTS, errors, strict=True)),
    )
