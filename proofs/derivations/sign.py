"""Derivations of SIGN: what a hidden unit contributes when its sign is flipped.

Every odd function can be written (psi(z) - psi(-z))/2, for example with psi the function itself. In this form SymPy needs no
extra rule to see that it is odd.
"""

import sympy
from sympy import exp

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function

psi, psi_slope = unknown_function("psi"), unknown_function("psi", (1,))
HALF = sympy.Rational(1, 2)
ODD = "an odd function is (psi(z) - psi(-z))/2 for some psi"


def odd(preactivation):
    """An unknown odd activation."""
    return (psi(preactivation) - psi(-preactivation)) / 2


def odd_slope(preactivation):
    """Its slope."""
    return (psi_slope(preactivation) + psi_slope(-preactivation)) / 2


def sigmoidal(preactivation):
    """An unknown activation with phi(z) + phi(-z) = 1."""
    return HALF + odd(preactivation)


def softplus(preactivation):
    return sympy.log(1 + exp(preactivation))


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
        "phi is odd: the activation of unit s becomes -phi(z[n, s]). With the outgoing weights -V[s, k] its contribution stays "
        "the same, and so does every preactivation of the next layer and everything after it. To flip more units, in any "
        "layers, flip one after another.",
        others(lambda unit: contribution(unit, activation)) + activation(-z[n, s]) * -V[s, k] + c[k],
        next_preactivation(contribution(j, activation)),
        assuming=ODD,
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
        "With the outgoing weights -V[s, k] the unit contributes -(1 - phi(z[n, s])) V[s, k]. In every example that is too small "
        "by V[s, k], and the next bias makes up for it. So every preactivation of the next layer stays the same, and so does "
        "everything after it. To flip more units, in any layers, flip one after another.",
        others(lambda unit: contribution(unit, sigmoidal)) + sigmoidal(-z[n, s]) * -V[s, k] + moved,
        next_preactivation(contribution(j, sigmoidal)),
        assuming=ODD,
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
        "The next layer stays the same (SIGN.1), and so do its errors e[n, k]. The unit's error changes sign. So do its "
        "gradients in W and b, the sums of its error times x[n, i] and times 1 ...",
        incoming_gradients(unit_error(-z[n, s], -V[s, k])),
        block * incoming_gradients(unit_error(z[n, s], V[s, k])),
    )
    yield Step(
        "... and so does its gradient in V, the sum of its activation times e[n, k].",
        total(odd(-z[n, s]) * error[n, k], n),
        -outgoing_gradient(s, odd),
    )
    yield Step(
        "The layer before gets minus the error times minus the weights. So it sees no change, and the gradients of all other "
        "units stay the same.",
        others(lambda unit: delta[n, unit] * W[i, unit]) + -delta[n, s] * -W[i, s],
        total(delta[n, j] * W[i, j], j),
    )
    first, second = arrays("g1 g2")
    rule = unknown_function("u")

    def update(one, two):
        return (rule(one, two) - rule(-one, -two)) / 2

    yield Step(
        "Let each parameter be updated by an odd function of its gradients g1, g2, ... so far. This update commutes with the "
        "flip, step after step.",
        -W[i, s] - eta * update(-first[i, s], -second[i, s]),
        -(W[i, s] - eta * update(first[i, s], second[i, s])),
        assuming=f"an odd function u is (u(g) - u(-g))/2; {INDUCTION}",
    )
    yield Step(
        "If phi(z) + phi(-z) = 1 instead, the slope is even as before. But the gradient in V becomes the gradient in the next "
        "bias, the sum of e[n, k], minus the gradient in V.",
        total(sigmoidal(-z[n, s]) * error[n, k], n),
        total(error[n, k], n) - outgoing_gradient(s, sigmoidal),
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
        "Halve its outgoing weights and add the other half to the next bias: then a tanh unit contributes what the sigmoid unit "
        "contributed. The same works for all units, layer after layer.",
        total(tangent(z[n, j] / 2) * (V[j, k] / 2), j) + c[k] + total(V[j, k] / 2, j),
        next_preactivation((1 + tangent(z[n, j] / 2)) / 2 * V[j, k]),
    )
