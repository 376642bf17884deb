"""Derivations of CAP: what layers and units add to what a network can compute, and what they cannot."""

import functools

import sympy

from proofs.derivations.networks_of_capacity import (
    affine_network,
    best_unit,
    chain_at,
    moved_across,
    network_and_rates,
    one_input,
    one_more_unit,
)
from proofs.derivations.notation import *

RANK_AND_KERNEL = "rank plus dimension of the kernel is the number of columns"


def collapse(fault: str = ""):
    """CAP.1."""
    A, shift, u = arrays("A a0 u")
    alpha, beta = sympy.symbols("alpha beta", real=True)
    law = functools.partial(Sides, affine_network, widths=WIDTHS)
    rows = sympy.Idx("g", d)

    def outputs(inputs):
        so_far = total(inputs * A[h, j], h) + shift[j]
        return next_preactivation((phi(so_far) if fault == "one tanh layer" else alpha * so_far + beta) * V[j, k])

    collapsed = alpha * total(A[i, j] * V[j, k], j)
    yield Step(
        "Induction over the layers. The first preactivations are an affine map of x. Suppose that those of a layer are one too: "
        "z[n, j] = sum of x[n, i] A[i, j] + a0[j]. With an affine activation alpha z + beta, those of the next layer are "
        "again an affine map of x, and so are the outputs.",
        outputs(x[n, h]),
        total(x[n, i] * collapsed, i) + total((alpha * shift[j] + beta) * V[j, k], j) + c[k],
        assuming=INDUCTION_ON_LAYERS,
        concludes=law("[0][1]", (n, k)),
    )
    yield Step(
        "Its matrix is the sum over j of A[i, j] V[j, k], times alpha: what the outputs at the unit vector of input i "
        "are more than those at 0.",
        outputs(one_if_equal(rows, h)) - outputs(0),
        collapsed.xreplace({i: rows}),
        concludes=law("[0][0]", (rows, k)),
    )
    yield Step(
        "The rank does not grow. Let V send a vector u to 0: the sum of V[j, k] u[k] is 0 for all j. Then the collapsed map "
        "sends u to 0 too: its rank is at most that of V, which has as many rows as the layer has units ...",
        total(collapsed * u[k], k),
        alpha * total(A[i, j] * total(V[j, k] * u[k], k), j),
    )
    yield Step(
        "... and if A sends a combination y of inputs to 0, the collapsed map does so too: the rank is at most that of A. Over "
        "all layers, it is at most the least width.",
        total(y[i] * collapsed, i),
        alpha * total(total(y[i] * A[i, j], i) * V[j, k], j),
        assuming=RANK_AND_KERNEL,
    )
    yield Step(
        "In other words, the matrix is a sum, over the units of the layer, of products of a column and a row.",
        collapsed,
        total(alpha * A[i, j] * V[j, k], j),
        concludes=law("[1]", (i, k), rank=j),
    )


def jacobian_rank(fault: str = ""):
    """CAP.2."""
    u, R = arrays("u R")
    preactivation = total((x[n, i] + epsilon * y[i]) * W[i, j], i) + b[j]
    at_rest = total(x[n, i] * W[i, j], i) + b[j]
    counted = 1 - one_if_equal(j, s) if fault == "width counted wrong" else 1
    yield Step(
        "Let R[j, k] be the rate at which output k changes with unit j of the layer, whatever layers follow. As x moves along "
        "y, the activation of unit j changes at the rate phi'(z) times the sum of y[i] W[i, j]. To get the rate of output k, "
        "multiply that by R[j, k] and sum over the m units.",
        total(rate(phi(preactivation)) * R[j, k], j),
        total(counted * total(y[i] * W[i, j], i) * slope(at_rest) * R[j, k], j),
        assuming="the chain rule; for a deeper layer, x is the activations of the layer before",
    )
    J = total(W[i, j] * slope(z[n, j]) * R[j, k], j)
    yield Step(
        "So if R sends u to 0, that is, if the sum of R[j, k] u[k] is 0 for every unit, the Jacobian J sends u to 0 too: "
        "its rank is at most that of R, which has m rows. That holds for every layer, and so for the narrowest one.",
        total(J * u[k], k),
        total(W[i, j] * slope(z[n, j]) * total(R[j, k] * u[k], k), j),
        assuming=RANK_AND_KERNEL,
    )
    example = {n: sympy.S.Zero}
    yield Step(
        "In other words, the Jacobian, here at the first example, is a sum over the m units of products of a column and a row.",
        total(rate(phi(z[n, j] + epsilon * W[i, j])) * R[j, k], j).xreplace(example),
        J.xreplace(example),
        concludes=Sides(network_and_rates, "", (i, k), widths=WIDTHS, rank=j),
    )


