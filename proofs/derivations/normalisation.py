"""Derivations of NORM: what a network with normalisation does not see of its weights."""

import sympy

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function

root = unknown_function("r")
"""The reciprocal square root of variance + epsilon: all that is used is that it is a function of the variance."""

l = sympy.Idx("l", N)
"""Another example of the batch."""

w, G, G1, B = arrays("w G G1 B")
"""A unit's incoming weights, the gradient in them, the gradient elsewhere, any matrix."""

c, eta = sympy.symbols("c eta", positive=True)


def centred(of):
    """What `of` gives for example n, less the mean over the batch."""
    return of(n) - total(of(l), l) / N


def variance(of):
    """The mean over the batch of the squared distance from the mean."""
    place = sympy.Idx("o", N)
    return total((of(place) - total(of(l), l) / N) ** 2, place) / N


def bias_before_batch_norm(fault: str = ""):
    """NORM.1."""
    bias = sympy.Symbol("b", real=True)

    def normalised(of):
        return centred(of) * root(variance(of))

    def output(shift):
        if fault == "bias after":
            return normalised(lambda example: z[example]) + shift
        return normalised(lambda example: z[example] + shift)

    yield Step(
        "Add b to the preactivation of one unit in every example: the mean over the batch grows by b, so the distance from "
        "it is what it was ...",
        centred(lambda example: z[example] + bias),
        centred(lambda example: z[example]),
    )
    yield Step(
        "... and so are the variance, its reciprocal square root r, and what batch norm puts out, whatever epsilon, scale and "
        "shift: the bias changes nothing.",
        output(bias),
        output(0),
    )
    yield Step(
        "So the loss, whose gradient in what is put out is e[n], does not move with the bias: its gradient, the sum over the "
        "batch of dL/dz[n], is 0.",
        total(error[n] * rate(output(bias + epsilon)), n),
        0,
        assuming=CHAIN_RULE,
    )


def scale_invariance(fault: str = ""):
    """NORM.2."""
    distance, spread = sympy.Symbol("u", real=True), sympy.Symbol("v", positive=True)
    added = 1 if fault == "epsilon of order 1" else 0

    def preactivation(scale):
        return lambda example: total(x[example, i] * (scale * w[i]), i)

    def normalised(scale):
        return scale * distance / sympy.sqrt(scale**2 * spread + added)

    yield Step(
        "Multiply the incoming weights w of one unit by c: the distances from the mean are multiplied by c ...",
        centred(preactivation(c)),
        c * centred(preactivation(1)),
    )
    yield Step(
        "... and the variance by c^2.",
        variance(preactivation(c)),
        c**2 * variance(preactivation(1)),
    )
    yield Step(
        "With c > 0 and nothing added to the variance, the distance u over the square root of the variance v is what it was, "
        "and so is the loss: L(c w) = L(w).",
        normalised(c),
        normalised(1),
        simplify=sympy.simplify,
    )
    yield Step(
        "Move c from 1 by epsilon: what is put out, and so the loss, moves at the rate 0 ...",
        rate(normalised(1 + epsilon)),
        0,
        simplify=lambda gap: sympy.simplify(gap.doit()),
    )
    yield Step(
        "... which, with G the gradient in w, is the sum of G[i] w[i]: the gradient is orthogonal to w.",
        total(G[i] * rate((1 + epsilon) * w[i]), i),
        total(w[i] * G[i], i),
        assuming=CHAIN_RULE,
    )
    yield Step(
        "Move w[i] by epsilon in L(c w) = L(w). With G1 the gradient at c w, the left side moves at the rate c G1[i]; the "
        "right one at G[i]. So G1 = G/c.",
        total(G1[h] * rate(c * (w[h] + epsilon * one_if_equal(h, i))), h),
        c * G1[i],
        assuming=CHAIN_RULE,
    )


def growing_norm(fault: str = ""):
    """NORM.3."""
    yield Step(
        "Let w.G = 0 (NORM.2). Then the sum of (G[i] w[h] - w[i] G[h]) w[h], whose last term is w[i] (w.G) = 0, is G[i] times "
        "the sum of w^2. So G = A w with A antisymmetric: (G w^T - w G^T) / (w.w).",
        total((G[i] * w[h] - w[i] * G[h]) * w[h], h),
        G[i] * total(w[h] ** 2, h) - w[i] * total(G[h] * w[h], h),
    )

    def turned(place):
        return total((B[place, h] - B[h, place]) * w[h], h)

    velocity = sympy.IndexedBase("m", real=True)
    earlier = velocity[i] / 2 if fault == "momentum" else 0
    yield Step(
        "Conversely, A w is orthogonal to w for every antisymmetric A, written B - B^T.",
        total(w[i] * turned(i), i),
        0,
    )
    yield Step(
        "So a step of gradient descent turns w without reaching inwards: the sum of (w - eta G)^2, with G = A w, is the sum of "
        "w^2 plus eta^2 times the sum of G^2, exactly.",
        total((w[i] - eta * turned(i) + earlier) ** 2, i),
        total(w[i] ** 2, i) + eta**2 * total(turned(i) ** 2, i),
    )


def rotations(fault: str = ""):
    """NORM.4."""
    Q, inverse = arrays("Q s")
    gamma, rows, columns = arrays("gamma R C")
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
        "... which is delta_ig, Q being orthogonal: the root mean square of the units is what it was.",
        total(x[n, i] * x[n, g] * one_if_equal(i, g), i, g),
        total(x[n, i] ** 2, i),
    )
    yield Step(
        "So RMS norm, which multiplies the example by a number s[n] that depends on the root mean square alone, commutes with Q.",
        inverse[n] * total(x[n, i] * Q[i, h], i),
        total((inverse[n] * x[n, i]) * Q[i, h], i),
    )
    yield Step(
        "Fold its scale gamma into the weight W that follows, and rotate that back: the product with Q^T diag(gamma) W holds "
        "the sum over h of Q[i, h] Q[g, h], again delta_ig ...",
        total(total(inverse[n] * x[n, i] * Q[i, h], i) * total(Q[g, h] * (gamma[g] * W[g, k]), g), h),
        total(inverse[n] * x[n, i] * gamma[g] * W[g, k] * total(Q[i, h] * Q[g, h], h), i, g),
    )
    yield Step(
        "... so the network computes what it did, the scale where it was and no rotation.",
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
        "... and x[n] less its mean, times Q, is x[n] Q less the mean times C[h], the sum of column h of Q.",
        total((x[n, i] - mean) * Q[i, h], i),
        total(x[n, i] * Q[i, h], i) - mean * total(Q[i, h], i),
    )
    yield Step(
        "If Q sends the all-ones direction to itself, all R[i] and C[h] are one number rho, 1 or -1. Then subtracting the mean "
        "commutes with Q, and layer norm with it.",
        total(x[n, i] * Q[i, h], i) - total(x[n, i] * row, i) / d,
        total(x[n, i] * Q[i, h], i) - mean * column,
    )
    yield Step(
        "Only then: the layer norm of an example is 0 if and only if its units are equal, such as all 1. If layer norm "
        "commutes with Q it is 0 as well where the all-ones example is rotated to, which is C: so all C[h] are equal.",
        (x[n, h] - mean).xreplace({x[n, h]: sympy.S.One, x[n, g]: sympy.S.One}),
        0,
    )
