"""Derivations of SCALE: a unit with a homogeneous activation, phi(c z) = c^K phi(z) for c > 0, rescaled by c.

The degree K is any positive whole number. Homogeneity is a hypothesis, used as a substitution. The first step shows that ReLU
and similar activations have it.
"""

import sympy

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function

K = sympy.Symbol("K", integer=True, positive=True)
"""The degree of homogeneity."""
factor = sympy.Symbol("c", positive=True)
"""What a unit is rescaled by."""

HOMOGENEITY = "the hypothesis phi(c z) = c^K phi(z) for c > 0"
EULER = "Euler's relation z phi'(z) = K phi(z)"


def homogeneous(expression):
    """The expression after the hypothesis is applied to unit s's activation and slope at c z."""
    at, here = factor * z[n, s], z[n, s]
    return expression.xreplace({phi(at): factor**K * phi(here), slope(at): factor ** (K - 1) * slope(here)})


def two_slopes(preactivation):
    """The slope alpha left of 0 and beta right of it."""
    left, right = sympy.symbols("alpha beta", real=True)
    return (left + right) / 2 * preactivation + (right - left) / 2 * sympy.Abs(preactivation)


def function(fault: str = ""):
    """SCALE.1."""
    scale = sympy.Symbol("c", negative=True) if fault == "c < 0" else factor
    yield Step(
        "The identity, ReLU and leaky ReLU have a slope alpha left of 0 and a slope beta right of it: phi(z) = (alpha + beta) "
        "z/2 + (beta - alpha) |z|/2. For c > 0, |c z| = c |z|, so phi(c z) = c phi(z): their degree is K = 1. (The square's "
        "is 2, by the law of powers.)",
        two_slopes(scale * z[n, s]),
        scale * two_slopes(z[n, s]),
    )
    use = (lambda expression: expression) if fault == "tanh" else homogeneous
    yield Step(
        "Rescale unit s by c: with c W[i, s] and c b[s] its preactivation is c z[n, s].",
        preactivation(s, factor),
        factor * preactivation(s),
    )
    yield Step(
        "Its activation is c^K phi(z[n, s]). With the outgoing weights c^(-K) V[s, k] its contribution stays the same, and so "
        "does every preactivation of the next layer and everything after it. To rescale more units, in any layers, rescale one "
        "after another.",
        others(contribution) + use(phi(factor * z[n, s])) * (factor**-K * V[s, k]) + c[k],
        next_preactivation(contribution(j)),
        assuming=HOMOGENEITY,
    )


def gradient(fault: str = ""):
    """SCALE.2."""
    power = 1 if fault == "g for g^-T" else -1
    yield Step(
        "Differentiate both sides of phi(c z) = c^K phi(z): the left moves at the rate c phi'(c z) ...",
        rate(phi(factor * (z[n, s] + epsilon))),
        factor * slope(factor * z[n, s]),
    )
    yield Step(
        "... and the right at the rate c^K phi'(z), so phi'(c z) = c^(K-1) phi'(z).",
        rate(factor**K * phi(z[n, s] + epsilon)),
        factor * homogeneous(slope(factor * z[n, s])),
        assuming=HOMOGENEITY,
    )

    def unit_error(at, outgoing):
        return slope(at) * total(error[n, k] * outgoing, k)

    yield Step(
        "Rescale unit s by c. The next layer stays the same (SCALE.1), and so do its errors e[n, k]. The unit's error is "
        "divided by c. So are its gradients in W and b, the sums of its error times x[n, i] and times 1.",
        incoming_gradients(homogeneous(unit_error(factor * z[n, s], factor**-K * V[s, k]))),
        factor**power * incoming_gradients(unit_error(z[n, s], V[s, k])),
    )
    yield Step(
        "Its gradient in V, the sum of its activation times e[n, k], is multiplied by c^K. Each gradient is divided by the "
        "factor that multiplies its parameter: that is g^-T, since g is diagonal.",
        homogeneous(total(phi(factor * z[n, s]) * error[n, k], n)),
        factor**K * outgoing_gradient(s),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The layer before gets the error divided by c times the weights multiplied by c. So it sees no change, and the "
        "gradients of all other units stay the same.",
        others(lambda unit: delta[n, unit] * W[i, unit]) + delta[n, s] / factor * (factor * W[i, s]),
        total(delta[n, j] * W[i, j], j),
    )


w, v, e, z1 = arrays("w v e z")
bias = sympy.Symbol("b", real=True)
"""For a single unit: incoming and outgoing weights, errors of the next layer, preactivations, bias."""


def unit_errors():
    """delta[n] of the unit."""
    return slope(z1[n]) * total(e[n, k] * v[k], k)


