"""Derivations of CAP: what layers and units add to what a network can compute, and what they cannot."""

import sympy

from proofs.derivations.notation import *
from symmetry import network as program
from symmetry.activation import IDENTITY
from symmetry.engine.derive import Inequality, Run, Step
from symmetry.engine.instantiate import PolynomialActivation
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.numbers.symbol import unknown_function


def collapse(fault: str = ""):
    """CAP.1."""
    A, shift = arrays("A a0")
    alpha, beta = sympy.symbols("alpha beta", real=True)
    so_far = total(x[n, i] * A[i, j], i) + shift[j]
    activation = phi(so_far) if fault == "one tanh layer" else alpha * so_far + beta
    collapsed = alpha * total(A[i, j] * V[j, k], j)
    yield Step(
        "Induction over the layers. The first preactivations are an affine map of x. Suppose that those of a layer are: "
        "z[n, j] = sum of x[n, i] A[i, j] + a0[j]. With an affine activation alpha z + beta, those of the next layer are "
        "again, and so are the outputs.",
        total(activation * V[j, k], j) + c[k],
        total(x[n, i] * collapsed, i) + total((alpha * shift[j] + beta) * V[j, k], j) + c[k],
        assuming="the principle of induction, on the number of layers",
    )
    u, y = arrays("u y")
    yield Step(
        "The rank does not grow. A vector u that V sends to 0, sum of V[j, k] u[k] = 0 for all j, the collapsed map sends to "
        "0 too: its rank is at most that of V, which has as many rows as the layer has units ...",
        total(collapsed * u[k], k),
        alpha * total(A[i, j] * total(V[j, k] * u[k], k), j),
    )
    yield Step(
        "... and a combination y of inputs that A sends to 0 does not reach the output either: the rank is at most that of A. "
        "Over all layers, it is at most the least width.",
        total(y[i] * collapsed, i),
        alpha * total(total(y[i] * A[i, j], i) * V[j, k], j),
        assuming="rank plus dimension of the kernel is the number of columns",
    )


def jacobian_rank(fault: str = ""):
    """CAP.2."""
    y, u, R = arrays("y u R")
    preactivation = total((x[n, i] + epsilon * y[i]) * W[i, j], i) + b[j]
    at_rest = total(x[n, i] * W[i, j], i) + b[j]
    counted = 1 - one_if_equal(j, s) if fault == "width counted wrong" else 1
    yield Step(
        "Let R[j, k] be the rate at which output k changes with unit j of the layer, whatever layers follow. As x moves along "
        "y, the activation of unit j changes at the rate phi'(z) times the sum of y[i] W[i, j], and output k at the sum over "
        "the m units of that times R[j, k].",
        total(rate(phi(preactivation)) * R[j, k], j),
        total(counted * total(y[i] * W[i, j], i) * slope(at_rest) * R[j, k], j),
        assuming="the chain rule; for a deeper layer, x is the activations of the layer before",
    )
    J = total(W[i, j] * slope(z[n, j]) * R[j, k], j)
    yield Step(
        "So whatever R sends to 0, the sum of R[j, k] u[k] being 0 for every unit, the Jacobian J sends to 0 too: its rank is at "
        "most that of R, which has m rows. That holds for every layer, and so for the one of least width.",
        total(J * u[k], k),
        total(W[i, j] * slope(z[n, j]) * total(R[j, k] * u[k], k), j),
        assuming="rank plus dimension of the kernel is the number of columns",
    )


def one_unit(fault: str = ""):
    """CAP.3."""
    w, b0 = W[i, 0], b[0]
    yield Run(
        "A network with one hidden unit computes phi(t) V[0, k] + c[k], where t is the number sum of x[n, i] W[i, 0] + b[0].",
        lambda at: output(at, d, 1, p),
        phi(total(x[n, i] * w, i) + b0) * V[0, k] + c[k],
        (n, k),
        (N, d, p),
    )
    r = sympy.Idx("r", d)
    read = 1 if fault == "two units" else 0
    moved = x[n, r] + epsilon * (W[h, 0] * one_if_equal(r, i) - W[i, 0] * one_if_equal(r, h))
    rest = unknown_function("psi")
    yield Step(
        "Move x by epsilon along W[h, 0] in direction i and along -W[i, 0] in direction h: t does not change, and nor does "
        "anything that is computed from t, whatever layers psi follow.",
        rest(phi(total(moved * W[r, read], r) + b[read])),
        rest(phi(total(x[n, r] * W[r, read], r) + b[read])),
    )
    u = sympy.IndexedBase("u", real=True)
    yield Step(
        "Those moves are all there are. Take an h with W[h, 0] not 0; if there is none, t is one number. Then W[h, 0] u, for any "
        "u, is a sum of such moves and of (sum of W[i, 0] u[i]) along h, which is 0 where u does not change t. So f is a "
        "function of t alone.",
        total(u[i] * (W[h, 0] * one_if_equal(r, i) - W[i, 0] * one_if_equal(r, h)), i)
        + one_if_equal(r, h) * total(W[i, 0] * u[i], i),
        W[h, 0] * u[r],
    )


