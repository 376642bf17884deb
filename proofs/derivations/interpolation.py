"""Derivations of CAP on one or two inputs: what no single layer separates, what ReLU units interpolate and approximate."""

import dataclasses
import functools

import numpy as np
import sympy
from sympy import Abs

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, network_at
from proofs.interpolants import IncreasingPoints
from symmetry.activation import ABSOLUTE_VALUE, IDENTITY, SQUARE
from symmetry.engine.conclude import Setting
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network
from symmetry.numbers.symbol import Symbol


def farkas(fault: str = ""):
    """CAP.5."""
    one, two = (sympy.Idx(name, 2) for name in "pq")
    computed = one * two if fault == "AND" else one + two - 2 * one * two
    preactivation = W[0, j] * one + W[1, j] * two + b[j]

    def over_corners(counted):
        return total(total(counted * preactivation, one), two)

    threshold = sympy.Symbol("T", real=True)
    above, below = sympy.symbols("above1:3", positive=True), sympy.symbols("below1:3", positive=True)
    yield Inequality(
        "If a monotone output is larger at the corners of 1 than at those of 0, so are the preactivations (or smaller at "
        "each, if it falls), and some T lies between them. Then the sum at the first corners exceeds that at the second ...",
        sum(threshold - margin for margin in below),
        sum(threshold + margin for margin in above),
        strict=True,
        assuming="phi(s) > phi(t) implies s > t, for a phi that never falls",
    )
    yield Step(
        "... but the sums are equal. The certificate: give every corner of the square the weight 1. For any weights "
        "and any bias, the preactivations at the corners (p, q) where the function, p + q - 2 p q, is 1 sum to the same as at "
        "the corners where it is 0.",
        over_corners(computed),
        over_corners(1 - computed),
        simplify=lambda gap: sympy.expand(gap.doit()),
        concludes=Sides(at_the_corners, "", (j,), widths=WIDTHS),
    )


def at_the_corners(at) -> Setting:
    """A network of one layer with two inputs."""
    layer = Layer(at.array("W", 2, m), at.array("b", m))
    return Setting({"network": Network((layer,), (IDENTITY,), HALF_SQUARED_ERROR)}, at)


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
    count = sympy.Symbol("n", integer=True, positive=True)
    point = sympy.Idx("k", count + 1)
    before_, slopes, gaps = arrays("y0 s gap")
    to_next = () if fault == "repeated x" else ((slopes[point], (y[point] - before_[point]) / gaps[point]),)
    yield Step(
        "Write y0[k] for the value at the knot before x_k, and s[k] for the slope from there, (y[k] - y0[k])/gap[k], "
        "where the gap is not 0. (At the first knot let y0 be y, and the slope 0.) Then f takes the value y[k] at "
        "x_k, for every k.",
        before_[point] + slopes[point] * gaps[point],
        y[point],
        given=to_next,
        concludes=Sides(points_to_go_through, "", (point, None), widths=(count,)),
    )


def points_to_go_through(at) -> Setting:
    """As many points as there are units, and one more."""
    count = next(iter(at.sizes))
    gaps, values = at.array("gap", count).map(Abs), at.array("y", count + 1)
    points = IncreasingPoints(at.array("start"), gaps, values)
    before = np.concatenate([values[:1], values[:-1]])
    lengths = np.concatenate([Symbol.of([1]), gaps])
    known = {"y0": before, "gap": lengths, "s": (values - before) / lengths}
    return Setting({"points": points}, at.knowing(y=values, **known))


def approximation(fault: str = ""):
    """CAP.10."""
    here, there, gap = *sympy.symbols("y_k y_next", real=True), sympy.Symbol("gap", positive=True)
    portion = sympy.Symbol("t", nonnegative=True)
    yield Step(
        "Between two knots, a share t of the gap from the first, the interpolant (CAP.7) is the mean r y_k + t y_next of the "
        "values of g there, where r = 1 - t.",
        here + (there - here) / gap * (portion * gap),
        (1 - portion) * here + portion * there,
        simplify=sympy.expand,
    )
    yield from square_units(fault)
    sign = {"real": True} if fault == "width fixed" else {"nonnegative": True}
    left_gap, right_gap = (sympy.IndexedBase(name, **sign)[n] for name in ("left", "right"))
    share, rest, osc = (sympy.IndexedBase(name, nonnegative=True)[n] for name in ("t", "r", "osc"))
    yield Inequality(
        "Both knots are within the gap h of x. So the values of g there differ from g(x), to the side on which f "
        "does, by at most osc(g, h): by osc less `left` and less `right`, which are not negative. So |f(x) - g(x)| is "
        "at most (r + t) osc = osc.",
        rest * (osc - left_gap) + share * (osc - right_gap),
        (rest + share) * osc,
        assuming="a knot within h of x; g continuous, so that osc(g, h) falls to 0 with the gap h, and h as n grows",
        concludes=tuple(
            Sides(between_knots[units], f"[{place}]", (n, None), widths=WIDTHS)
            for place, units in enumerate(between_knots)
        ),
    )


