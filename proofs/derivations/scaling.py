"""Derivations of SCALE: a unit with a homogeneous activation, phi(c z) = c^K phi(z) for c > 0, rescaled by c.

The degree K is any positive whole number. Homogeneity is a hypothesis, used as a substitution. The first step shows that
the identity, ReLU and leaky ReLU are homogeneous.
"""

import sympy

from proofs.derivations.notation import *

K = sympy.Symbol("K", integer=True, positive=True)
"""The degree of homogeneity."""
factor = sympy.Symbol("c", positive=True)
"""The number that a unit is rescaled by."""

HOMOGENEITY = "the hypothesis phi(c z) = c^K phi(z) for c > 0"
EULER = "Euler's relation z phi'(z) = K phi(z)"


def homogeneous(expression):
    """The expression with phi(c z) and phi'(c z) of unit s replaced by what the hypothesis says they are."""
    at, here = factor * z[n, s], z[n, s]
    return expression.xreplace({phi(at): factor**K * phi(here), slope(at): factor ** (K - 1) * slope(here)})


def two_slopes(argument):
    """An activation with the slope alpha left of 0 and beta right of it."""
    left, right = sympy.symbols("alpha beta", real=True)
    return (left + right) / 2 * argument + (right - left) / 2 * sympy.Abs(argument)


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
        "Its activation is c^K phi(z[n, s]). With the outgoing weights c^(-K) V[s, k] it contributes the same as before. "
        "Every preactivation of the next layer stays the same, and so does everything after it. To rescale more units, in "
        "any layers, do this once for each unit.",
        others(contribution()) + use(phi(factor * z[n, s])) * (factor**-K * V[s, k]) + c[k],
        next_preactivation(contribution()),
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

    def error_of(at, outgoing):
        return slope(at) * total(error[n, k] * outgoing, k)

    yield Step(
        "Rescale unit s by c. The next layer stays the same (SCALE.1), and so do its errors e[n, k]. The unit's error is divided "
        "by c. So are its gradients in W and b, which are sums of the error times x[n, i] and of the error alone.",
        incoming_gradients(homogeneous(error_of(factor * z[n, s], factor**-K * V[s, k])), x[n, i]),
        factor**power * incoming_gradients(error_of(z[n, s], V[s, k]), x[n, i]),
    )
    yield Step(
        "Its gradient in V, the sum of its activation times e[n, k], is multiplied by c^K. So each gradient is divided by the "
        "number that its parameter is multiplied by: that is g^-T, since g is diagonal.",
        homogeneous(total(phi(factor * z[n, s]) * error[n, k], n)),
        factor**K * total(phi(z[n, s]) * error[n, k], n),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The layer before gets the error divided by c through the weights multiplied by c, which is the same as before. So the "
        "gradients of all other units do not change.",
        others(delta[n, j] * W[i, j]) + delta[n, s] / factor * (factor * W[i, s]),
        total(delta[n, j] * W[i, j], j),
    )


incoming, outgoing = arrays("w v")
bias = sympy.Symbol("b", real=True)
"""Incoming and outgoing weights and bias of one unit; its preactivations are z[n], its errors delta[n]."""


def euler(fault: str = ""):
    """SCALE.4."""
    degree = K + 1 if fault == "k wrong" else K
    yield Step(
        "Let c = 1 + epsilon in phi(c z) = c^K phi(z). The left side moves at the rate z phi'(z) ...",
        rate(phi((1 + epsilon) * z[n])),
        z[n] * slope(z[n]),
    )
    yield Step(
        "... and the right side at the rate K phi(z): Euler's relation z phi'(z) = K phi(z).",
        rate((1 + epsilon) ** K * phi(z[n])),
        K * phi(z[n]),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The gradients of a unit's weights and bias are the sums of x[n, i] delta[n] and of delta[n] (GRAD.3). Their product "
        "with w and b is the sum of z[n] delta[n].",
        total(incoming[i] * total(x[n, i] * delta[n], n), i) + bias * total(delta[n], n),
        total((total(x[n, i] * incoming[i], i) + bias) * delta[n], n),
    )
    yield Step(
        "With delta[n] = phi'(z[n]) times the sum of e[n, k] v[k] (GRAD.2), and with Euler's relation, that is K times the "
        "product of v with its gradient, the sum of phi(z[n]) e[n, k].",
        total(z[n] * slope(z[n]) * total(error[n, k] * outgoing[k], k), n).xreplace(
            {slope(z[n]): K * phi(z[n]) / z[n]}
        ),
        degree * total(outgoing[k] * total(phi(z[n]) * error[n, k], n), k),
        assuming=f"{EULER}, written phi'(z) = K phi(z)/z",
    )


def balance(fault: str = ""):
    """SCALE.5."""
    of_incoming, of_outgoing, of_bias = *arrays("g h"), sympy.Symbol("g_b", real=True)

    def imbalance(step):
        moved = total((incoming[i] - step * of_incoming[i]) ** 2, i) + (bias - step * of_bias) ** 2
        return moved - K * total((outgoing[k] - step * of_outgoing[k]) ** 2, k)

    first_order = total(incoming[i] * of_incoming[i], i) + bias * of_bias - K * total(outgoing[k] * of_outgoing[k], k)
    second_order = total(of_incoming[i] ** 2, i) + of_bias**2 - K * total(of_outgoing[k] ** 2, k)
    yield from euler()
    yield Step(
        "Write g, g_b and h for the gradients in w, b and v, and Q = |w|^2 + b^2 - K |v|^2. Under gradient flow Q changes at the "
        "rate -2 (w.g + b g_b - K v.h), which is 0 by SCALE.4.",
        rate(imbalance(epsilon)),
        -2 * first_order,
    )
    power = 1 if fault == "eta for eta^2" else 2
    yield Step(
        "A step of size eta changes Q by -2 eta times the same bracket, which is 0, plus eta^2 (|g|^2 + g_b^2 - K |h|^2), "
        "which remains.",
        imbalance(eta) - imbalance(0),
        -2 * eta * first_order + eta**power * second_order,
    )