def output(at, inputs, units, outputs):
    """What the program computes with one hidden layer of polynomial units, at an instance."""
    first = program.Layer(at.array("W", inputs, units), at.array("b", units))
    second = program.Layer(at.array("V", units, outputs), at.array("c", outputs))
    activations = (PolynomialActivation("phi", at.seed), IDENTITY)
    return program.forward(program.Network((first, second), activations, HALF_SQUARED_ERROR), at.array("x", N, inputs))


def embedding(fault: str = ""):
    """CAP.4."""
    new, frozen = arrays("zeta v")
    given = () if fault == "v frozen non-zero" else ((frozen[k], sympy.S.Zero),)
    narrow = total(phi(z[n, j]) * V[j, k], j) + c[k]
    loss = unknown_function("loss")
    yield Step(
        "Add a unit with any incoming weights, hence any preactivations zeta[n], and outgoing weights 0 (DUP.3): the next "
        "layer, and so the loss, is what it was. Every network of the narrow shape is in this way one of the wide shape.",
        loss(narrow + phi(new[n]) * frozen[k]),
        loss(narrow),
        given=given,
    )
    wide, lowest = sympy.symbols("inf_wide inf_narrow", real=True)
    excess, close = sympy.symbols("excess close", nonnegative=True)
    yield Step(
        "Take a narrow network whose loss is within `close` of the infimum over narrow ones, as small a number as one likes. "
        "As a wide network its loss exceeds the infimum over wide ones, by some excess. The two losses are one.",
        sympy.solve(wide + excess - (lowest + close), wide)[0],
        lowest + close - excess,
    )
    yield Inequality(
        "A lower bound is never above a loss: the excess is not negative. So the infimum over wide networks is at most that "
        "over narrow ones plus `close`, which was as small as one likes.",
        lowest + close - excess,
        lowest + close,
        assuming="the infimum is a lower bound, and some loss is as close to it as one likes",
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
        "phi is strictly increasing (if it falls, give its sign to V), so that the slope between any two points is positive; and "
        "so, along the chain, is the product K of the slopes and of the sizes of the weights, none of which is 0.",
        0,
        size * between * factor,
        strict=True,
    )
    outcome = sympy.Symbol("f", real=True)
    yield Inequality(
        "If the product of the weights is positive, f is larger wherever t is, by K times the gap ...",
        outcome,
        outcome + size * between * factor * gap,
        strict=True,
    )
    yield Inequality(
        "... and if it is negative, smaller. Either way f takes each value on one set of equal t, a hyperplane w . x + b = t0, "
        "and larger values on one side of it only; where t is equal, so is f (CAP.3).",
        outcome - size * between * factor * gap,
        outcome,
        strict=True,
    )


def sum_over_units(fault: str = ""):
    """CAP.9."""
    shift = 0 if fault == "c left out" else c[0]
    contribution = phi(x[n, 0] * W[0, j] + b[j]) * V[j, 0]
    yield Run(
        "The program, with one input and one output: the sum over the units of phi(w x + b) v, plus c.",
        lambda at: output(at, 1, m, 1)[:, 0],
        total(contribution, j) + shift,
        (n,),
        (N, m),
    )
    others = total((1 - one_if_equal(j, s)) * contribution, j)
    one = phi(x[n, 0] * W[0, s] + b[s]) * V[s, 0]
    yield Step(
        "Each unit adds its own term: what the others compute, and v_s phi(w_s x + b_s).",
        total(contribution, j) + shift,
        others + one + shift,
    )
