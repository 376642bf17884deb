"""Derivations of SIGN: what a hidden unit contributes when its sign is flipped.

Every odd function is (psi(z) - psi(-z))/2 for some function psi, itself for one; written so, it is odd with no rule added.
"""

import sympy
from sympy import exp

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function

psi, psi_slope = unknown_function("psi"), unknown_function("psi", (1,))
HALF = sympy.Rational(1, 2)


def odd(preactivation):
    """An odd activation of which nothing else is known."""
    return (psi(preactivation) - psi(-preactivation)) / 2


def odd_slope(preactivation):
    """Its slope."""
    return (psi_slope(preactivation) + psi_slope(-preactivation)) / 2


def sigmoidal(preactivation):
    """An activation of which nothing is known but phi(z) + phi(-z) = 1."""
    return HALF + odd(preactivation)


def softplus(preactivation):
    return sympy.log(1 + exp(preactivation))


def preactivation(sign, unit):
    """z of a unit, its incoming weights and bias multiplied by a sign."""
    return total(x[n, i] * (sign * W[i, unit]), i) + sign * b[unit]


def next_preactivation(activation, of_unit_s, bias):
    """u[n, k] of the next layer: what the units beside s contribute, what unit s does, and the bias."""
    return total((1 - one_if_equal(j, s)) * activation(z[n, j]) * V[j, k], j) + of_unit_s + bias


def flipped_preactivation():
    return Step(
        "Flip unit s: with -W[i, s] and -b[s] its preactivation is -z[n, s].",
        preactivation(-1, s),
        -preactivation(1, s),
    )


def odd_flip(fault: str = ""):
    """SIGN.1."""
    activation = softplus if fault == "softplus" else odd
    yield flipped_preactivation()
    yield Step(
        "phi is odd: its activation is -phi(z[n, s]), and with the outgoing weights -V[s, k] it contributes what it did. Every "
        "preactivation of the next layer is what it was, and so is everything after it. To flip more units, of any layers, is "
        "to do this once for each.",
        next_preactivation(activation, activation(-z[n, s]) * -V[s, k], c[k]),
        total(activation(z[n, j]) * V[j, k], j) + c[k],
        assuming="an odd function is (psi(z) - psi(-z))/2 for some psi",
    )


def sigmoid_flip(fault: str = ""):
    """SIGN.2."""
    variable = sympy.Symbol("z", real=True)
    sigmoid = 1 / (1 + exp(-variable))
    yield flipped_preactivation()
    yield Step(
        "The sigmoid has sigma(z) + sigma(-z) = 1: it is 1/2 and an odd function.",
        sigmoid + sigmoid.subs(variable, -variable),
        1,
        simplify=sympy.simplify,
    )
    moved = c[k] if fault == "bias unchanged" else c[k] + V[s, k]
    yield Step(
        "With the outgoing weights -V[s, k] the unit contributes -(1 - phi(z[n, s])) V[s, k], which is too small by V[s, k] in "
        "every example: the next bias makes up for it. Every preactivation of the next layer is what it was, and so is "
        "everything after it. To flip more units, of any layers, is to do this once for each.",
        next_preactivation(sigmoidal, sigmoidal(-z[n, s]) * -V[s, k], moved),
        total(sigmoidal(z[n, j]) * V[j, k], j) + c[k],
        assuming="an odd function is (psi(z) - psi(-z))/2 for some psi",
    )


def gradients(fault: str = ""):
    """SIGN.3."""
    block = 1 if fault == "sign of one block" else -1
    yield Step(
        "Flip unit s of a layer with an odd activation. The slope of an odd function is even: as z[n, s] moves by epsilon, "
        "phi(-z[n, s]) moves at the rate -phi'(z[n, s]).",
        rate(odd(-(z[n, s] + epsilon))),
        -odd_slope(z[n, s]),
    )

    def unit_error(at, outgoing):
        return odd_slope(at) * total(error[n, k] * outgoing, k)

    yield Step(
        "The next layer is as it was (SIGN.1), and so are its errors e[n, k]. The unit's error changes sign, and with it its "
        "gradients in W and b, sums of it times x[n, i] and times 1 ...",
        total(x[n, i] * unit_error(-z[n, s], -V[s, k]), n) + total(unit_error(-z[n, s], -V[s, k]), n),
        block * (total(x[n, i] * unit_error(z[n, s], V[s, k]), n) + total(unit_error(z[n, s], V[s, k]), n)),
    )
    yield Step(
        "... and so does its gradient in V, the sum of its activation times e[n, k].",
        total(odd(-z[n, s]) * error[n, k], n),
        -total(odd(z[n, s]) * error[n, k], n),
    )
    yield Step(
        "The layer before reads minus the error through minus the weights: it sees no change, and neither do the gradients "
        "of all other units.",
        total((1 - one_if_equal(j, s)) * delta[n, j] * W[i, j], j) + -delta[n, s] * -W[i, s],
        total(delta[n, j] * W[i, j], j),
    )
    first, second = sympy.IndexedBase("g1", real=True), sympy.IndexedBase("g2", real=True)
    rule, eta = unknown_function("u"), sympy.Symbol("eta", positive=True)

    def update(one, two):
        return (rule(one, two) - rule(-one, -two)) / 2

    yield Step(
        "An odd update of each parameter from the gradients g1, g2, ... that it has had commutes with the flip, step after "
        "step.",
        -W[i, s] - eta * update(-first[i, s], -second[i, s]),
        -(W[i, s] - eta * update(first[i, s], second[i, s])),
        assuming="an odd function u is (u(g) - u(-g))/2; the principle of induction, on the number of steps",
    )
    yield Step(
        "If phi(z) + phi(-z) = 1 instead, the slope is even as before, but the gradient in V becomes the one in the next bias, "
        "the sum of e[n, k], less the one in V.",
        total(sigmoidal(-z[n, s]) * error[n, k], n),
        total(error[n, k], n) - total(sigmoidal(z[n, s]) * error[n, k], n),
    )


def sigmoid_as_tanh(fault: str = ""):
    """SIGN.4."""
    half = 1 if fault == "factor 2 left out" else HALF
    variable = sympy.Symbol("z", real=True)

    def hyperbolic_tangent(at):
        return (exp(at) - exp(-at)) / (exp(at) + exp(-at))

    yield Step(
        "tanh z is (exp(z) - exp(-z))/(exp(z) + exp(-z)), so the sigmoid is (1 + tanh(z/2))/2.",
        1 / (1 + exp(-variable)),
        (1 + hyperbolic_tangent(half * variable)) / 2,
        simplify=lambda difference: sympy.simplify(difference.rewrite(exp)),
    )
    yield Step(
        "With half its incoming weights and bias a unit has half its preactivation.",
        preactivation(half, s),
        HALF * preactivation(1, s),
    )
    tangent = unknown_function("tanh")
    yield Step(
        "With half its outgoing weights, and the other half added to the next bias, a tanh unit contributes what the sigmoid "
        "unit did. So it is for all units, layer after layer.",
        total(tangent(z[n, j] / 2) * (V[j, k] / 2), j) + c[k] + total(V[j, k] / 2, j),
        total((1 + tangent(z[n, j] / 2)) / 2 * V[j, k], j) + c[k],
    )