def trace(fault: str = ""):
    """SCALE.7."""
    inward, outward = unknown_function("G"), unknown_function("H")
    weight, weight_out = sympy.symbols("w v", real=True)
    yield Step(
        "Write G(w) for the gradient in a weight w. By SCALE.2 it is G(w)/c after rescaling by c. Moving c w by epsilon is "
        "moving w by epsilon/c, so the second derivative is divided by c^2 ...",
        rate(inward(weight + epsilon / factor) / factor),
        inward(weight).diff(weight) / factor**2,
    )
    yield Step(
        "... and for an outgoing weight, where the gradient is c^K H(v), it is multiplied by c^(2K).",
        rate(factor**K * outward(weight_out + factor**K * epsilon)),
        factor ** (2 * K) * outward(weight_out).diff(weight_out),
    )
    curvature, curvature_out = arrays("S T")
    square, bound, rest = sympy.symbols("q B R", positive=True)
    block, other = total(curvature[i], i), total(curvature_out[k], k)
    along = block + other + rest if fault == "constant trace" else block / square + square**K * other + rest
    yield Step(
        "Write q for c^2, S and T for the second derivatives in the unit's incoming and outgoing weights, and R for the sum "
        "of all others. Along the orbit the Hessian's trace is (sum of S)/q + q^K (sum of T) + R.",
        total(curvature[i] / square, i) + total(square**K * curvature_out[k], k) + rest,
        along,
    )
    size, size_out = sympy.symbols("S T", positive=True)
    yield Step(
        "At a minimum the two blocks of second derivatives are positive semi-definite, and a block that is not 0 has a "
        "positive trace. Let S be that trace, and B any bound. The trace less B is (S - B q)/q + q^K T + R. For every q up "
        "to S/B all three terms are 0 or more: the trace is at least B, so there is no bound. (If T, the trace of the other "
        "block, is positive instead, let q grow.)",
        size / square + square**K * size_out + rest - bound,
        (size - bound * square) / square + square**K * size_out + rest,
        assuming="at a minimum the Hessian is positive semi-definite",
    )


def invertible_maps(fault: str = ""):
    """SCALE.6. Linear networks: W leads from inputs to units and V from units to outputs, a = x W, u = a V."""
    A, B, product, G, H = arrays("A B P G H")
    yield Step(
        "W becomes W A, V becomes B V. The next layer gets the sum over the new units r of (a A)[n, r] (B V)[r, k]: the sum over "
        "pairs of old units of a[n, j] (A B)[j, t] V[t, k].",
        total(total(a[n, j] * A[j, r], j) * total(B[r, t] * V[t, k], t), r),
        total(a[n, j] * total(A[j, r] * B[r, t], r) * V[t, k], j, t),
    )
    inverse = product[j, t] if fault == "singular matrix" else one_if_equal(j, t)
    yield Step(
        "A B = 1, so every preactivation of the next layer stays the same, and so does everything after it. To act on more "
        "layers, do this once for each layer.",
        total(a[n, j] * inverse * V[t, k], j, t),
        total(a[n, j] * V[j, k], j),
        assuming="B is the inverse of A",
    )
    gradient_in = total(x[n, i] * total(error[n, k] * V[r, k], k), n)
    gradient_out = total(total(x[n, i] * W[i, j], i) * error[n, k], n)
    yield Step(
        "The gradient dW[i, r] is the sum over n of x[n, i] times the unit's error, the sum of e[n, k] V[r, k]; dV[j, k] is the "
        "sum of a[n, j] e[n, k]. So W^T dW = dV V^T.",
        total(W[i, j] * gradient_in, i),
        total(gradient_out * V[r, k], k),
    )

    def imbalance(step):
        incoming = total((W[i, j] - step * G[i, j]) * (W[i, r] - step * G[i, r]), i)
        return incoming - total((V[j, k] - step * H[j, k]) * (V[r, k] - step * H[r, k]), k)

    def flow(first, second):
        return total(W[i, first] * G[i, second], i) - total(H[first, k] * V[second, k], k)

    yield Step(
        "Write G and H for these gradients and M = W^T W - V V^T. Under gradient flow M changes at the rate -(D + D^T), where "
        "D = W^T G - H V^T, which is 0: M is conserved.",
        rate(imbalance(epsilon)),
        -(flow(j, r) + flow(r, j)),
    )
    power = 1 if fault == "eta for eta^2" else 2
    yield Step(
        "A step of size eta changes M by -eta (D + D^T), which is 0, plus eta^2 (G^T G - H H^T), which remains.",
        imbalance(eta) - imbalance(0),
        -eta * (flow(j, r) + flow(r, j)) + eta**power * (total(G[i, j] * G[i, r], i) - total(H[j, k] * H[r, k], k)),
    )
