"""Derivations of NOETHER: indices run over all parameters; nothing is used about L except that it is invariant."""

import functools

import sympy

from proofs.derivations.linear_networks import (
    form_of_a_generator,
    generated,
    mapped_network,
    network_of_equal_units,
    reflected_network,
)
from proofs.derivations.notation import *

A, B, K, G, G1, H1, X, Y = arrays("A B K G G1 H1 X Y")
"""Generators and matrices; gradients at theta and at g theta, the Hessian there; Hessians times a direction."""
f, g, theta, v = arrays("f g theta v")
"""The inverse of g, and g; parameters, a direction."""

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
    "if L(g theta) = L(theta), then G = g^T G1, with G the gradient at theta and G1 that at g theta: both sides move "
    "at one rate.",
    total(G1[r] * rate(total(g[r, j] * (theta[j] + epsilon * one_if_equal(j, w)), j)), r),
    total(G1[r] * g[r, w], r),
    gradient_pulled_back,
)


def same_loss(concludes) -> Step:
    """The loss of a network whose linear hidden space is mapped by A is that of the network."""
    between = total(A[j, r] * B[r, t], r)
    return Step(
        "An example: let the hidden units be linear, and let an invertible matrix A mix them, W A and b A, while its "
        "inverse B mixes the rows of V. The next layer gets the sums of A[j, r] B[r, t], which are delta_jt. So the "
        "outputs and the loss stay the same: L(g theta) = L(theta).",
        losses(chi(total(z[n, j] * between * V[t, k], j, t) + c[k])),
        losses(chi(total(z[n, j] * V[j, k], j) + c[k])),
        given=((between, one_if_equal(j, t)),),
        concludes=concludes,
    )


