"""Derivations of NORM: changes of the weights that do not change a network with normalisation."""

import sympy

from proofs.derivations.notation import *

root = unknown_function("r")
"""The reciprocal square root of variance + epsilon; nothing is used except that it is a function of the variance."""

l = sympy.Idx("l", N)
"""Another example of the batch."""

weights, G, G1, B = arrays("w G G1 B")
"""A unit's incoming weights, the gradient in them, the gradient elsewhere, any matrix."""

factor = sympy.Symbol("c", positive=True)
"""A number that a unit's incoming weights are multiplied by."""


def centred(of, example=n):
    """The number of an example, a formula in n, less the mean over the batch."""
    return of.xreplace({n: example}) - total(of.xreplace({n: l}), l) / N


def variance(of):
    """The mean over the batch of the squared distance from the mean."""
    place = sympy.Idx("o", N)
    return total(centred(of, place) ** 2, place) / N


def bias_before_batch_norm(fault: str = ""):
    """NORM.1."""
    bias = sympy.Symbol("b", real=True)

    def normalised(of):
        return centred(of) * root(variance(of))

    def output(shift):
        return normalised(z[n]) + shift if fault == "bias after" else normalised(z[n] + shift)

    yield Step(
        "Add b to the preactivation of one unit in every example. The mean over the batch grows by b, so the distance from it "
        "stays the same ...",
        centred(z[n] + bias),
        centred(z[n]),
    )
    yield Step(
        "... and so do the variance, its reciprocal square root r, and the output of batch norm, whatever epsilon, scale and "
        "shift are: the bias changes nothing.",
        output(bias),
        output(0),
    )
    yield Step(
        "Let e[n] be the gradient of the loss in the output of batch norm. The loss does not move with the bias: the gradient in "
        "the bias, the sum over the batch of dL/dz[n], is 0.",
        total(error[n] * rate(output(bias + epsilon)), n),
        0,
        assuming=CHAIN_RULE,
    )


def scale_invariance(fault: str = ""):
    """NORM.2."""
    distance, spread = sympy.Symbol("u", real=True), sympy.Symbol("v", positive=True)
    added = 1 if fault == "epsilon of order 1" else 0

    def preactivation(scale):
        return total(x[n, i] * (scale * weights[i]), i)

    def normalised(scale):
        return scale * distance / sympy.sqrt(scale**2 * spread + added)

    yield Step(
        "Multiply the incoming weights w of one unit by c: the distances from the mean are multiplied by c ...",
        centred(preactivation(factor)),
        factor * centred(preactivation(1)),
    )
    yield Step("... and the variance by c^2.", variance(preactivation(factor)), factor**2 * variance(preactivation(1)))
    yield Step(
        "If c > 0 and nothing is added to the variance, the distance u over the square root of the variance v stays the same, "
        "and so does the loss: L(c w) = L(w).",
        normalised(factor),
        normalised(1),
        simplify=sympy.simplify,
    )
    yield Step(
        "Move c from 1 by epsilon: the output of the norm, and so the loss, moves at the rate 0 ...",
        rate(normalised(1 + epsilon)),
        0,
        simplify=lambda gap: sympy.simplify(gap.doit()),
    )
    yield Step(
        "... which, with G the gradient in w, is the sum of G[i] w[i]: the gradient is orthogonal to w.",
        total(G[i] * rate((1 + epsilon) * weights[i]), i),
        total(weights[i] * G[i], i),
        assuming=CHAIN_RULE,
    )
    yield Step(
        "Move w[i] by epsilon in L(c w) = L(w). With G1 the gradient at c w, the left side moves at the rate c G1[i]; the "
        "right one at G[i]. So G1 = G/c.",
        total(G1[h] * rate(factor * (weights[h] + epsilon * one_if_equal(h, i))), h),
        factor * G1[i],
        assuming=CHAIN_RULE,
    )