INTERVAL = 4
"""The law approximates from -4 to 4."""


def approximated(units: int, at) -> Setting:
    """A network g of units |w x + b|, and inputs; the letters are those of its interpolant with so many units."""
    at = dataclasses.replace(at, sizes={**at.sizes, d: 1, p: 1})
    network, batch = network_at(at, hidden=ABSOLUTE_VALUE, output=IDENTITY), batch_at(at)
    x, width = batch.x[:, 0], sympy.Rational(2 * INTERVAL, units)
    first = [min(int((each + INTERVAL) // width), units - 1) for each in x]
    knots = Symbol.of([-INTERVAL + place * width for place in first])
    share = (x - knots) / width
    left, right, here = (program.forward(network, each[:, None])[:, 0] for each in (knots, knots + width, x))
    over = (1 - share) * left + share * right - here
    side = Symbol.of([-1 if each < 0 else 1 for each in over])
    steepness = (network.layers[0].weight.map(Abs) @ network.layers[1].weight.map(Abs))[0, 0]
    osc = Symbol.of([steepness * width] * len(x))
    known = {
        "t": share,
        "r": 1 - share,
        "osc": osc,
        "left": osc - side * (left - here),
        "right": osc - side * (right - here),
    }
    units_alone = {
        "w": network.layers[0].weight[0],
        "v": network.layers[1].weight[:, 0],
        "c": network.layers[1].bias[0],
    }
    square = dataclasses.replace(network, activations=(SQUARE, IDENTITY))
    errors = [Abs(point) - program.forward(square, Symbol.of([[point]]))[0, 0] for point in POINTS]
    slack = [Abs(error) + (1 if weight > 0 else -1) * error for error, weight in zip(errors, WEIGHTS, strict=True)]
    letters = {**known, **units_alone, **{f"slack{place}": each for place, each in enumerate(slack, start=1)}}
    return Setting({"network": network, "batch": batch}, at.knowing(**letters))


between_knots = {units: functools.partial(approximated, units) for units in (1, 2, 8)}
"""The numbers of units that the law tries."""


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
    shift = sympy.Symbol("c", real=True)

    def computed(point):
        pre = incoming[j] * point + b[j]
        return total(outgoing[j] * (Abs(pre) if fault == "units |z| for units z^2" else pre**2), j) + shift

    law = functools.partial(Sides, between_knots[1], widths=WIDTHS)
    rising, falling = (
        sum(max(side * weight, 0) * computed(point) for weight, point in zip(WEIGHTS, POINTS, strict=True))
        for side in (1, -1)
    )
    yield Step(
        "Square units, on the other hand, compute a function q that has a fourth difference of 0 over the five points -1, -1/2, "
        "0, 1/2, 1, however many units there are: its terms with positive weights sum to the same as those with negative ones.",
        rising,
        falling,
        concludes=law("[3]", (None, None)),
    )
    yield Step("The fourth difference of abs(x) is -2.", fourth_difference(Abs), -2)
    slack = sympy.symbols("slack1:6", nonnegative=True)
    wasted = sum(abs(weight) * left for weight, left in zip(WEIGHTS, slack, strict=True))
    yield Inequality(
        "So the errors abs(x) - q(x) at the five points, times the weights 1, -4, 6, -4, 1, sum to -2. Each term is "
        "minus the size |weight| |error| of it, plus a number |weight| slack that is not negative. So the sizes sum "
        "to at least 2, and their mean, as the weights sum to 16, is at least 1/8: so is the largest error. (x^2 + "
        "1/8 attains it.)",
        sympy.Rational(1, 8),
        (2 + wasted) / sum(map(abs, WEIGHTS)),
        concludes=law("[4]", (None, None)),
    )
