"""Derivations of LAND: what would follow if the loss were convex, and why it is not."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at
from proofs.exact_networks import exact_batch, exact_network
from symmetry.activation import IDENTITY
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import PolynomialLoss
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.symbol import Symbol


def orbit_mean(fault: str = ""):
    """LAND.2."""
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
    turn, shift = Reordering("turn", (d,)), Reordering("shift", (size,))
    turned = array("X")
    law = functools.partial(Sides, widths=(*WIDTHS, size))

    yield Step(
        "An example: let the batch hold each input x[n] in all its turns, X[g, n] in the turn g. If the weights W turn, so that "
        "weight turn[i] comes to place i, the loss stays the same: turning the inputs back only changes the order of the batch.",
        total(losses(total(turned[g, n, i] * W[turn[i], k], i) + b[k]), g),
        total(losses(total(turned[other, n, h] * W[h, k], h) + b[k]), other),
        given=((turned[g, n, i], turned[shift[g], n, turn[i]]),),
        concludes=law(turned_inputs, "[0]"),
    )
    yield Inequality(
        "L is convex, so no excess is negative. So the loss at the mean of the orbit is at most L(theta).",
        at_mean,
        at_mean + total(excess[g], g) / size,
        assuming="a convex function that is finite everywhere has a subgradient at every point",
        concludes=law(convex_loss, "[1]"),
    )


size = sympy.Symbol("G", integer=True, positive=True)
"""How many elements the group has."""


def turned_inputs(at) -> Setting | None:
    """An affine layer with any loss, and a batch whose inputs the law turns: X[g, n] is x[n] in the turn g."""
    count = at.size(d)
    if count == 1:  # one input has no turns
        return None
    at = dataclasses.replace(at, sizes={**at.sizes, size: count})
    network = Network((Layer(at.array("W", d, p), at.array("b", p)),), (IDENTITY,), PolynomialLoss("loss", at.seed))
    batch = batch_at(at)
    places = np.arange(count)
    known = {"X": np.stack([batch.x[:, (places + turn) % count] for turn in range(count)])}
    known |= {"turn": (places + 1) % count, "shift": (places - 1) % count}
    return Setting({"network": network, "batch": batch}, at.knowing(**known).choosing(chi=IDENTITY))


def convex_loss(at) -> Setting | None:
    """The same with half squared error; the excess is what the loss exceeds its tangent at the mean of the orbit by."""
    turned = turned_inputs(at)
    if turned is None:
        return None
    (network, batch), at = turned.arguments.values(), turned.at
    (layer,) = network.layers
    network = dataclasses.replace(network, loss=HALF_SQUARED_ERROR)
    inputs = at.known["X"]
    whole = Batch(
        inputs.reshape(-1, inputs.shape[-1]).view(Symbol), np.concatenate([batch.y] * len(inputs)).view(Symbol)
    )
    turns = [(np.arange(len(inputs)) + turn) % len(inputs) for turn in range(len(inputs))]
    orbit = [dataclasses.replace(network, layers=(Layer(layer.weight[turn], layer.bias),)) for turn in turns]
    average = sum(each.layers[0].weight for each in orbit) / len(orbit)
    mean = dataclasses.replace(network, layers=(Layer(average, layer.bias),))
    at_mean, tangent = program.batch_loss(mean, whole), program.backprop(mean, whole).layers[0].weight
    excess = [
        program.batch_loss(each, whole) - at_mean - ((each.layers[0].weight - average) * tangent).sum()
        for each in orbit
    ]
    known = {"Lmean": at_mean, "excess": Symbol.of([each.item() for each in excess])}
    return Setting({"network": network, "batch": batch}, at.knowing(**known))


def saddle(fault: str = ""):
    """LAND.3."""
    first, second = sympy.symbols("w v", real=True)
    layers = 1 if fault == "one layer" else 2
    alone = functools.partial(Sides, no_case, indices=(None, None))
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
    for parameter in (first, second):
        yield Step(
            f"At 0 the gradient is 0, here in {parameter}: a critical point.",
            rate(sympy.diff(loss, parameter).subs({first: 0, second: 0})),
            0,
        )
    for row, (direction, eigenvalue) in enumerate((((1, 1), -2), ((1, -1), 2))):
        moved = {first: epsilon * direction[0], second: epsilon * direction[1]}
        for place, (parameter, entry) in enumerate(zip((first, second), direction, strict=True)):
            yield Step(
                f"From 0 along (w, v) = {direction}, dL/d{parameter} changes at the rate {eigenvalue} times that entry: "
                f"{direction} is an eigenvector of the Hessian at 0, with eigenvalue {eigenvalue:+}.",
                rate(sympy.diff(loss, parameter).subs(moved)),
                eigenvalue * entry,
                concludes=alone(path=f"[{row}][{place}]"),
            )


def no_case(at) -> Setting:
    """The law needs none."""
    return Setting({}, at)
