"""Derivations of NORM: changes of the weights that do not change a network with normalisation."""

import functools

import sympy

from proofs.derivations.normalised_networks import (
    a_bias_before,
    invariant_weights,
    level_rotation,
    rescaled_weights,
    rotation,
)
from proofs.derivations.notation import *

root = unknown_function("r")
"""The reciprocal square root of variance + epsilon; nothing is used except that it is a function of the variance."""

l = sympy.Idx("l", N)
"""Another example of the batch."""

G, G1, B, gamma, beta = arrays("G G1 B gamma beta")
"""The gradient in the weights, that elsewhere, any matrix; scale and shift."""

factor = sympy.IndexedBase("alpha", positive=True)[j]
"""The number c that the incoming weights of unit j are multiplied by."""


def centred(of, example=n):
    """The number of an example, a formula in n, less the mean over the batch."""
    return of.xreplace({n: example}) - total(of.xreplace({n: l}), l) / N


def variance(of):
    """The mean over the batch of the squared distance from the mean."""
    place = sympy.Idx("o", N)
    return total(centred(of, place) ** 2, place) / N


def bias_before_batch_norm(fault: str = ""):
    """NORM.1."""

    def normalised(of):
        return centred(of) * root(variance(of))

    def output(shift):
        return normalised(z[n, j]) + shift if fault == "bias after" else normalised(z[n, j] + shift)

    def loss_with(shift):
        scaled = gamma[j] * output(shift) + beta[j]
        return losses(chi(next_preactivation(phi(scaled) * V[j, k])))

    yield Step(
        "Add b to the preactivation of one unit in every example. The mean over the batch grows by b, so the distance from it "
        "stays the same ...",
        centred(z[n, j] + b[j]),
        centred(z[n, j]),
    )
    before = functools.partial(Sides, a_bias_before, widths=WIDTHS)
    yield Step(
        "... and so do the variance, its reciprocal square root r, the output of batch norm and the loss, whatever "
        "epsilon, scale and shift are: the bias changes nothing.",
        loss_with(b[j]),
        loss_with(0),
        concludes=before("[0]"),
    )
    yield Step(
        "Let e[n, j] be the gradient of the loss in the output of batch norm. The loss does not move with the bias: "
        "the gradient in the bias, the sum over the batch of dL/dz[n, j], is 0.",
        total(error[n, j] * rate(output(b[j] + epsilon)), n),
        0,
        assuming=CHAIN_RULE,
        concludes=before("[1]", (j,)),
    )


def scale_invariance(fault: str = ""):
    """NORM.2."""
    distance, spread = array("u")[n, j], sympy.IndexedBase("v", positive=True)[j]
    added = 1 if fault == "epsilon of order 1" else 0
    law = functools.partial(Sides, rescaled_weights, widths=WIDTHS)

    def preactivation(scale):
        return total(x[n, i] * (scale * W[i, j]), i)

    def normalised(scale):
        return scale * distance / sympy.sqrt(scale**2 * spread + added)

    yield Step(
        "Multiply the incoming weights W of unit j by alpha: the distances from the mean are multiplied by alpha ...",
        centred(preactivation(factor)),
        factor * centred(preactivation(1)),
    )
    yield Step(
        "... and the variance by alpha^2.", variance(preactivation(factor)), factor**2 * variance(preactivation(1))
    )
    yield Step(
        "If alpha > 0 and nothing is added to the variance, the distance u over the square root of the variance v "
        "stays the same, and so does the loss: L(alpha W) = L(W).",
        normalised(factor),
        normalised(1),
        simplify=sympy.simplify,
    )
    yield Step(
        "Move alpha from 1 by epsilon. W moves along itself, so the loss moves at the rate of the sum of W[i, j] G[i, "
        "j], with G the gradient in W. But the output of the norm does not move, so neither does the loss: the "
        "gradient is orthogonal to W.",
        total(error[n, j] * rate(normalised(1 + epsilon)), n),
        0,
        simplify=lambda gap: sympy.simplify(gap.doit()),
        assuming=CHAIN_RULE,
        concludes=law("[0]", (j,)),
    )
    rate_of_left = total(G1[h, j] * rate(factor * (W[h, j] + epsilon * one_if_equal(h, i))), h)
    yield Step(
        "Move W[i, j] by epsilon in L(alpha W) = L(W). With G1 the gradient at alpha W, the left side moves at the rate alpha "
        "G1[i, j]; the right one at G[i, j]. So G1 = G/alpha.",
        G1[i, j],
        G[i, j] / factor,
        given=((G[i, j], rate_of_left),),
        assuming=CHAIN_RULE,
        concludes=law("[1]", (i, j)),
    )


