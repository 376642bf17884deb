"""Derivations of TIE: pairs of units with opposite signs, and the second derivative across a tied pair."""

import functools

import sympy

from proofs.derivations.equal_initialisation import tied_step
from proofs.derivations.notation import *
from proofs.derivations.sign import odd, sigmoidal
from symmetry.activation import slope as slope_by_program

curvature = unknown_function("phi", (1, 1))


opposite_step = functools.partial(tied_step, sign=-1, given_sign=-1)
"""A step about units whose entries of some arrays are opposite; unless `sign` is 1, so is the formula."""


def sign_tied(fault: str = ""):
    """TIE.15."""
    activation = sigmoidal if fault == "sigmoid" else odd
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
        "A step of gradient descent moves opposite parameters by opposite amounts: they are opposite after it, and by "
        "induction on the steps they always are.",
        W[i, j] - eta * gradient[i, j],
        W,
        gradient,
        assuming=INDUCTION_ON_STEPS,
    )


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
