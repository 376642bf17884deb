"""Derivations of TIE: pairs of units with opposite signs, and the second derivative across a tied pair."""

import functools

import numpy as np
import sympy

from proofs.derivations.equal_initialisation import tied_step
from proofs.derivations.notation import *
from proofs.derivations.sign import HALF, odd
from proofs.derivations.small_networks import (
    OddPolynomial,
    batch_at,
    direction_at,
    network_at,
    observed,
    parts_of_a_unit,
    tied,
)
from symmetry.actions import SignFlips, gather_units
from symmetry.activation import slope as slope_by_program
from symmetry.cases import Minibatches
from symmetry.engine.conclude import Setting

curvature = unknown_function("phi", (1, 1))


opposite_step = functools.partial(tied_step, sign=-1, given_sign=-1)
"""A step about units whose entries of some arrays are opposite; unless `sign` is 1, so is the formula."""


def sign_tied(fault: str = ""):
    """TIE.15."""
    middle = HALF if fault == "sigmoid" else 0

    def activation(argument):
        return middle + odd(argument)

    gradient = array("g")
    slope_by_sympy = rate(activation(z[n, j] + epsilon))
    yield opposite_step(
        "Let (w, b, v) of unit t be minus that of unit s. Then in every example their preactivations are opposite ...",
        preactivation(),
        W,
        b,
    )
    yield opposite_step("... and, since phi is odd, so are their activations ...", activation(z[n, j]), z)
    yield opposite_step(
        "... while their slopes are equal: the slope of an odd function is even.",
        slope_by_sympy,
        z,
        sign=1,
    )
    yield opposite_step(
        "Both read the same errors e[n, k] of the next layer, through opposite outgoing weights: by GRAD.2 their errors delta "
        "are opposite.",
        slope_by_sympy * total(error[n, k] * V[j, k], k),
        z,
        V,
    )
    yield opposite_step(
        "So are the gradients of incoming weights and bias, the sums over n of a[n, i] delta[n, t] and of delta[n, t] ...",
        incoming_gradients(),
        delta,
    )
    yield opposite_step(
        "... and of outgoing weights, the sum over n of phi(z[n, t]) e[n, k].",
        total(activation(z[n, j]) * error[n, k], n),
        z,
    )
    yield opposite_step(
        "A step of gradient descent moves a weight or bias F by its gradient g. Opposite ones move by opposite amounts: they are "
        "opposite after it, and by induction on the steps they always are.",
        F[j] - eta * gradient[j],
        F,
        gradient,
        assuming=INDUCTION_ON_STEPS,
        concludes=Sides(opposite_units, "[0]", units=(s, t), widths=WIDTHS, each_part=True),
    )


def opposite_units(at, first, second) -> Setting:
    """A network with an odd activation, a batch, and two units that are to be opposite."""
    arguments, _, _ = tied(at, first, second)
    network, ties, batch = arguments.values()
    network = network.with_hidden(OddPolynomial(at.seed))
    flips = SignFlips((1 - 2 * (np.arange(at.size(m)) == second),))
    start = flips.act(ties.act(network))
    parts = parts_of_a_unit(F=start, g=program.backprop(start, batch))
    named = {"odd_network": network, "ties": ties, "minibatches": Minibatches((batch,))}
    return Setting(named, at.knowing(eta=sympy.Rational(1, 16)), parts)


def second_rate(expression):
    """The second derivative along the direction that epsilon moves an expression in, at epsilon = 0."""
    return sympy.Subs(sympy.Derivative(expression, (epsilon, 2)), epsilon, 0)


