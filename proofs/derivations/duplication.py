"""Derivations of DUP: what one unit of a layer contributes to the next."""

import sympy

from proofs.derivations.equal_initialisation import tied
from proofs.derivations.notation import *
from symmetry.engine.derive import Step

PART = sympy.Symbol("lambda", real=True)


def contribution(unit):
    """What a unit adds to the preactivation u[n, k] of the next layer."""
    return phi(z[n, unit]) * V[unit, k]


def merged_units(fault: str = ""):
    """DUP.1."""
    others = total((1 - one_if_equal(j, s) - one_if_equal(j, t)) * contribution(j), j)
    yield Step(
        "The next layer gets the sum over all units: over all but s and t, and what these two contribute.",
        total(contribution(j), j),
        others + contribution(s) + contribution(t),
    )
    weights, bias = sympy.IndexedBase("W", real=True), sympy.IndexedBase("b", real=True)

    def preactivation(unit):
        return total(x[n, i] * weights[i, unit], i) + bias[unit]

    yield Step(
        "Their preactivations differ by what their incoming weights and biases differ by: where these are equal, so are the "
        "preactivations, in every example.",
        preactivation(t) - preactivation(s),
        total(x[n, i] * (weights[i, t] - weights[i, s]), i) + (bias[t] - bias[s]),
    )
    whole = V[s, k] + V[t, k]
    yield Step(
        "One activation serves the layer, so together they contribute phi(z[n, s]) (V[s, k] + V[t, k]), what unit s alone "
        "contributes with the sum of their outgoing weights. The next layer, and so the output, is as it was.",
        others + contribution(s) + tied(contribution(t), z),
        others + phi(z[n, s]) * (whole / 2 if fault == "v averaged" else whole),
    )


def split_unit(fault: str = ""):
    """DUP.2."""
    rest = 2 - PART if fault == "parts that do not sum to 1" else 1 - PART
    yield Step(
        "Unit s and its copy have one preactivation z[n, s]. Beside the other units they contribute lambda and 1 - lambda "
        "times what unit s did, whatever lambda is: the next layer, and so the output, is as it was.",
        total((1 - one_if_equal(j, s)) * contribution(j), j) + (PART * V[s, k] + rest * V[s, k]) * phi(z[n, s]),
        total(contribution(j), j),
    )


def split_gradient(fault: str = ""):
    """DUP.4."""
    rest = 2 - PART if fault == "a split that changes the function" else 1 - PART

    def unit_error(part):
        return slope(z[n, s]) * total(error[n, k] * part * V[s, k], k)

    yield Step(
        "The split leaves the next layer as it is (DUP.2) ...",
        total((1 - one_if_equal(j, s)) * contribution(j), j) + (PART + rest) * contribution(s),
        total(contribution(j), j),
    )
    yield Step(
        "... and so its errors e[n, k]. The error of a unit with the part lambda of the outgoing weights is lambda times "
        "delta[n, s] (GRAD.2), and so are its gradients in w and b, which are linear in it (GRAD.3).",
        total(x[n, i] * unit_error(PART), n) + total(unit_error(PART), n),
        PART * (total(x[n, i] * unit_error(1), n) + total(unit_error(1), n)),
    )
    yield Step(
        "The layer before reads the errors through the incoming weights, which the two units share: their parts add up to "
        "what came from unit s alone. So all gradients before this layer are as they were, and those after it too.",
        total((1 - one_if_equal(j, s)) * delta[n, j] * W[i, j], j) + (PART + rest) * delta[n, s] * W[i, s],
        total(delta[n, j] * W[i, j], j),
    )
    incoming, outgoing = sympy.IndexedBase("g", real=True), sympy.IndexedBase("h", real=True)
    yield Step(
        "The gradient in the outgoing weights, the sum over n of phi(z[n, s]) e[n, k], is the same for both units, h[k] say; "
        "with g[i] for the gradient in w, the squared length of both units' gradients is a multiple of that of g and twice "
        "that of h. It vanishes wherever unit s had none: a critical point stays critical under every split.",
        total((PART * incoming[i]) ** 2 + ((1 - PART) * incoming[i]) ** 2, i)
        + total(outgoing[k] ** 2 + outgoing[k] ** 2, k),
        (PART**2 + (1 - PART) ** 2) * total(incoming[i] ** 2, i) + 2 * total(outgoing[k] ** 2, k),
    )


def dead_unit(fault: str = ""):
    """DUP.3."""
    others = total((1 - one_if_equal(j, s)) * contribution(j), j)
    yield Step(
        "The next layer gets the sum over all units: the sum over the others, plus what unit s contributes.",
        total(contribution(j), j),
        others + contribution(s),
    )
    removed = 0 if fault == "outgoing weights not zero" else one_if_equal(j, s) * V[s, k]
    yield Step(
        "With its outgoing weights made 0 it contributes nothing: the next layer, and so the output, is that of the network "
        "without it.",
        total(phi(z[n, j]) * (V[j, k] - removed), j),
        others,
    )
    incoming, bias = sympy.IndexedBase("w", real=True), sympy.Symbol("b", real=True)
    yield Step(
        "With lambda times its incoming weights and bias it has lambda times its preactivation: at lambda = 0, the "
        "preactivation 0 in every example.",
        total(x[n, i] * (PART * incoming[i]), i) + PART * bias,
        PART * (total(x[n, i] * incoming[i], i) + bias),
    )
    yield Step(
        "With phi(0) = 0 its activation is then 0, and again it contributes nothing.",
        total((phi(z[n, j]) - one_if_equal(j, s) * phi(z[n, s])) * V[j, k], j),
        others,
    )
