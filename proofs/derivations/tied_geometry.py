"""Derivations of what surrounds a tie: pairs of opposite sign, and the second derivative across a tied pair.

Every odd function is (psi(z) - psi(-z))/2 for some function psi, itself for one; written so, it is odd with no rule added.
"""

import sympy

from proofs.derivations.notation import *
from symmetry import network as program
from symmetry.activation import slope as slope_by_program
from symmetry.engine.derive import Run, Step
from symmetry.engine.instantiate import PolynomialActivation
from symmetry.numbers.symbol import unknown_function

psi, psi_slope = unknown_function("psi"), unknown_function("psi", (1,))
phi, slope, curvature = (unknown_function("phi", (1,) * order) for order in range(3))
eta = sympy.Symbol("eta", positive=True)


def odd(preactivation):
    """An odd activation of which nothing else is known."""
    return (psi(preactivation) - psi(-preactivation)) / 2


def sigmoidal(preactivation):
    """An activation of which nothing is known but phi(z) + phi(-z) = 1."""
    return odd(preactivation) + sympy.Rational(1, 2)


def slope_of(activation, preactivation):
    """Its slope, by SymPy."""
    return rate(activation(preactivation + epsilon))


def opposite(expression, *arrays):
    """What the hypothesis says of an expression's entries of the given arrays: unit t's is minus unit s's."""
    entries = [each for each in expression.atoms(sympy.Indexed) if each.base in arrays and t in each.indices]
    pairs = ((each, -each.func(each.base, *[s if at == t else at for at in each.indices])) for each in entries)
    return tuple(sorted(pairs, key=str))


def sign_tied(fault: str = ""):
    """TIE.15."""
    activation = sigmoidal if fault == "sigmoid" else odd
    gradient = sympy.IndexedBase("g", real=True)

    def opposite_step(sentence: str, of_unit, *arrays, sign: int = -1, assuming: str = "") -> Step:
        """What belongs to unit t is minus what belongs to unit s, or the same, if the given arrays are so tied."""
        return Step(sentence, of_unit(t), sign * of_unit(s), assuming, given=opposite(of_unit(t), *arrays))

    yield opposite_step(
        "Let (w, b, v) of unit t be minus that of unit s. Then in every example their preactivations are opposite ...",
        lambda unit: total(x[n, i] * W[i, unit], i) + b[unit],
        W,
        b,
    )
    yield opposite_step("... and, phi being odd, their activations ...", lambda unit: activation(z[n, unit]), z)
    yield opposite_step(
        "... while their slopes are equal: the slope of an odd function is even.",
        lambda unit: slope_of(activation, z[n, unit]),
        z,
        sign=1,
    )
    yield opposite_step(
        "Both read the same errors e[n, k] of the next layer, through opposite outgoing weights: by GRAD.2 their errors delta "
        "are opposite.",
        lambda unit: slope_of(activation, z[n, unit]) * total(error[n, k] * V[unit, k], k),
        z,
        V,
    )
    yield opposite_step(
        "So are the gradients of incoming weights and bias, the sums over n of a[n, i] delta[n, t] and of delta[n, t] ...",
        lambda unit: total(a[n, i] * delta[n, unit], n) + total(delta[n, unit], n),
        delta,
    )
    yield opposite_step(
        "... and of outgoing weights, the sum over n of phi(z[n, t]) e[n, k].",
        lambda unit: total(activation(z[n, unit]) * error[n, k], n),
        z,
    )
    yield opposite_step(
        "A step of gradient descent moves opposite parameters by opposite amounts: they are opposite after it, and by "
        "induction on the steps they always are.",
        lambda unit: W[i, unit] - eta * gradient[i, unit],
        W,
        gradient,
        assuming="the principle of induction, on the number of steps",
    )


def second_rate(expression):
    """The second derivative along the direction that epsilon moves an expression in, at epsilon = 0."""
    return sympy.Subs(sympy.Derivative(expression, (epsilon, 2)), epsilon, 0)


def saddle_across(fault: str = ""):
    """TIE.16."""
    along, out = sympy.IndexedBase("alpha", real=True), sympy.IndexedBase("gamma", real=True)
    shared, rest = sympy.IndexedBase("v", real=True), sympy.IndexedBase("rest", real=True)
    block, cross = sympy.IndexedBase("A", real=True), sympy.IndexedBase("S", real=True)
    bent = 0 if fault == "phi'' left out" else curvature(z[n])
    moved = total(x[n, i] * along[i], i)

    def contribution(sign):
        return phi(z[n] + sign * epsilon * moved) * (shared[k] + sign * epsilon * out[k])

    following = rest[n, k] + contribution(1) + contribution(-1)
    yield Step(
        "Two units have the weights (w, v); a bias counts as the weight of an input that is always 1. Move one by "
        "epsilon (alpha, gamma), the other by -epsilon (alpha, gamma). To first order the next layer's preactivations, to "
        "which the units contribute phi(z) v each, do not move ...",
        rate(following),
        0,
    )
    second = 2 * bent * moved**2 * shared[k] + 4 * slope(z[n]) * moved * out[k]
    yield Step(
        "... to second order they do, through the curvature of phi and through the product of phi and v.",
        second_rate(following),
        second,
    )
    first_order, second_order = sympy.IndexedBase("u1", real=True), sympy.IndexedBase("u2", real=True)
    loss_curvature = sympy.IndexedBase("C", real=True)

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
        "... of which, u1 being 0, the sum of e[n, k] u2[n, k] is left. That is twice the quadratic form, at (alpha, gamma), of "
        "the matrix [[A, S], [S^T, 0]] with A[i, h] = sum over n of (v.e[n]) phi''(z[n]) x[n, i] x[n, h] and S[i, k] = sum "
        "over n of phi'(z[n]) x[n, i] e[n, k].",
        total(error[n, k] * second, n, k),
        2 * total(along[i] * of_block * along[h], i, h) + 4 * total(along[i] * of_cross * out[k], i, k),
    )
    yield Run(
        "The program has this S at hand: `weight_gradient` of the inputs times the slopes, and of the errors.",
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
        "Take alpha = S gamma and tau gamma in the place of gamma, where S gamma is not 0. The form is a + 2 tau sigma: a is "
        "A's form at S gamma, and sigma the square of its length, which is positive.",
        form,
        total(direction * block[i, h] * direction.xreplace({i: h}), i, h) + 2 * tau * total(direction * direction, i),
        given=((along[i], direction), (along[h], direction.xreplace({i: h}))),
    )
    for value in (1, -1):
        yield Step(
            f"With tau = ({value} - a)/(2 sigma) it is {value}"
            + (" ..." if value == 1 else ": a form with both signs is indefinite, and the tie a saddle across."),
            along_block + 2 * tau * squared,
            value,
            given=((tau, (value - along_block) / (2 * squared)),),
        )