def one_unit(fault: str = ""):
    """CAP.3."""
    g = sympy.Idx("r", d)
    read = 1 if fault == "two units" else 0
    move = W[h, 0] * one_if_equal(g, i) - W[i, 0] * one_if_equal(g, h)
    rest = unknown_function("psi")
    yield Step(
        "A network with one hidden unit reads one number of x: t, the sum of x[n, i] W[i, 0] + b[0]. "
        "Move x by epsilon times W[h, 0] in direction i and by -epsilon times W[i, 0] in direction h: t does not change. So "
        "nothing that is computed from t changes, whatever layers psi follow.",
        rest(phi(total((x[n, g] + epsilon * move) * W[g, read], g) + b[read])),
        rest(phi(total(x[n, g] * W[g, read], g) + b[read])),
    )
    u, B = arrays("u B")
    yield Step(
        "There are no other moves that keep t. Take an h with W[h, 0] not 0; if there is none, t is the same number for all x. "
        "For any u, W[h, 0] u is a sum of such moves and of (sum of W[i, 0] u[i]) along h, which is 0 if u does not change t. So "
        "f is a function of t alone.",
        total(u[i] * move, i) + one_if_equal(g, h) * total(W[i, 0] * u[i], i),
        W[h, 0] * u[g],
    )
    yield Step(
        "Together, such moves are A w with an antisymmetric A, written B - B^T. So f(x + A w) = f(x).",
        chi(phi(across(B)) * V[0, k] + c[k]),
        chi(phi(preactivation(0)) * V[0, k] + c[k]),
        concludes=Sides(moved_across, "", (n, k), widths=WIDTHS),
    )


def across(B):
    """The preactivation of the first unit after its input has moved by (B - B^T) w."""
    g = sympy.Idx("r", d)
    return total((x[n, g] + total((B[g, h] - B[h, g]) * W[h, 0], h)) * W[g, 0], g) + b[0]


def embedding(fault: str = ""):
    """CAP.4."""
    frozen = array("v")
    given = () if fault == "v frozen non-zero" else ((frozen[k], sympy.S.Zero),)
    narrow = others(contribution()) + c[k]
    yield Step(
        "Add a unit s with any incoming weights, hence any preactivations, and with outgoing weights v = 0 (DUP.3). The "
        "next layer stays the same, and so does the loss. In this way every network of the narrow shape is also one of the "
        "wide shape.",
        losses(chi(narrow + phi(z[n, s]) * frozen[k])),
        losses(chi(narrow)),
        given=given,
        concludes=Sides(one_more_unit, "[0]", units=(s,), widths=WIDTHS),
    )
    wide, lowest = sympy.symbols("inf_wide inf_narrow", real=True)
    excess, close = sympy.symbols("excess close", nonnegative=True)
    yield Step(
        "Take a narrow network whose loss is within `close` of the infimum over narrow ones; `close` may be as small as one "
        "likes. As a wide network it has the same loss, which exceeds the infimum over wide ones by some excess.",
        sympy.solve(wide + excess - (lowest + close), wide)[0],
        lowest + close - excess,
    )
    yield Inequality(
        "A lower bound is never above a loss, so the excess is not negative. The infimum over wide networks is therefore at most "
        "that over narrow ones plus `close`, which may be as small as one likes.",
        lowest + close - excess,
        lowest + close,
        assuming="the infimum is a lower bound, and some loss is as close to it as one likes",
    )
    feature, rest = arrays("f o")
    parts = total(rest[n, k] ** 2, n, k) / 2, total((feature[n] * frozen[k]) ** 2, n, k) / 2
    yield Step(
        "For the half squared error the best v are known. Write f for the new unit's activations and o for what "
        "remains of the targets: what was missing before is f[n] v[k] + o[n, k]. At the best v, the sum over n of "
        "f[n] o[n, k] is 0. So the loss before is the sum of half the squares of o, which is the loss after, and of "
        "half those of f v ...",
        total((feature[n] * frozen[k] + rest[n, k]) ** 2, n, k) / 2,
        sum(parts) + total(frozen[k] * total(feature[n] * rest[n, k], n), k),
    )
    yield Inequality(
        "... so that the loss after is at most the loss before.",
        parts[0],
        sum(parts),
        concludes=Sides(best_unit, "[1]", units=(s,), widths=WIDTHS),
    )


