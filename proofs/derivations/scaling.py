"""Derivations of SCALE: a unit with a homogeneous activation, phi(c z) = c^K phi(z) for c > 0, rescaled by c.

The degree K is any positive whole number. Homogeneity is a hypothesis, used as a substitution. The first step shows that
the identity, ReLU and leaky ReLU are homogeneous.
"""

import functools

import sympy
from sympy import IndexedBase

from proofs.derivations.homogeneous_networks import ALONE, RESCALING, of_each_degree, perfect_fit
from proofs.derivations.notation import *

K = sympy.Symbol("K", integer=True, positive=True)
"""The degree of homogeneity."""
factor = sympy.IndexedBase("alpha", positive=True)[j]
"""The number c of the statements, one for each unit: alpha[j] > 0."""

HOMOGENEITY = "the hypothesis phi(c z) = c^K phi(z) for c > 0"

RESCALED = factor * z[n, j]
HOMOGENEOUS = (
    (phi(RESCALED), factor**K * phi(z[n, j])),
    (slope(RESCALED), factor ** (K - 1) * slope(z[n, j])),
)
"""What the hypothesis says of the activation of a rescaled unit, and of its slope (SCALE.2)."""

EULER = ((preactivation(), z[n, j]), (slope(z[n, j]), K * phi(z[n, j]) / z[n, j]))
"""Euler's relation z phi'(z) = K phi(z), with z = x W + b."""


def two_slopes(argument):
    """An activation with the slope alpha left of 0 and beta right of it."""
    left, right = sympy.symbols("mu nu", real=True)
    return (left + right) / 2 * argument + (right - left) / 2 * sympy.Abs(argument)


def function(fault: str = ""):
    """SCALE.1."""
    scale = sympy.Symbol("c", negative=True) if fault == "c < 0" else factor
    yield Step(
        "The identity, ReLU and leaky ReLU have a slope mu left of 0 and a slope nu right of it: phi(z) = (mu + nu) "
        "z/2 + (nu - mu) |z|/2. For c > 0, |c z| = c |z|, so phi(c z) = c phi(z): their degree is K = 1. (The square's "
        "is 2, by the law of powers.)",
        two_slopes(scale * z[n, s]),
        scale * two_slopes(z[n, s]),
    )
    yield Step(
        "Rescale each unit j by a number alpha[j], the c of its weights. Its preactivation is alpha[j] z[n, j].",
        preactivation(j, factor),
        factor * preactivation(),
    )
    yield Step(
        "Its activation is alpha[j]^K phi(z[n, j]). With the outgoing weights alpha[j]^(-K) V[j, k] it contributes the same as "
        "before. So the next layer stays the same, and so does everything after it, layer after layer.",
        chi(next_preactivation(phi(RESCALED) * (factor**-K * V[j, k]))),
        chi(next_preactivation(contribution())),
        given=() if fault == "tanh" else HOMOGENEOUS[:1],
        assuming=f"{HOMOGENEITY}; {INDUCTION_ON_LAYERS}",
        concludes=of_each_degree(RESCALING, ("[0]", "[1]"), (n, k)),
    )


