"""Derivations of SIGN: what a hidden unit contributes when its sign is flipped.

Every odd function is (psi(z) - psi(-z))/2 for some function psi, for example for psi the function itself. An activation
written in this form is odd without any further rule.
"""

import functools
from collections.abc import Callable

import numpy as np
import sympy
from sympy import exp

from proofs.derivations.notation import *
from proofs.derivations.small_networks import (
    OddPolynomial,
    batch_at,
    hidden_parts,
    inputs_of_errors,
    network_at,
    observed,
)
from symmetry.actions import SignFlips
from symmetry.activation import IDENTITY, SIGMOID, TANH
from symmetry.engine.conclude import Setting
from symmetry.engine.formulas import Signs
from symmetry.numbers.symbol import Symbol
from symmetry.training import ElementwiseRule

psi, psi_slope = unknown_function("psi"), unknown_function("psi", (1,))
HALF = sympy.Rational(1, 2)
ODD_FUNCTIONS = "an odd function is (psi(z) - psi(-z))/2 for some psi"


def odd(argument):
    """An activation that may be any odd function."""
    return (psi(argument) - psi(-argument)) / 2


def odd_slope(argument):
    """The slope of that activation."""
    return (psi_slope(argument) + psi_slope(-argument)) / 2


sigma = Signs("sigma", real=True)
"""A sign for every unit: 1, or -1 where it is flipped."""

FLIPPED = sigma[j] * z[n, j]


def oddness(fault: bool = False):
    """What an odd activation does to a preactivation times a sign, and its slope; in a fault nothing is known of it."""
    return () if fault else ((phi(FLIPPED), sigma[j] * phi(z[n, j])), (slope(FLIPPED), slope(z[n, j])))


def flipped_preactivation():
    return Step(
        "Give each unit a sign sigma[j], -1 if it is flipped. With the weights sigma[j] W[i, j] and the bias sigma[j] b[j] its "
        "preactivation is sigma[j] z[n, j].",
        preactivation(j, sigma[j]),
        sigma[j] * preactivation(),
    )


def flipped_at(at, hidden, name: str = "network", **more) -> Setting:
    """A network with a hidden activation, a batch, and flips of some units, the first among them."""
    network, batch = network_at(at, hidden=hidden), batch_at(at)
    signs = [-1] + [int(sympy.sign(at.rational(f"sign {unit}"))) for unit in range(1, at.size(m))]
    known = observed(at, network, batch).choosing(phi=hidden).knowing(sigma=Symbol.of(signs))
    return Setting({name: network, "flips": SignFlips((np.array(signs),)), "batch": batch, **more}, known)


def odd_network(at) -> Setting:
    return flipped_at(at, OddPolynomial(at.seed))


def sigmoidal_network(at) -> Setting:
    return flipped_at(at, OddPolynomial(at.seed, HALF), "sigmoidal")


def odd_flip(fault: str = ""):
    """SIGN.1."""
    yield flipped_preactivation()
    yield Step(
        "phi is odd: the activation is sigma[j] phi(z[n, j]), and with the outgoing weights sigma[j] V[j, k] the unit "
        "contributes the same as before, since sigma[j]^2 = 1. So the next layer stays the same, and so does "
        "everything after it, layer after layer.",
        chi(next_preactivation(phi(FLIPPED) * (sigma[j] * V[j, k]))),
        chi(next_preactivation(contribution())),
        given=oddness(fault == "softplus"),
        assuming=INDUCTION_ON_LAYERS,
        concludes=Sides(odd_network, "", (n, k), widths=WIDTHS),
    )


def shares(flipped=sigma[j]):
    """1 for a unit that is flipped, else 0."""
    return (1 - flipped) / 2


def sigmoidality():
    """What an activation with phi(z) + phi(-z) = 1 does to a preactivation times a sign, and its slope."""
    return (phi(FLIPPED), shares() + sigma[j] * phi(z[n, j])), (slope(FLIPPED), slope(z[n, j]))


def sigmoid_flip(fault: str = ""):
    """SIGN.2."""
    variable = sympy.Symbol("z", real=True)
    sigmoid = 1 / (1 + exp(-variable))
    yield flipped_preactivation()
    yield Step(
        "The sigmoid has phi(z) + phi(-z) = 1. So phi(sigma z) is phi(z) for sigma = 1, and 1 - phi(z) for sigma = -1: in both "
        "cases (1 - sigma)/2 + sigma phi(z).",
        sigmoid + sigmoid.subs(variable, -variable),
        1,
        simplify=sympy.simplify,
    )
    moved = 0 if fault == "bias unchanged" else total(shares() * V[j, k], j)
    yield Step(
        "With the outgoing weights sigma[j] V[j, k] a flipped unit contributes -(1 - phi(z[n, j])) V[j, k], which is "
        "too small by V[j, k] in every example: the next bias makes up for it. So the next layer stays the same, and "
        "so does everything after it, layer after layer.",
        chi(next_preactivation(phi(FLIPPED) * (sigma[j] * V[j, k])) + moved),
        chi(next_preactivation(contribution())),
        given=sigmoidality(),
        assuming=INDUCTION_ON_LAYERS,
        concludes=Sides(sigmoidal_network, "", (n, k), widths=WIDTHS),
    )


