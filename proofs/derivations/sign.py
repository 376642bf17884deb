"""Derivations of SIGN: what a hidden unit contributes when its sign is flipped.

Every odd function is (psi(z) - psi(-z))/2 for some function psi, for example for psi the function itself. An activation
written in this form is odd without any further rule.
"""

import sympy
from sympy import exp

from proofs.derivations.notation import *

psi, psi_slope = unknown_function("psi"), unknown_function("psi", (1,))
HALF = sympy.Rational(1, 2)
ODD_FUNCTIONS = "an odd function is (psi(z) - psi(-z))/2 for some psi"


def odd(argument):
    """An activation that may be any odd function."""
    return (psi(argument) - psi(-argument)) / 2


def odd_slope(argument):
    """The slope of that activation."""
    return (psi_slope(argument) + psi_slope(-argument)) / 2


def sigmoidal(argument):
    """An activation that may be any function with phi(z) + phi(-z) = 1."""
    return HALF + odd(argument)


def softplus(argument):
    return sympy.log(1 + exp(argument))


def with_a_flipped_unit(activation, bias):
    """u[n, k] of the next layer with unit s flipped: from the other units, from unit s, and the bias."""
    return others(activation(z[n, j]) * V[j, k]) + activation(-z[n, s]) * -V[s, k] + bias


def flipped_preactivation():
    return Step(
        "Flip unit s: with -W[i, s] and -b[s] its preactivation is -z[n, s].",
        preactivation(s, -1),
        -preactivation(s),
    )


def odd_flip(fault: str = ""):
    """SIGN.1."""
    activation = softplus if fault == "softplus" else odd
    yield flipped_preactivation()
    yield Step(
        "phi is odd: its activation is -phi(z[n, s]), and with the outgoing weights -V[s, k] it contributes the same as "
        "before. Every preactivation of the next layer stays the same, and so does everything after it. To flip more units, "
        "in any layers, do this once for each unit.",
        with_a_flipped_unit(activation, c[k]),
        next_preactivation(activation(z[n, j]) * V[j, k]),
        assuming=ODD_FUNCTIONS,
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
        "every example: the next bias makes up for it. Every preactivation of the next layer stays the same, and so does "
        "everything after it. To flip more units, in any layers, do this once for each unit.",
        with_a_flipped_unit(sigmoidal, moved),
        next_preactivation(sigmoidal(z[n, j]) * V[j, k]),
        assuming=ODD_FUNCTIONS,
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

    def gradients_with(sign):
        return incoming_gradients(odd_slope(sign * z[n, s]) * total(error[n, k] * sign * V[s, k], k), x[n, i])

    yield Step(
        "The next layer stays the same (SIGN.1), and so do its errors e[n, k]. The unit's error changes sign, and so do its "
        "gradients in W and b, which are sums of the error times x[n, i] and of the error alone ...",
        gradients_with(-1),
        block * gradients_with(1),
    )
    yield Step(
        "... and so does its gradient in V, the sum of its activation times e[n, k].",
        total(odd(-z[n, s]) * error[n, k], n),
        -total(odd(z[n, s]) * error[n, k], n),
    )
    yield Step(
        "The layer before gets minus the error through minus the weights, which is the same as before. So the gradients of all "
        "other units do not change.",
        others(delta[n, j] * W[i, j]) + -delta[n, s] * -W[i, s],
        total(delta[n, j] * W[i, j], j),
    )
    first, second = arrays("g1 g2")
    rule = unknown_function("u")

    def update(one, two):
        return (rule(one, two) - rule(-one, -two)) / 2

    yield Step(
        "An odd update of each parameter from the gradients g1, g2, ... that it has had commutes with the flip, step after "
        "step.",
        -W[i, s] - eta * update(-first[i, s], -second[i, s]),
        -(W[i, s] - eta * update(first[i, s], second[i, s])),
        assuming=f"an odd function u is (u(g) - u(-g))/2; {INDUCTION_ON_STEPS}",
    )
    yield Step(
        "If phi(z) + phi(-z) = 1 instead, the slope is even as before. But the gradient in V becomes the gradient in the next "
        "bias, which is the sum of e[n, k], minus the old gradient in V.",
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
        preactivation(s, half),
        HALF * preactivation(s),
    )
    tangent = unknown_function("tanh")
    yield Step(
        "With half its outgoing weights, and the other half added to the next bias, a tanh unit contributes the same as the "
        "sigmoid unit. This holds for all units, layer after layer.",
        total(tangent(z[n, j] / 2) * (V[j, k] / 2), j) + c[k] + total(V[j, k] / 2, j),
        next_preactivation((1 + tangent(z[n, j] / 2)) / 2 * V[j, k]),
    )