def saddle_across(fault: str = ""):
    """TIE.16."""
    along, out, shared, rest, block, cross = arrays("alpha gamma v rest A S")
    bent = 0 if fault == "phi'' left out" else curvature(z[n])
    moved = total(x[n, i] * along[i], i)

    def contribution(sign):
        return phi(z[n] + sign * epsilon * moved) * (shared[k] + sign * epsilon * out[k])

    following = rest[n, k] + contribution(1) + contribution(-1)
    yield Step(
        "Two units have the weights (w, v); a bias counts as the weight of an input that is always 1. Move one by "
        "epsilon (alpha, gamma), the other by -epsilon (alpha, gamma). Each unit contributes phi(z) v to the next layer's "
        "preactivations, which do not move to first order ...",
        rate(following),
        0,
    )
    second = 2 * bent * moved**2 * shared[k] + 4 * slope(z[n]) * moved * out[k]
    yield Step(
        "... but move to second order, through the curvature of phi and through the product of phi and v.",
        second_rate(following),
        second,
    )
    first_order, second_order, loss_curvature = arrays("u1 u2 C")

    def path(example, unit):
        return epsilon * first_order[example, unit] + epsilon**2 / 2 * second_order[example, unit]

    taylor = total(error[n, k] * path(n, k), n, k)
    taylor += total(loss_curvature[n, k, q] * path(n, k) * path(n, q), n, k, q) / 2
    yield Step(
        "Write e[n, k] for the errors of the next layer and C for the curvature of the loss in its preactivations. Along a "
        "path with the rates u1 and u2 of first and second order, the loss has the second derivative ...",
        second_rate(taylor),
        total(error[n, k] * second_order[n, k], n, k)
        + total(loss_curvature[n, k, q] * first_order[n, k] * first_order[n, q], n, k, q),
        assuming="a second derivative sees only the second order: the loss, here a sum over examples, may be replaced by its "
        "Taylor polynomial",
    )
    pull = total(error[n, k] * shared[k], k)
    of_block = total(pull * bent * x[n, i] * x[n, h], n)
    of_cross = total(slope(z[n]) * x[n, i] * error[n, k], n)
    yield Step(
        "... which is the sum of e[n, k] u2[n, k], since u1 is 0. That is twice the quadratic form, at (alpha, gamma), of the "
        "matrix [[A, S], [S^T, 0]] with A[i, h] = sum over n of (v.e[n]) phi''(z[n]) x[n, i] x[n, h] and S[i, k] = sum over n of "
        "phi'(z[n]) x[n, i] e[n, k].",
        total(error[n, k] * second, n, k),
        2 * total(along[i] * of_block * along[h], i, h) + 4 * total(along[i] * of_cross * out[k], i, k),
    )
    yield Run(
        "The program computes this S: `weight_gradient` of the inputs times the slopes, and of the errors.",
        lambda at: program.weight_gradient(
            at.array("x", N, d) * slope_by_program(at.array("z", N), PolynomialActivation("phi", at.seed))[:, None],
            at.array("e", N, p),
        ),
        of_cross,
        (i, k),
        (N, d, p),
    )
    tau, squared, along_block = sympy.symbols("tau sigma a", real=True, nonzero=True)
    direction = total(cross[i, k] * out[k], k)
    form = total(along[i] * block[i, h] * along[h], i, h) + 2 * total(along[i] * cross[i, k] * tau * out[k], i, k)
    yield Step(
        "Take alpha = S gamma, and tau gamma in place of gamma, where S gamma is not 0. The form is then a + 2 tau sigma: a "
        "is the quadratic form of A at S gamma, and sigma is the squared length of S gamma, which is positive.",
        form,
        total(direction * block[i, h] * direction.xreplace({i: h}), i, h) + 2 * tau * total(direction * direction, i),
        given=((along[i], direction), (along[h], direction.xreplace({i: h}))),
    )
    for value in (1, -1):
        yield Step(
            f"With tau = ({value} - a)/(2 sigma) it is {value}"
            + (
                " ..." if value == 1 else ": a form that takes both signs is indefinite, so the tie is a saddle across."
            ),
            along_block + 2 * tau * squared,
            value,
            given=((tau, (value - along_block) / (2 * squared)),),
        )
    yield from curvature_of_a_parting(fault)


twin = sympy.Idx("j", 2 * m)
"""A unit of the layer in which there are two for each."""


def curvature_of_a_parting(fault: str):
    """What the Hessian does to a motion in which the two units of each pair part."""
    A, B, C = arrays("A B C")
    moved = total(x[n, h] * A[h, twin], h) + B[twin]
    along = z[n, twin] + epsilon * moved
    parting = functools.partial(Sides, every_unit_twice, widths=WIDTHS)
    bent = 0 if fault == "phi'' left out" else curvature(z[n, twin])
    pull = total(error[n, k] * V[twin, k], k)
    gradient = slope(along) * total(error[n, k] * (V[twin, k] + epsilon * C[twin, k]), k)
    changed = bent * pull * moved + slope(z[n, twin]) * total(error[n, k] * C[twin, k], k)
    for path, indices, of_error, sentence in (
        (
            "[0]",
            (i, twin),
            incoming_gradient,
            "So the Hessian sends (u, -u) to (R u, -R u), R the half of that matrix. Let unit j of a pair move by (A, B, C), its "
            "twin by the opposite. The errors e do not move to first order, so the gradient of an incoming weight moves at the "
            "rate of the product of R with (A, B, C) ...",
        ),
        ("[1]", (twin,), bias_gradient, "... and so does that of the bias, with 1 in the place of x[n, i] ..."),
    ):
        yield Step(sentence, rate(of_error(gradient)), of_error(changed), concludes=parting(path, indices))
    yield Step(
        "... and that of the outgoing weights.",
        rate(total(phi(along) * error[n, k], n)),
        total(slope(z[n, twin]) * moved * error[n, k], n),
        concludes=parting("[2]", (twin, k)),
    )


def every_unit_twice(at) -> Setting:
    """A network, each of whose hidden units the law doubles, a batch, and the direction in which the first of each pair moves."""
    network, batch = network_at(at), batch_at(at)
    units = np.concatenate([np.arange(at.size(m))] * 2)
    signs = np.concatenate([np.ones(at.size(m), int), -np.ones(at.size(m), int)])
    direction = direction_at(at, "v")
    first, second = gather_units(direction, [units]).layers
    known = {"A": first.weight * signs, "B": first.bias * signs, "C": second.weight * signs[:, None]}
    at = observed(at, gather_units(network, [units]), batch).knowing(**known)
    return Setting({"network": network, "batch": batch, "direction": direction}, at)