def growing_norm(fault: str = ""):
    """NORM.3."""
    yield Step(
        "Let W.G = 0 for each unit (NORM.2). Then the sum of (G[i] W[h] - W[i] G[h]) W[h] is G[i] times the sum of W^2, since "
        "W[i] (W.G) = 0. So G = A W with the antisymmetric A = (G W^T - W G^T) / (W.W).",
        total((G[i, j] * W[h, j] - W[i, j] * G[h, j]) * W[h, j], h),
        G[i, j] * total(W[h, j] ** 2, h) - W[i, j] * total(G[h, j] * W[h, j], h),
    )

    def turned(place):
        return total((B[place, h, j] - B[h, place, j]) * W[h, j], h)

    earlier = array("m")[i, j] / 2 if fault == "momentum" else 0
    yield Step(
        "Conversely, A W is orthogonal to W for every antisymmetric A, written B - B^T.",
        total(W[i, j] * turned(i), i),
        0,
    )
    yield Step(
        "So a step of gradient descent turns W and never makes it shorter: with G = A W, the sum of (W - eta G)^2 "
        "exceeds that of W^2 by exactly eta^2 times the sum of G^2.",
        total((W[i, j] - eta * turned(i) + earlier) ** 2, i) - total(W[i, j] ** 2, i),
        eta**2 * total(turned(i) ** 2, i),
        concludes=Sides(invariant_weights, "", (j,), widths=WIDTHS),
    )


def rotations(fault: str = ""):
    """NORM.4."""
    Q, inverse, gamma, rows, columns = arrays("Q s gamma R C")
    g, o = (sympy.Idx(name, d) for name in ("g", "o"))
    ones = sympy.Symbol("rho", real=True)
    product = total(Q[i, h] * Q[g, h], h)
    orthogonal = (product, one_if_equal(i, g))
    law = functools.partial(Sides, rotation, widths=WIDTHS)

    def squares(of, other):
        """The sum of the squares of a rotated example, from its entries i and g."""
        return total(of * other * product, i, g)

    yield Step(
        "Rotate an example x[n] to x[n] Q. The sum of its squares is the sum of x[n, i] x[n, g] times the sum over h of "
        "Q[i, h] Q[g, h] ...",
        total(total(x[n, i] * Q[i, h], i) ** 2, h),
        squares(x[n, i], x[n, g]),
    )
    yield Step(
        "... which is delta_ig, since Q is orthogonal. RMS norm multiplies the example by a number r that depends on this sum of "
        "squares alone. So it commutes with Q.",
        total(x[n, i] * Q[i, o], i) * root(squares(x[n, i], x[n, g]) / d),
        total(x[n, i] * root(total(x[n, h] ** 2, h) / d) * Q[i, o], i),
        given=(orthogonal,),
        concludes=law("[0]", (n, o)),
    )
    yield Step(
        "Write s[n] for that number. Multiply the scale gamma of the norm into the weight W that follows, and rotate that back: "
        "the product with Q^T diag(gamma) W contains the sum over h of Q[i, h] Q[g, h] ...",
        total(total(inverse[n] * x[n, i] * Q[i, h], i) * total(Q[g, h] * (gamma[g] * W[g, j]), g), h),
        total(inverse[n] * x[n, i] * gamma[g] * W[g, j] * product, i, g),
    )
    yield Step(
        "... again delta_ig, so the network computes the same as with the scale in its old place and no rotation.",
        total(inverse[n] * x[n, i] * gamma[g] * W[g, j] * product, i, g),
        total((inverse[n] * x[n, i] * gamma[i]) * W[i, j], i),
        given=(orthogonal,),
        concludes=law("[1]", (n, j)),
    )
    mean = total(x[n, g], g) / d
    yield Step(
        "Layer norm subtracts the mean of the units first. The mean of x[n] Q is that of x[n, i] R[i], where R[i] is the sum of "
        "row i of Q ...",
        total(total(x[n, i] * Q[i, h], i), h) / d,
        total(x[n, i] * total(Q[i, h], h), i) / d,
    )
    yield Step(
        "... and if the mean is subtracted from x[n] before multiplying by Q, the result is x[n] Q less the mean times "
        "C[h], the sum of column h of Q.",
        total((x[n, i] - mean) * Q[i, h], i),
        total(x[n, i] * Q[i, h], i) - mean * total(Q[i, h], i),
    )
    yield Step(
        "It commutes with no Q for which the C[h] differ. The layer norm of an example is 0 if and only if its units "
        "are equal, for example all 1. If layer norm commutes with Q, it is also 0 at the rotated all-ones example, "
        "which is C. So all C[h] are equal.",
        (x[n, h] - mean).xreplace({x[n, h]: sympy.S.One, x[n, g]: sympy.S.One}),
        0,
    )
    level = () if fault == "layer norm, any rotation" else ((rows[i], ones), (columns[o], ones))
    other_mean = total(x[n, h], h) / d
    left_over = squares(x[n, i] - other_mean, x[n, g] - other_mean)
    yield Step(
        "If Q sends the all-ones direction to itself, all R[i] and C[h] are one number rho, 1 or -1. Then subtracting the mean "
        "commutes with Q, and so does layer norm, which multiplies by r of the squares that are left.",
        (total(x[n, i] * Q[i, o], i) - total(x[n, i] * rows[i], i) / d) * root(left_over / d),
        (total(x[n, i] * Q[i, o], i) - mean * columns[o]) * root(total((x[n, i] - other_mean) ** 2, i) / d),
        given=(orthogonal, *level),
        concludes=Sides(level_rotation, "[2]", (n, o), widths=WIDTHS),
    )
