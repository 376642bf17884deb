"""Derivations of DUP: what one unit of a layer contributes to the next."""

import sympy

from proofs.derivations.notation import *

PART = sympy.Symbol("lambda", real=True)


def merged_units(fault: str = ""):
    """DUP.1."""
    rest = total((1 - one_if_equal(j, s) - one_if_equal(j, t)) * contribution(), j)
    yield Step(
        "The next layer gets the sum over all units: over all except s and t, plus what these two contribute.",
        total(contribution(), j),
        rest + contribution(s) + contribution(t),
    )
    yield Step(
        "The preactivations of s and t differ by as much as their incoming weights and biases make them: if these are equal, so "
        "are the preactivations, in every example.",
        preactivation(t) - preactivation(s),
        total(x[n, i] * (W[i, t] - W[i, s]), i) + (b[t] - b[s]),
    )
    whole = V[s, k] + V[t, k]
    yield Step(
        "The layer has one activation, so together they contribute phi(z[n, s]) (V[s, k] + V[t, k]). Unit s alone contributes "
        "the same with the sum of their outgoing weights. The next layer, and so the output, stays the same.",
        rest + contribution(s) + contribution(t).xreplace({z[n, t]: z[n, s]}),
        rest + phi(z[n, s]) * (whole / 2 if fault == "v averaged" else whole),
    )


def split_unit(fault: str = ""):
    """DUP.2."""
    rest = 2 - PART if fault == "parts that do not sum to 1" else 1 - PART
    yield Step(
        "Unit s and its copy have the same preactivation z[n, s]. They contribute lambda and 1 - lambda times what unit s "
        "contributed alone; the other units contribute the same. So the next layer, and the output, stays the same for every "
        "lambda.",
        others(contribution()) + (PART * V[s, k] + rest * V[s, k]) * phi(z[n, s]),
        total(contribution(), j),
    )


def split_gradient(fault: str = ""):
    """DUP.4."""
    rest = 2 - PART if fault == "a split that changes the function" else 1 - PART

    def error_of(part):
        return slope(z[n, s]) * total(error[n, k] * part * V[s, k], k)

    yield Step(
        "The split leaves the next layer as it is (DUP.2) ...",
        others(contribution()) + (PART + rest) * contribution(s),
        total(contribution(), j),
    )
    yield Step(
        "... and so its errors e[n, k]. The error of a unit with the part lambda of the outgoing weights is lambda times "
        "delta[n, s] (GRAD.2), and so are its gradients in w and b, which are linear in it (GRAD.3).",
        incoming_gradients(error_of(PART), x[n, i]),
        PART * incoming_gradients(error_of(1), x[n, i]),
    )
    yield Step(
        "The layer before reads the errors through the incoming weights, which the two units share: their parts add up to "
        "what came from unit s alone. So the gradients of all layers before and after this one stay the same.",
        others(delta[n, j] * W[i, j]) + (PART + rest) * delta[n, s] * W[i, s],
        total(delta[n, j] * W[i, j], j),
    )
    incoming, outgoing = arrays("g h")
    yield Step(
        "The gradient in the outgoing weights, the sum over n of phi(z[n, s]) e[n, k], is the same for both units. Call it "
        "h[k], and write g[i] for the gradient in w before the split. The squared length of both units' gradients is a "
        "multiple of that of g plus twice that of h. It is 0 wherever the gradient of unit s was 0: a critical point stays "
        "critical under every split.",
        total((PART * incoming[i]) ** 2 + ((1 - PART) * incoming[i]) ** 2, i)
        + total(outgoing[k] ** 2 + outgoing[k] ** 2, k),
        (PART**2 + (1 - PART) ** 2) * total(incoming[i] ** 2, i) + 2 * total(outgoing[k] ** 2, k),
    )


def dead_unit(fault: str = ""):
    """DUP.3."""
    yield Step(
        "The next layer gets the sum over all units: the sum over the others, plus what unit s contributes.",
        total(contribution(), j),
        others(contribution()) + contribution(s),
    )
    removed = 0 if fault == "outgoing weights not zero" else one_if_equal(j, s) * V[s, k]
    yield Step(
        "If its outgoing weights are 0, it contributes nothing: the next layer, and so the output, is that of the network "
        "without it.",
        total(phi(z[n, j]) * (V[j, k] - removed), j),
        others(contribution()),
    )
    yield Step(
        "If its incoming weights and bias are multiplied by lambda, so is its preactivation: at lambda = 0 the "
        "preactivation is 0 in every example.",
        preactivation(s, PART),
        PART * preactivation(s),
    )
    yield Step(
        "If phi(0) = 0, its activation is then 0, and again it contributes nothing.",
        total((phi(z[n, j]) - one_if_equal(j, s) * phi(z[n, s])) * V[j, k], j),
        others(contribution()),
    )