def chain(fault: str = ""):
    """CAP.8."""
    sign = {"real": True} if fault == "a non-monotone link" else {"positive": True}
    between = sympy.Symbol("slope", **sign)
    factor, gap, size = sympy.symbols("K gap v", positive=True)
    weight, here, apart, bias = sympy.symbols("V z D c", real=True)
    there = here + factor * apart
    yield Step(
        "Let two inputs have t = w . x + b that differ by D, and let the preactivations of a link be z and z + K D. The next "
        "preactivations differ by V K D times the slope of phi between the two, (phi(z + K D) - phi(z)) / (K D).",
        (weight * phi(there) + bias) - (weight * phi(here) + bias),
        weight * factor * apart * ((phi(there) - phi(here)) / (factor * apart)),
        assuming="the principle of induction, on the number of links; K = 1 for the first",
    )
    yield Inequality(
        "phi is strictly increasing (if it falls, move its sign into V), so the slope between any two points is positive. The "
        "sizes of the weights are positive too, since no weight is 0. So K, the product of both along the chain, is positive.",
        0,
        size * between * factor,
        strict=True,
    )
    outcome = sympy.IndexedBase("f", real=True)[n]
    slopes = sympy.IndexedBase("slope", **sign)[n]
    yield Inequality(
        "If the product of the weights is negative, f is smaller wherever t is larger, by K times the gap. So f takes each value "
        "where t has one value t0, which is the hyperplane w . x + b = t0, and takes larger values on one side of it only ...",
        outcome - size * between * factor * gap,
        outcome,
        strict=True,
    )
    B = array("B")
    whole = unknown_function("psi")
    law = functools.partial(Sides, chain_at, widths=WIDTHS)
    yield Step(
        "... and where t is equal, so is f, which is a function psi of t (CAP.3): here at x + A w, A = B - B^T.",
        whole(across(B)),
        whole(preactivation(0)),
        concludes=law("[1]", (n, None)),
    )
    yield Inequality(
        "If the product is positive, f is larger wherever t is larger, by K times the gap. In both cases f times the "
        "product rises with t: by the square v of the product, times the slopes, times the gap in t.",
        outcome,
        outcome + size * slopes * gap,
        strict=True,
        concludes=law("[0]", (n, None)),
    )


def sum_over_units(fault: str = ""):
    """CAP.9."""
    shift = 0 if fault == "c left out" else c[0]
    term = phi(x[n, 0] * W[0, j] + b[j]) * V[j, 0]
    yield Step(
        "Each unit adds its own term, v_s phi(w_s x + b_s): the output is that, plus the sum over the other units, plus c.",
        others(term) + of_unit(term, s) + shift,
        total(term, j) + c[0],
        concludes=Sides(one_input, "", (n, None), (s,), WIDTHS),
    )