def gradient(fault: str = ""):
    """SCALE.2."""
    power = 1 if fault == "g for g^-T" else -1
    c_ = sympy.Symbol("c", positive=True)
    at, here = c_ * z[n, s], z[n, s]
    yield Step(
        "Differentiate both sides of phi(c z) = c^K phi(z): the left moves at the rate c phi'(c z) ...",
        rate(phi(c_ * (here + epsilon))),
        c_ * slope(at),
    )
    yield Step(
        "... and the right at the rate c^K phi'(z), so phi'(c z) = c^(K-1) phi'(z).",
        rate(c_**K * phi(here + epsilon)),
        c_ * slope(at),
        given=((slope(at), c_ ** (K - 1) * slope(here)),),
        assuming=HOMOGENEITY,
    )
    error_of_rescaled = slope(RESCALED) * total(error[n, k] * (factor**-K * V[j, k]), k)
    yield Step(
        "Rescale each unit j by alpha[j]. The next layer stays the same (SCALE.1), and so do its errors e[n, k]. A "
        "unit's error is divided by alpha[j]. So are the gradients of its incoming weights and bias, the sums of I[n] "
        "times the error, where I[n] is a weight's input, and 1 for the bias.",
        gradient_in(error_of_rescaled),
        factor**power * gradient_in(unit_error()),
        given=HOMOGENEOUS,
        concludes=of_each_degree(RESCALING, ("[0]", "[1]"), (j,), each_part=True),
    )
    yield Step(
        "That of its outgoing weights, the sum of its activation times e[n, k], is multiplied by alpha[j]^K. So each gradient is "
        "divided by the number that its parameter is multiplied by: that is g^-T, since g is diagonal.",
        total(phi(RESCALED) * error[n, k], n),
        factor**K * outgoing_gradient(),
        given=HOMOGENEOUS,
        assuming=HOMOGENEITY,
        concludes=of_each_degree(RESCALING, ("[0].layers[1].weight", "[1].layers[1].weight"), (j, k)),
    )
    yield Step(
        "The gradient of the next bias stays the same ...",
        total(error[n, k], n),
        total(error[n, k], n),
        concludes=of_each_degree(RESCALING, ("[0].layers[1].bias", "[1].layers[1].bias"), (k,)),
    )
    yield Step(
        "... and so does that of the layer's inputs: they get the error divided by alpha[j] through the weights multiplied by "
        "alpha[j]. So nothing changes in the layers before.",
        total(error_of_rescaled * (factor * W[i, j]), j),
        total(unit_error() * W[i, j], j),
        given=HOMOGENEOUS,
        concludes=of_each_degree(RESCALING, ("[0].x", "[1].x"), (n, i)),
    )


def euler(fault: str = ""):
    """SCALE.4."""
    degree = K + 1 if fault == "k wrong" else K
    yield Step(
        "Let c = 1 + epsilon in phi(c z) = c^K phi(z). The left side moves at the rate z phi'(z) ...",
        rate(phi((1 + epsilon) * z[n, j])),
        z[n, j] * slope(z[n, j]),
    )
    yield Step(
        "... and the right side at the rate K phi(z): Euler's relation z phi'(z) = K phi(z).",
        rate((1 + epsilon) ** K * phi(z[n, j])),
        K * phi(z[n, j]),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The gradients of a unit's weights and bias are the sums of x[n, i] delta[n, j] and of delta[n, j] (GRAD.3). "
        "Their product with W and b is the sum of z[n, j] delta[n, j].",
        total(W[i, j] * total(x[n, i] * delta[n, j], n), i) + b[j] * total(delta[n, j], n),
        total(preactivation() * delta[n, j], n),
    )
    yield Step(
        "With delta[n, j] = phi'(z[n, j]) times the sum of e[n, k] V[j, k] (GRAD.2), and with Euler's relation, that "
        "is K times the product of V with its gradient, the sum of phi(z[n, j]) e[n, k].",
        total(preactivation() * unit_error(), n),
        degree * total(V[j, k] * outgoing_gradient(), k),
        given=EULER,
        concludes=of_each_degree(ALONE, ("[0][0]", "[1][0]"), (j,)),
    )


