"""Derivation of LORA.1: a matrix and its inverse meet in the product, and both gradients have one factor in common."""

import functools

import numpy as np
import sympy

from proofs.adapter import Adapter, Factors, InvertibleMatrix
from proofs.derivations.notation import *
from symmetry.actions import LinearMaps, Rescaling
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation, PolynomialLoss
from symmetry.network import Batch
from symmetry.numbers.symbol import Symbol

B, A, G, inverse = arrays("B A G Q")
"""The factors; an invertible matrix and its inverse."""


def invertible_matrices(fault: str = ""):
    """LORA.1."""
    law = functools.partial(Sides, adapted, widths=WIDTHS)
    one_sided = fault == "G on one side"
    between = total(G[j, r] * (one_if_equal(r, t) if one_sided else inverse[r, t]), r)
    moved_out = A[r, k] if one_sided else total(inverse[r, t] * A[t, k], t)
    yield Step(
        "The product of B G and G^-1 A is a sum over pairs of columns of B and rows of A, where G meets its inverse Q.",
        total(total(B[i, j] * G[j, r], j) * moved_out, r),
        total(B[i, j] * between * A[t, k], j, t),
    )
    yield Step(
        "G Q is the identity, so B A stays the same.",
        total(B[i, j] * between * A[t, k], j, t),
        total(B[i, j] * A[j, k], j),
        given=() if one_sided else ((between, one_if_equal(j, t)),),
        concludes=law("[0]", (i, k)),
    )
    in_product = total(x[n, i] * error[n, k], n)

    def gradient_into(unit):
        return total(in_product * A[unit, k], k)

    def gradient_out(unit):
        return total(B[i, unit] * in_product, i)

    yield Step(
        "The loss sees the factors only through W + B A. Write S for its gradient in that, the sum over the examples of "
        "x[n, i] e[n, k] (GRAD.3). Moving B[i, j] by epsilon moves the product in row i, by epsilon A[j, k]: the gradient "
        "in B is S A^T, and that in A is alike B^T S.",
        total(in_product * rate(total((B[i, r] + epsilon * one_if_equal(r, j)) * A[r, k], r)), k),
        gradient_into(j),
        assuming=CHAIN_RULE,
    )

    def both_ways(formula):
        """A matrix plus its transpose, from its entry [j, r]."""
        return formula + formula.xreplace({j: r, r: j})

    yield Step(
        "So B^T S A^T is both B^T times the gradient in B, and the gradient in A times A^T. Under gradient flow B^T B falls "
        "at the rate of the first plus its transpose, A A^T at that of the second: M, their difference, is conserved.",
        both_ways(total(B[i, j] * gradient_into(r), i)),
        both_ways(total(A[j, k] * gradient_out(r), k)),
        concludes=law("[1]", (j, r)),
    )

    def imbalance(step):
        into = total((B[i, j] - step * gradient_into(j)) * (B[i, r] - step * gradient_into(r)), i)
        out = (A[each, k] - step * gradient_out(each) for each in (j, r))
        return into - total(sympy.Mul(*out), k)

    remaining = total(gradient_into(j) * gradient_into(r), i) - total(gradient_out(j) * gradient_out(r), k)
    yield Step(
        "A step of size eta changes M by eta times the difference of the two rates, which is 0, plus eta^2 times the same "
        "form of the gradients.",
        imbalance(eta) - imbalance(0),
        eta ** (1 if fault == "eta for eta^2" else 2) * remaining,
        concludes=law("[2]", (j, r)),
    )


def adapted(at: Instantiation) -> Setting:
    """An adapter of rank m, an invertible matrix, and a batch; e is the gradient in the outputs."""
    batch = Batch(at.array("x", N, d), at.array("y", N, p))
    factors, loss = Factors(at.array("B", d, m), at.array("A", m, p)), PolynomialLoss("loss", at.seed)
    adapter = Adapter(at.array("W", d, p), factors, loss)
    triangles = LinearMaps((at.array("below", m, m),), (at.array("above", m, m),))
    g = InvertibleMatrix(Rescaling((at.array("diagonal", m).map(abs),)), triangles)
    one = Symbol.of(np.eye(at.size(m), dtype=int))
    made = g.act(Factors(one, one))
    error = loss.error(batch.x @ (adapter.frozen + factors.product), batch.y)
    known = at.knowing(G=made.into, Q=made.out, e=error, eta=sympy.Rational(1, 16))
    return Setting({"adapter": adapter, "g": g, "batch": batch}, known)