def euler(fault: str = ""):
    """SCALE.4."""
    degree = K + 1 if fault == "k wrong" else K
    yield Step(
        "Let c = 1 + epsilon in phi(c z) = c^K phi(z). The left side moves at the rate z phi'(z) ...",
        rate(phi((1 + epsilon) * z1[n])),
        z1[n] * slope(z1[n]),
    )
    yield Step(
        "... and the right side at the rate K phi(z): Euler's relation z phi'(z) = K phi(z).",
        rate((1 + epsilon) ** K * phi(z1[n])),
        K * phi(z1[n]),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The gradients of a unit's weights and bias are the sums of x[n, i] delta[n] and of delta[n] (GRAD.3). Their product "
        "with w and b is the sum of z[n] delta[n].",
        total(w[i] * total(x[n, i] * delta[n], n), i) + bias * total(delta[n], n),
        total((total(x[n, i] * w[i], i) + bias) * delta[n], n),
    )
    yield Step(
        "With delta[n] = phi'(z[n]) times the sum of e[n, k] v[k] (GRAD.2), and with Euler's relation, that is K times the "
        "product of v with its gradient, the sum of phi(z[n]) e[n, k].",
        total(z1[n] * unit_errors(), n).xreplace({slope(z1[n]): K * phi(z1[n]) / z1[n]}),
        degree * total(v[k] * total(phi(z1[n]) * e[n, k], n), k),
        assuming=f"{EULER}, written phi'(z) = K phi(z)/z",
    )


def balance(fault: str = ""):
    """SCALE.5."""
    g, h = arrays("g h")
    of_bias = sympy.Symbol("g_b", real=True)

    def imbalance(step):
        moved = total((w[i] - step * g[i]) ** 2, i) + (bias - step * of_bias) ** 2
        return moved - K * total((v[k] - step * h[k]) ** 2, k)

    first_order = total(w[i] * g[i], i) + bias * of_bias - K * total(v[k] * h[k], k)
    second_order = total(g[i] ** 2, i) + of_bias**2 - K * total(h[k] ** 2, k)
    yield from euler()
    yield Step(
        "Write g, g_b and h for the gradients in w, b and v, and Q = |w|^2 + b^2 - K |v|^2. Under gradient flow Q changes at the "
        "rate -2 (w.g + b g_b - K v.h), which is 0 by SCALE.4.",
        rate(imbalance(epsilon)),
        -2 * first_order,
    )
    power = 1 if fault == "eta for eta^2" else 2
    yield Step(
        "A step of size eta changes Q by two terms: -2 eta times the same bracket, which is 0, and eta^2 (|g|^2 + g_b^2 - K "
        "|h|^2), which remains.",
        imbalance(eta) - imbalance(0),
        -2 * eta * first_order + eta**power * second_order,
    )


def trace(fault: str = ""):
    """SCALE.7."""
    inward, outward = unknown_function("G"), unknown_function("H")
    weight, outgoing = sympy.symbols("w v", real=True)
    yield Step(
        "Let G(w) be the gradient in a weight w. After rescaling by c it is G(w)/c (SCALE.2). Moving c w by epsilon means "
        "moving w by epsilon/c, so the second derivative is divided by c^2 ...",
        rate(inward(weight + epsilon / factor) / factor),
        inward(weight).diff(weight) / factor**2,
    )
    yield Step(
        "... and for an outgoing weight, whose gradient becomes c^K H(v), it is multiplied by c^(2K).",
        rate(factor**K * outward(outgoing + factor**K * epsilon)),
        factor ** (2 * K) * outward(outgoing).diff(outgoing),
    )
    incoming, leaving = arrays("S T")
    q, bound, rest = sympy.symbols("q B R", positive=True)
    block, other = total(incoming[i], i), total(leaving[k], k)
    along = block + other + rest if fault == "constant trace" else block / q + q**K * other + rest
    yield Step(
        "Write q for c^2, S and T for the second derivatives in the unit's incoming and outgoing weights, and R for the sum "
        "of all others. Along the orbit the Hessian's trace is (sum of S)/q + q^K (sum of T) + R.",
        total(incoming[i] / q, i) + total(q**K * leaving[k], k) + rest,
        along,
    )
    size, size_out = sympy.symbols("S T", positive=True)
    yield Step(
        "At a minimum no block is negative, and a block that is not 0 has a positive trace. Let S be this trace, and B any "
        "number. The trace minus B is (S - B q)/q + q^K T + R. For every q up to S/B all these terms are at least 0: the trace "
        "is at least B, so it has no bound. (If the trace T of the other block is positive instead, let q grow.)",
        size / q + q**K * size_out + rest - bound,
        (size - bound * q) / q + q**K * size_out + rest,
        assuming="at a minimum the Hessian is positive semi-definite",
    )