def growing_norm(fault: str = ""):
    """NORM.3."""
    yield Step(
        "Let w.G = 0 (NORM.2). Then the sum of (G[i] w[h] - w[i] G[h]) w[h] is G[i] times the sum of w^2, since w[i] (w.G) = 0. "
        "So G = A w with the antisymmetric A = (G w^T - w G^T) / (w.w).",
        total((G[i] * weights[h] - weights[i] * G[h]) * weights[h], h),
        G[i] * total(weights[h] ** 2, h) - weights[i] * total(G[h] * weights[h], h),
    )

    def turned(place):
        return total((B[place, h] - B[h, place]) * weights[h], h)

    earlier = array("m")[i] / 2 if fault == "momentum" else 0
    yield Step(
        "Conversely, A w is orthogonal to w for every antisymmetric A, written B - B^T.",
        total(weights[i] * turned(i), i),
        0,
    )
    yield Step(
        "So a step of gradient descent turns w and never makes it shorter: with G = A w, the sum of (w - eta G)^2 is exactly the "
        "sum of w^2 plus eta^2 times the sum of G^2.",
        total((weights[i] - eta * turned(i) + earlier) ** 2, i),
        total(weights[i] ** 2, i) + eta**2 * total(turned(i) ** 2, i),
    )


def rotations(fault: str = ""):
    """NORM.4."""
    Q, inverse, gamma, rows, columns = arrays("Q s gamma R C")
    g = sympy.Idx("g", d)
    ones = sympy.Symbol("rho", real=True)
    row, column = (rows[i], columns[h]) if fault == "layer norm, any rotation" else (ones, ones)
    yield Step(
        "Rotate an example x[n] to x[n] Q. The sum of its squares is the sum of x[n, i] x[n, g] times the sum over h of "
        "Q[i, h] Q[g, h] ...",
        total(total(x[n, i] * Q[i, h], i) ** 2, h),
        total(x[n, i] * x[n, g] * total(Q[i, h] * Q[g, h], h), i, g),
    )
    yield Step(
        "... which is delta_ig, since Q is orthogonal: the root mean square of the units stays the same.",
        total(x[n, i] * x[n, g] * one_if_equal(i, g), i, g),
        total(x[n, i] ** 2, i),
    )
    yield Step(
        "RMS norm multiplies the example by a number s[n] that depends on the root mean square alone. So it commutes with Q.",
        inverse[n] * total(x[n, i] * Q[i, h], i),
        total((inverse[n] * x[n, i]) * Q[i, h], i),
    )
    yield Step(
        "Multiply its scale gamma into the weight W that follows, and rotate that back: the product with Q^T diag(gamma) W "
        "contains the sum over h of Q[i, h] Q[g, h], again delta_ig ...",
        total(total(inverse[n] * x[n, i] * Q[i, h], i) * total(Q[g, h] * (gamma[g] * W[g, k]), g), h),
        total(inverse[n] * x[n, i] * gamma[g] * W[g, k] * total(Q[i, h] * Q[g, h], h), i, g),
    )
    yield Step(
        "... so the network computes the same as with the scale in its old place and no rotation.",
        total(inverse[n] * x[n, i] * gamma[g] * W[g, k] * one_if_equal(i, g), i, g),
        total((inverse[n] * x[n, i] * gamma[i]) * W[i, k], i),
    )
    yield Step(
        "Layer norm subtracts the mean of the units first. The mean of x[n] Q is that of x[n, i] R[i], where R[i] is the sum of "
        "row i of Q ...",
        total(total(x[n, i] * Q[i, h], i), h) / d,
        total(x[n, i] * total(Q[i, h], h), i) / d,
    )
    mean = total(x[n, g], g) / d
    yield Step(
        "... and if the mean is subtracted from x[n] before multiplying by Q, the result is x[n] Q less the mean times "
        "C[h], the sum of column h of Q.",
        total((x[n, i] - mean) * Q[i, h], i),
        total(x[n, i] * Q[i, h], i) - mean * total(Q[i, h], i),
    )
    yield Step(
        "If Q sends the all-ones direction to itself, all R[i] and C[h] are one number rho, 1 or -1. Then subtracting the mean "
        "commutes with Q, and so does layer norm.",
        total(x[n, i] * Q[i, h], i) - total(x[n, i] * row, i) / d,
        total(x[n, i] * Q[i, h], i) - mean * column,
    )
    yield Step(
        "It commutes in no other case. The layer norm of an example is 0 if and only if its units are equal, for example "
        "all 1. If layer norm commutes with Q, it is also 0 at the rotated all-ones example, which is C. So all C[h] are "
        "equal.",
        (x[n, h] - mean).xreplace({x[n, h]: sympy.S.One, x[n, g]: sympy.S.One}),
        0,
    )