def covariance(fault: str = ""):
    """NOETHER.1."""
    mapped = functools.partial(Sides, mapped_network, widths=WIDTHS)
    back = g if fault == "g^T" else f
    yield same_loss(mapped("[0]"))
    yield from gradient_pulled_back()

    def product(row, column):
        return total(g[row, w] * g[w, column], w) if fault == "g^T" else one_if_equal(row, column)

    def applied(of):
        return total(back[w, j] * total(of[r] * g[r, w], r), w)

    def associated(of):
        return total(of[r] * total(g[r, w] * back[w, j], w), r)

    def inverted(of, of_mapped):
        """What is known where `of` is g^T `of_mapped`: it can be solved for the latter."""
        pulled = (of[w], total(of_mapped[r] * g[r, w], r))
        return pulled, (applied(of_mapped), associated(of_mapped)), (total(g[r, w] * back[w, j], w), product(r, j))

    yield Step(
        "Let f be the inverse of g. Apply f^T to G = g^T G1: the sum over w of f[w, j] G[w] contains the products of g and f.",
        applied(G1),
        associated(G1),
    )
    yield Step(
        "The product g f has the entries delta_rj, so the sum is G1[j]: the gradient at g theta is f^T G.",
        G1[j],
        total(back[w, j] * G[w], w),
        given=inverted(G, G1),
        concludes=mapped("[1]", (j,), each_part=True),
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
    yield Step(
        "Along v, write Y for H v and X for H1 g v. As Y = g^T X, X is f^T Y, in the same way as G1 is f^T G.",
        X[j],
        total(back[w, j] * Y[w], w),
        given=inverted(Y, X),
        concludes=mapped("[2]", (j,), each_part=True),
    )
    for path, letter in (("[1][1].bias", G), ("[2][1].bias", Y)):
        sentence = "Where g does nothing, as on the next bias, nothing changes."
        yield Step(sentence, letter[k], letter[k], concludes=mapped(path, (k,)))


def generators(fault: str = ""):
    """NOETHER.2."""
    extra = one_if_equal(r, s) * one_if_equal(j, t) if fault == "A off by one entry" else 0
    law = functools.partial(Sides, generated, widths=WIDTHS)
    yield Step(
        "Such generators exist. Move the weights W into a linear hidden layer by epsilon W K, and the weights V out of it by "
        "-epsilon K V. Then the contribution of the layer to the next moves at the rate x W K V - x W K V = 0.",
        rate(
            total(
                total(x[n, i] * (W[i, j] + epsilon * total(W[i, r] * (K[r, j] + extra), r)), i)
                * (V[j, k] - epsilon * total(K[j, r] * V[r, k], r)),
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
    errors = total(error[n, k] * V[j, k], k)
    incoming = total(total(x[n, i] * errors, n) * W[i, r] * K[r, j], i, j, r)
    biases = total(total(errors, n) * b[r] * K[r, j], j, r)
    outgoing = total(total(preactivation() * error[n, k], n) * K[j, r] * V[r, k], j, r, k)
    yield Step(
        "In the example, so do the sums of the gradients in W, b and V (GRAD.3) times W K, b K and -K V: they cancel.",
        incoming + biases - outgoing,
        0,
        concludes=law("[0]"),
    )
    yield Step(
        "By NOETHER.1 the gradient at exp(epsilon A) theta, times the transpose of exp(epsilon A), is G for every "
        "epsilon. That gradient moves at the rate Y = H A theta, so the product moves at the rate A^T G + Y, which is "
        "0. Subtract it from Y: H A theta = -A^T G.",
        Y[w] - rate(total((one_if_equal(r, w) + epsilon * A[r, w]) * (G[r] + epsilon * Y[r]), r)),
        -total(A[r, w] * G[r], r),
        assuming="a derivative sees only the first order of the gradient and of exp(epsilon A)",
        concludes=law("[1]", (w,), each_part=True),
    )
    yield Step(
        "Where A does nothing, as on the next bias, both are 0.",
        Y[k],
        0,
        given=((Y[k], sympy.S.Zero),),
        concludes=law("[1][1].bias", (k,)),
    )


def conservation(fault: str = ""):
    """NOETHER.3."""
    sign = -1 if fault == "an antisymmetric A, whose form is 0" else 1
    law = functools.partial(Sides, form_of_a_generator, widths=(*WIDTHS, parameters))
    one, other, place, further = (sympy.Idx(name, parameters) for name in ("j", "r", "s", "t"))
    symmetric = B[place, further] + sign * B[further, place]

    def form(left, right):
        return total(left(place) * symmetric * right(further), place, further)

    yield Step(
        "Write the symmetric A as B + B^T, and F for the form theta^T A theta. If A is not 0, F is not 0 everywhere: F at "
        "the sum of two coordinate vectors, less F at each of them, is 2 A[j, r].",
        form(*[lambda at: one_if_equal(one, at) + one_if_equal(other, at)] * 2)
        - form(*[lambda at: one_if_equal(one, at)] * 2)
        - form(*[lambda at: one_if_equal(other, at)] * 2),
        2 * symmetric.xreplace({place: one, further: other}),
    )
    moved = total(G[place] * rate(theta[place] + epsilon * total(symmetric * theta[further], further)), place)
    parameter, gradient = (each.__getitem__ for each in (theta, G))
    yield Step(
        "L does not change along exp(epsilon A) theta, so the rate at which it moves there, the sum of G[s] times the rate of "
        "theta[s], is 0 (NOETHER.2). Along gradient flow theta moves at the rate -G, and A is symmetric. So F moves at the rate "
        "-(G A theta + theta A G), which is -2 times the same: 0.",
        form(gradient, parameter) + form(parameter, gradient) - 2 * moved,
        0,
        concludes=law("[0]"),
    )
    yield Step(
        "A step of descent adds only -2 eta times the same rate, which is 0, and eta^2 times the sum of G[s] A[s, t] G[t].",
        form(*[lambda at: theta[at] - eta * G[at]] * 2) - form(parameter, parameter) + 2 * eta * moved,
        eta**2 * form(gradient, gradient),
        concludes=law("[1]"),
    )


def symmetric_criticality(fault: str = ""):
    """NOETHER.4."""
    yield PULLED_BACK.cited
    products = total(g[j, w] * g[r, w], w)
    orthogonal = () if fault == "G not orthogonal" else ((products, one_if_equal(j, r)),)
    yield Step(
        "Apply g: the sum over w of g[j, w] G[w] is the sum over r and w of g[j, w] g[r, w] G1[r].",
        total(g[j, w] * total(G1[r] * g[r, w], r), w),
        total(products * G1[r], r),
    )
    yield Step(
        "g is orthogonal, so the sum over w of g[j, w] g[r, w] is delta_jr and g G = G1.",
        total(products * G1[r], r),
        G1[j],
        given=orthogonal,
    )
    yield Step(
        "At a fixed point of every g of the group, G1 is G, so the gradient G is such a fixed point too. So theta + epsilon G "
        "stays among the fixed points. Along this line L moves at a rate that is the sum of G[j]^2. If theta is critical there, "
        "the sum is 0, and then G is 0.",
        total(G[j] * rate(theta[j] + epsilon * G[j]), j),
        total(G[j] ** 2, j),
        assuming=f"{CHAIN_RULE}; squares of real numbers sum to 0 only if each is 0",
    )
    acted = total(g[element, j, r] * G[r], r)
    law = functools.partial(Sides, widths=(*WIDTHS, group_order))
    yield Step(
        "In other words, G is its own projection to the fixed points: the mean of g G over the group, each of which is G.",
        G[j],
        total(acted / group_order, element),
        given=((acted, G[j]),),
        concludes=(
            law(reflected_network, "[0]", (j,), each_part=True),
            law(network_of_equal_units, "[1]", (j,), each_part=True),
        ),
    )
    yield Step(
        "Where the group does nothing, as on the next bias, the projection does nothing.",
        G[k],
        G[k],
        concludes=(law(reflected_network, "[0][1].bias", (k,)), law(network_of_equal_units, "[1][1].bias", (k,))),
    )
