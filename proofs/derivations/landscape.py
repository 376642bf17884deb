"""Derivations of LAND: what would follow if the loss were convex, and why it is not."""

import sympy

from proofs.derivations.notation import *
from proofs.exact_networks import exact_batch, exact_network
from symmetry.numbers.symbol import Symbol


def orbit_mean(fault: str = ""):
    """LAND.2."""
    size = sympy.Symbol("G", integer=True, positive=True)
    g, other = sympy.Idx("g", size), sympy.Idx("g2", size)
    moved, subgradient = arrays("T s")
    sign = {"real": True} if fault == "non-convex L" else {"nonnegative": True}
    excess = sympy.IndexedBase("excess", **sign)
    at_mean, at_theta = sympy.symbols("Lmean Ltheta", real=True)
    away = moved[g, j] - total(moved[other, j], other) / size
    tangent = at_mean + total(subgradient[j] * away, j)
    yield Step(
        "Write T[g, j] for entry j of g theta. The mean of the orbit is the sum over g of T[g, j] / G. The points of the orbit "
        "lie around it: along any direction s their differences from the mean sum to 0.",
        total(subgradient[j] * away, g, j),
        0,
    )
    yield Step(
        "Let s be a subgradient of L at the mean: L lies above the tangent there, by excess[g] at g theta. Then the mean of the "
        "losses over the orbit is the loss at the mean plus the mean of excess[g].",
        total(tangent + excess[g], g) / size,
        at_mean + total(excess[g], g) / size,
    )
    yield Step(
        "L is invariant, L(g theta) = L(theta), so the mean of the losses over the orbit is L(theta).",
        total(at_theta, g) / size,
        at_theta,
    )
    yield Inequality(
        "L is convex, so no excess is negative. So the loss at the mean of the orbit is at most L(theta).",
        at_mean,
        at_mean + total(excess[g], g) / size,
        assuming="a convex function that is finite everywhere has a subgradient at every point",
    )


def saddle(fault: str = ""):
    """LAND.3."""
    first, second = sympy.symbols("w v", real=True)
    layers = 1 if fault == "one layer" else 2
    weights, example = (W[0, 0], V[0, 0])[:layers], exact_batch([[1]], [[1]])
    yield Run(
        f"The program, on one example x = 1 with y = 1: twice the half squared error of {layers} linear layers is (vw - 1)^2.",
        lambda at: Symbol.of(
            2 * program.batch_loss(exact_network([at.array(str(weight.base), 1, 1) for weight in weights]), example)
        ),
        (sympy.Mul(*weights) - 1) ** 2,
        (),
        (),
    )
    loss = (sympy.Mul(*(first, second)[:layers]) - 1) ** 2
    for direction, eigenvalue in (((1, 1), -2), ((1, -1), 2)):
        moved = {first: epsilon * direction[0], second: epsilon * direction[1]}
        for parameter, entry in zip((first, second), direction, strict=True):
            yield Step(
                f"From 0 along (w, v) = {direction}, dL/d{parameter} changes at the rate {eigenvalue} times that entry: "
                f"{direction} is an eigenvector of the Hessian at 0, with eigenvalue {eigenvalue:+}.",
                rate(sympy.diff(loss, parameter).subs(moved)),
                eigenvalue * entry,
            )
    for parameter in (first, second):
        yield Step(
            f"At 0 the gradient is 0, here in {parameter}: a critical point with curvature of both signs, a saddle.",
            sympy.diff(loss, parameter).subs({first: 0, second: 0}),
            0,
        )
