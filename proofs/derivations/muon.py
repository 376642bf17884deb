"""Derivations of OPT: what an iteration makes of a matrix whose rows and columns are turned."""

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.turns import Mirror
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.numbers.symbol import Symbol

U, X, Z, K = arrays("U X Z K")
"""The orthogonal matrices U and Z, the V of the statement; X before the last iteration, and K = X X^T."""
alpha, beta, gamma = sympy.symbols("alpha beta gamma", real=True)
"""The a, b and c of the iteration."""
e, f, g = (sympy.Idx(name, d) for name in "efg")


def newton_schulz(fault: str = ""):
    """OPT.1."""
    squares, others = total(U[i, f] * U[i, g], i), total(Z[r, j] * Z[s, j], j)
    of_columns = () if fault == "U not orthogonal" else ((squares, one_if_equal(f, g)),)
    of_rows = ((others, one_if_equal(r, s)),)
    yield Step(
        "The norm does not see U and V. In the sum of the squares of U X V, U meets its transpose and so does V; both "
        "products are the identity, and what is left is the sum of the squares of X.",
        total(squares * X[f, r] * others * X[g, s], f, g, r, s),
        total(X[f, r] ** 2, f, r),
        given=(*of_columns, *of_rows),
    )
    yield Step(
        "In U X V times its transpose V meets V^T, so it is U K U^T, where K is X X^T.",
        total(total(U[i, f] * X[f, r], f) * others * total(U[h, g] * X[g, s], g), r, s),
        total(U[i, f] * total(X[f, r] * X[g, r], r) * U[h, g], f, g),
        given=of_rows,
    )
    yield an_iteration(orthogonal=fault != "U not orthogonal")


def an_iteration(*, orthogonal: bool) -> Step:
    """An iteration of U X V: U^T meets U once in its cube, U K U^T U X V, and twice in its fifth power."""
    row, column = Idx("row", d), Idx("column", m)
    (one, two), (three, four) = pairs = [[Idx(f"e{2 * pair + place}", d) for place in (1, 2)] for pair in range(2)]
    (first, second), ends = [total(U[i, one] * U[i, two], i) for one, two in pairs], U[row, e] * Z[r, column]
    cube = total(ends * K[e, one] * first * X[two, r], e, one, two, r)
    fifth = total(ends * K[e, one] * first * K[two, three] * second * X[four, r], e, one, two, three, four, r)
    within = alpha * X[e, r] + beta * total(K[e, f] * X[f, r], f) + gamma * total(K[e, f] * K[f, g] * X[g, r], f, g)
    return Step(
        "So the cube is U K X V, and U K U^T times it, the fifth power, is U K K X V: wherever U^T meets U it is gone. An "
        "iteration of U X V is U times the iteration of X times V, and so is every one after it.",
        alpha * total(ends * X[e, r], e, r) + beta * cube + gamma * fifth,
        total(ends * within, e, r),
        given=((first, one_if_equal(*pairs[0])), (second, one_if_equal(*pairs[1]))) if orthogonal else (),
        assuming="the principle of induction, on the number of iterations",
        concludes=Sides(last_iteration, "", (row, column), widths=(d, m)),
    )


def last_iteration(at: Instantiation) -> Setting:
    """A matrix, two mirrors and two iterations; the letters are those before the second."""
    from proofs.muon import TurnedMatrix
    from proofs.muon import newton_schulz as iterate

    columns, rows = (
        Mirror(at.array(name, width), np.ones(at.size(width), int)) for name, width in (("u", d), ("v", m))
    )
    matrix = of_norm_one(at)
    coefficients = Symbol.of([at.rational(name) for name in ("alpha", "beta", "gamma")])
    current = iterate(matrix, coefficients, 1)
    letters = dict(zip(("alpha", "beta", "gamma"), coefficients, strict=True))
    letters |= {"X": current, "K": current @ current.T}
    letters["U"] = columns.turn_columns(Symbol.of(np.eye(at.size(d), dtype=int)))
    letters["Z"] = rows.turn_rows(Symbol.of(np.eye(at.size(m), dtype=int)))
    return Setting({"case": TurnedMatrix(matrix, columns, rows, coefficients, 2)}, at.knowing(**letters))


def of_norm_one(at: Instantiation) -> Symbol:
    """A matrix of rationals whose squares sum to 1, so that its norm is no root: a stereographic projection."""
    numbers = at.array("G", d, m).ravel()[1:]
    squared = (numbers * numbers).sum()
    entries = np.append(2 * numbers, squared - 1) / (squared + 1)
    return Symbol.of(entries.reshape(at.size(d), at.size(m)))