def gradients(fault: str = ""):
    """SIGN.3."""
    block = 1 if fault == "sign of one block" else sigma[j]
    yield Step(
        "The slope of an odd function is even: as z[n, s] moves by epsilon, phi(-z[n, s]) moves at the rate -phi'(z[n, s]).",
        rate(odd(-(z[n, s] + epsilon))),
        -odd_slope(z[n, s]),
        assuming=ODD_FUNCTIONS,
    )
    yield from gradients_follow(
        "Give each unit a sign sigma[j], -1 if it is flipped. The next layer stays the same (SIGN.1), and so do its errors e[n, "
        "k]. The unit's error is multiplied by sigma[j], and so are the gradients of its incoming weights and bias, the sums of "
        "I[n] times the error, where I[n] is a weight's input, and 1 for the bias ...",
        "... and so is that of its outgoing weights, the sum of its activation times e[n, k].",
        sigma[j] * outgoing_gradient(),
        "[0]",
        oddness(),
        odd_follows,
        block,
    )
    slopes, rule = array("G"), unknown_function("u")
    for path, index, formula, sign, sentence in (
        (
            "[1]",
            j,
            lambda sign: sign * F[j] + rule(sign * slopes[j]),
            sigma[j],
            "Let u be an odd function of a parameter's gradient G. A weight or bias F of a unit and its gradient are "
            "multiplied by sigma, so is u(G), and so is the parameter after the update.",
        ),
        ("[1][1].bias", k, lambda sign: c[k] + rule(slopes[k]), 1, "The next bias is updated as before."),
    ):
        yield Step(
            sentence,
            formula(sign),
            sign * formula(1),
            given=((rule(sigma[j] * slopes[j]), sigma[j] * rule(slopes[j])),) if path == "[1]" else (),
            assuming=INDUCTION_ON_STEPS,
            concludes=Sides(odd_follows, path, (index,), widths=WIDTHS, each_part=path == "[1]"),
        )
    yield from gradients_follow(
        "If phi(z) + phi(-z) = 1 instead, the slope is even as before, and so the gradients of incoming weights and bias are "
        "multiplied by sigma[j] ...",
        "... but that of an outgoing weight becomes the gradient in the next bias, which is the sum of e[n, k], minus the old "
        "one, where a unit is flipped.",
        sigma[j] * outgoing_gradient() + shares() * total(error[n, k], n),
        "[2]",
        sigmoidality(),
        sigmoids_follow,
    )


def gradients_follow(incoming, outgoing, expected, place, given, setting, block=sigma[j]):
    """The gradients of every layer's parameters and of the inputs, when units are flipped."""
    in_law = functools.partial(Sides, setting, widths=WIDTHS)
    flipped_error = slope(FLIPPED) * total(error[n, k] * (sigma[j] * V[j, k]), k)
    yield Step(
        incoming,
        gradient_in(flipped_error),
        block * gradient_in(unit_error()),
        given=given,
        concludes=in_law(place, (j,), each_part=True),
    )
    yield Step(
        outgoing,
        total(phi(FLIPPED) * error[n, k], n),
        expected,
        given=given,
        concludes=in_law(f"{place}.layers[1].weight", (j, k)),
    )
    yield Step(
        "The gradient of the next bias, the sum of e[n, k], stays the same ...",
        total(error[n, k], n),
        total(error[n, k], n),
        concludes=in_law(f"{place}.layers[1].bias", (k,)),
    )
    yield Step(
        "... and so does that of the layer's inputs, in which the signs of error and weight cancel. So nothing changes in the "
        "layers before.",
        total(flipped_error * (sigma[j] * W[i, j]), j),
        total(unit_error() * W[i, j], j),
        given=given,
        concludes=in_law(f"{place}.x", (n, i)),
    )


def both_follow(at, letters_of: Callable) -> Setting:
    """Both networks, a batch, flips and an odd rule; the letters are those of one of the networks."""
    (network, flips, batch), (sigmoidal, *_) = (
        each(at).arguments.values() for each in (odd_network, sigmoidal_network)
    )
    rule = ElementwiseRule(OddPolynomial(at.seed))
    things = {"network": network, "sigmoidal": sigmoidal, "flips": flips, "batch": batch, "rule": rule}
    known = letters_of(at).at.choosing(u=rule.function)
    gradient = program.backprop(network, batch)
    parts = {**inputs_of_errors(batch), **hidden_parts(F=network, G=gradient)}
    return Setting(things, known.knowing(G=gradient.layers[1].bias), parts)


def odd_follows(at) -> Setting:
    return both_follow(at, odd_network)


def sigmoids_follow(at) -> Setting:
    return both_follow(at, sigmoidal_network)


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
    tangent, sigmoid = unknown_function("tanh"), unknown_function("sigmoid")
    yield Step(
        "With half its outgoing weights, and the other half added to the next bias, a tanh unit contributes the same as the "
        "sigmoid unit. This holds for all units, layer after layer.",
        chi(total(tangent(z[n, j] / 2) * (V[j, k] / 2), j) + c[k] + total(V[j, k] / 2, j)),
        chi(next_preactivation(sigmoid(z[n, j]) * V[j, k])),
        given=((sigmoid(z[n, j]), (1 + tangent(z[n, j] / 2)) / 2),),
        assuming=INDUCTION_ON_LAYERS,
        concludes=Sides(sigmoids, "", (n, k), widths=WIDTHS),
    )


def sigmoids(at) -> Setting:
    """A network and a batch; z is the preactivation, and the functions are what they are called."""
    network, batch = network_at(at, hidden=SIGMOID, output=IDENTITY), batch_at(at)
    functions = {"tanh": TANH, "sigmoid": SIGMOID, "chi": IDENTITY}
    return Setting({"network": network, "batch": batch}, observed(at, network, batch).choosing(**functions))