def balance(fault: str = ""):
    """SCALE.5."""
    of_incoming, of_bias, of_outgoing = arrays("G g H")

    def imbalance(step):
        moved = total((W[i, j] - step * of_incoming[i, j]) ** 2, i) + (b[j] - step * of_bias[j]) ** 2
        return moved - K * total((V[j, k] - step * of_outgoing[j, k]) ** 2, k)

    first_order = total(W[i, j] * of_incoming[i, j], i) + b[j] * of_bias[j]
    first_order -= K * total(V[j, k] * of_outgoing[j, k], k)
    second_order = total(of_incoming[i, j] ** 2, i) + of_bias[j] ** 2 - K * total(of_outgoing[j, k] ** 2, k)
    yield Step(
        "Write G, g and H for the gradients in W, b and V, and Q = |W|^2 + b^2 - K |V|^2 for each unit. Under gradient flow Q "
        "changes at the rate -2 (W.G + b g - K V.H) ...",
        rate(imbalance(epsilon)),
        -2 * first_order,
    )
    yield Step(
        "... which is 0: W.G + b g, the sum of z[n, j] times the unit's errors, is K V.H by Euler's relation (SCALE.4).",
        total(preactivation() * unit_error(), n) - K * total(V[j, k] * outgoing_gradient(), k),
        0,
        given=EULER,
        concludes=of_each_degree(ALONE, ("[0][0]", "[2][0]"), (j,)),
    )
    power = 1 if fault == "eta for eta^2" else 2
    balanced = (first_order - b[j] * of_bias[j]) / -b[j]
    yield Step(
        "A step of size eta changes Q by -2 eta times the same bracket, which is 0, plus eta^2 (|G|^2 + g^2 - K |H|^2), "
        "which remains.",
        imbalance(eta) - imbalance(0),
        eta**power * second_order,
        given=((of_bias[j], balanced),),
        concludes=of_each_degree(ALONE, ("[1][0]", "[3][0]"), (j,)),
    )


def trace(fault: str = ""):
    """SCALE.7."""
    slopes = array("G")
    curved, curved_bias, curved_out, rest = (IndexedBase(name, nonnegative=True) for name in ("S", "B", "T", "R"))
    inward, outward = unknown_function("G"), unknown_function("H")
    weight, weight_out, c_ = *sympy.symbols("w v", real=True), sympy.Symbol("c", positive=True)
    yield Step(
        "Write G(w) for the gradient in a weight w. By SCALE.2 it is G(w)/c after rescaling by c. Moving c w by epsilon is "
        "moving w by epsilon/c, so the second derivative is divided by c^2 ...",
        rate(inward(weight + epsilon / c_) / c_),
        inward(weight).diff(weight) / c_**2,
    )
    yield Step(
        "... and for an outgoing weight, where the gradient is c^K H(v), it is multiplied by c^(2K).",
        rate(c_**K * outward(weight_out + c_**K * epsilon)),
        c_ ** (2 * K) * outward(weight_out).diff(weight_out),
    )
    square, bound, others_, size, size_out = sympy.symbols("q B R S T", positive=True)
    yield Step(
        "At a minimum no second derivative is negative. Write S and T for the traces of the blocks of a unit's "
        "incoming and outgoing weights, R for all others, q for c^2, and B for any bound. The trace less B is (S - B "
        "q)/q + q^K T + R. For every q up to S/B all three terms are 0 or more: the trace is at least B, so there is "
        "no bound. (If T is positive instead, let q grow.)",
        size / square + square**K * size_out + others_ - bound,
        (size - bound * square) / square + square**K * size_out + others_,
        assuming="at a minimum the Hessian is positive semi-definite",
    )

    def along(of, of_bias, of_outgoing):
        return total(of, i, j) + total(of_bias, j) + total(of_outgoing, j, k) + total(rest[k], k)

    moved = along(
        rate((slopes[i, j] + curved[i, j] * epsilon / factor) / factor),
        rate(curved_bias[j] * epsilon / factor / factor),
        rate(factor**K * (curved_out[j, k] * (epsilon * factor**K))),
    )
    here = along(curved[i, j] / factor**2, curved_bias[j] / factor**2, factor ** (2 * K) * curved_out[j, k])
    if fault == "constant trace":
        here = along(curved[i, j], curved_bias[j], curved_out[j, k])
    at_fit = functools.partial(Sides, perfect_fit, widths=WIDTHS)
    yield Step(
        "Now for a whole layer: S, B and T are the second derivatives in the weights, biases and outgoing weights of "
        "the units, R those in the next bias. Along the orbit the trace of the Hessian is the sum of S/alpha^2, "
        "B/alpha^2, alpha^(2K) T and R.",
        moved,
        here,
        concludes=at_fit("[0]"),
    )
    yield Inequality(
        "At a minimum the last three sums are not negative: the trace is at least the first, which has no bound as "
        "alpha falls to 0.",
        total(curved[i, j] / factor**2, i, j),
        here,
        assuming="at a minimum no second derivative is negative",
        concludes=at_fit("[1]"),
    )
