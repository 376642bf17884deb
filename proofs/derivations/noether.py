"""Derivations of NOETHER: indices run over all parameters; nothing is used about L except that it is invariant."""

import sympy

from proofs.derivations.notation import *

A, B, G, G1, H, H1, f, g, theta, v = arrays("A B G G1 H H1 f g theta v")
"""A generator, any matrix; gradient at theta and at g theta, Hessian at both; inverse of g, g; parameters, a direction."""

o = sympy.Idx("o", j.upper + 1)
"""One more parameter."""


def gradient_pulled_back():
    """The gradients at theta and at g theta, if L(g theta) = L(theta)."""
    yield Step(
        "Write G for the gradient at theta and G1 for that at g theta. In L(g (theta + epsilon v)) = L(theta + epsilon v) let "
        "v point along parameter w. The left side moves at a rate that is the sum of G1[r] g[r, w], the right side at the rate "
        "G[w]. So G = g^T G1.",
        total(G1[r] * rate(total(g[r, j] * (theta[j] + epsilon * one_if_equal(j, w)), j)), r),
        total(G1[r] * g[r, w], r),
        assuming=CHAIN_RULE,
    )


PULLED_BACK = Lemma(
    "the gradient at g theta",
    "NOETHER.1",
    "if L(g theta) = L(theta), then G = g^T G1, with G the gradient at theta and G1 that at g theta: both sides move at one rate.",
    total(G1[r] * rate(total(g[r, j] * (theta[j] + epsilon * one_if_equal(j, w)), j)), r),
    total(G1[r] * g[r, w], r),
    gradient_pulled_back,
)


def covariance(fault: str = ""):
    """NOETHER.1."""
    yield from gradient_pulled_back()
    back = g if fault == "g^T" else f

    def product(row, column):
        return total(g[row, w] * g[w, column], w) if fault == "g^T" else one_if_equal(row, column)

    yield Step(
        "Let f be the inverse of g. Apply f^T to G = g^T G1: the sum over w of f[w, j] G[w] contains the products of g and f.",
        total(back[w, j] * total(G1[r] * g[r, w], r), w),
        total(G1[r] * total(g[r, w] * back[w, j], w), r),
    )
    yield Step(
        "The product g f has the entries delta_rj, so the sum is G1[j]: the gradient at g theta is f^T G.",
        total(G1[r] * product(r, j), r),
        G1[j],
    )
    yield Step(
        "Differentiate G = g^T G1 along v. At g (theta + epsilon v) the gradient is G1 + epsilon H1 g v up to higher orders, "
        "so H v = g^T H1 g v for every v: H = g^T H1 g.",
        rate(total(g[r, w] * (G1[r] + epsilon * total(H1[r, s] * total(g[s, j] * v[j], j), s)), r)),
        total(total(g[r, w] * H1[r, s] * g[s, j], r, s) * v[j], j),
        assuming="a derivative sees only the first order of the gradient",
    )
    yield Step(
        "Multiply by f^T and f from the two sides: the products of g and f again ...",
        total(back[w, o] * total(g[r, w] * H1[r, s] * g[s, t], r, s) * back[t, j], w, t),
        total(total(g[r, w] * back[w, o], w) * H1[r, s] * total(g[s, t] * back[t, j], t), r, s),
    )
    yield Step(
        "... which are delta_ro and delta_sj: the Hessian at g theta is f^T H f.",
        total(product(r, o) * H1[r, s] * product(s, j), r, s),
        H1[o, j],
    )


def generators(fault: str = ""):
    """NOETHER.2."""
    matrix = array("K")
    extra = one_if_equal(r, s) * one_if_equal(j, t) if fault == "A off by one entry" else 0
    yield Step(
        "Such generators exist. Move the weights W into a linear hidden layer by epsilon W K, and the weights V out of it by "
        "-epsilon K V. Then the contribution of the layer to the next moves at the rate x W K V - x W K V = 0.",
        rate(
            total(
                total(x[n, i] * (W[i, j] + epsilon * total(W[i, r] * (matrix[r, j] + extra), r)), i)
                * (V[j, k] - epsilon * total(matrix[j, r] * V[r, k], r)),
                j,
            )
        ),
        0,
    )
    yield Step(
        "In general let L(exp(epsilon A) theta) = L(theta), with gradient G at theta. The left side moves at a rate that is the "
        "sum of G[j] times the rate of parameter j. The right side does not move: the sum of G[j] A[j, r] theta[r] is 0.",
        total(G[j] * rate(theta[j] + epsilon * total(A[j, r] * theta[r], r)), j),
        total(G[j] * A[j, r] * theta[r], j, r),
        assuming=f"{CHAIN_RULE}; exp(epsilon A) is 1 + epsilon A up to higher orders",
    )
    moved = G[r] + epsilon * total(H[r, j] * total(A[j, t] * theta[t], t), j)
    yield Step(
        "By NOETHER.1 the gradient at exp(epsilon A) theta, times the transpose of exp(epsilon A), is G for every epsilon. That "
        "gradient moves at the rate H A theta, so A^T G + H A theta = 0.",
        rate(total((one_if_equal(r, w) + epsilon * A[r, w]) * moved, r)),
        total(A[r, w] * G[r], r) + total(H[w, j] * A[j, t] * theta[t], j, t),
        assuming="a derivative sees only the first order of the gradient and of exp(epsilon A)",
    )


def conservation(fault: str = ""):
    """NOETHER.3."""
    sign = -1 if fault == "an antisymmetric A, whose form is 0" else 1
    symmetric = B[s, t] + sign * B[t, s]

    def form(left, right):
        return total(left.xreplace({w: s}) * symmetric * right.xreplace({w: t}), s, t)

    first, second = one_if_equal(j, w), one_if_equal(r, w)
    yield Step(
        "Write the symmetric A as B + B^T, and F for the form theta^T A theta. If A is not 0, F is not 0 everywhere: F at "
        "the sum of two coordinate vectors, less F at each of them, is 2 A[j, r].",
        form(first + second, first + second) - form(first, first) - form(second, second),
        2 * symmetric.xreplace({s: j, t: r}),
    )
    yield Step(
        "Along gradient flow theta moves at the rate -G. Since A is symmetric, F moves at -2 times the sum of G[s] A[s, t] "
        "theta[t]. That is 0 by NOETHER.2.",
        rate(form(theta[w] - epsilon * G[w], theta[w] - epsilon * G[w])),
        -2 * form(G[w], theta[w]),
    )
    yield Step(
        "A step of descent adds only -2 eta times the same sum, which is 0, and eta^2 times the sum of G[s] A[s, t] G[t].",
        form(theta[w] - eta * G[w], theta[w] - eta * G[w]),
        form(theta[w], theta[w]) - 2 * eta * form(G[w], theta[w]) + eta**2 * form(G[w], G[w]),
    )


def symmetric_criticality(fault: str = ""):
    """NOETHER.4."""
    yield from gradient_of_an_orthogonal_map(
        total(g[j, w] * g[r, w], w) if fault == "G not orthogonal" else one_if_equal(j, r)
    )
    yield Step(
        "At a fixed point of every g of the group, G1 is G, so the gradient G is such a fixed point too. So theta + epsilon G "
        "stays among the fixed points. Along this line L moves at a rate that is the sum of G[j]^2. If theta is critical there, "
        "the sum is 0, and then G is 0.",
        total(G[j] * rate(theta[j] + epsilon * G[j]), j),
        total(G[j] ** 2, j),
        assuming=f"{CHAIN_RULE}; squares of real numbers sum to 0 only if each is 0",
    )
