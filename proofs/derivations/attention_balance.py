"""Derivations of NOETHER for attention: the weights of queries and of keys meet only in the scores, of which L is a function."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np
import sympy

from proofs.derivations.notation import arrays, epsilon, eta, one_if_equal, rate, total
from symmetry.engine.conclude import Setting, Sides
from symmetry.engine.derive import Step
from symmetry.engine.instantiate import Instantiation
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.numbers.symbol import Symbol

T, D, A = sympy.symbols("T D A", integer=True, positive=True)
"""Positions, features, and columns of a head's weights, or pairs of them."""
t, u = sympy.Idx("t", T), sympy.Idx("u", T)
f, g = sympy.Idx("f", D), sympy.Idx("g", D)
a, b, c = (sympy.Idx(name, A) for name in "abc")
x, E, Q, K, G, H, R = arrays("x E Q K G H R")
"""Inputs; the derivatives of L in the scores; the weights of queries and keys, and their gradients; and what stands between
the entries of query t and those of key u in a score."""

HEADS = 2
"""Of the cases that the laws are run on."""

law = functools.partial(Sides, widths=(T, D, A))


def gram_matrices(fault: str = ""):
    """NOETHER.5."""

    def entry(matrix, position, column):
        """An entry of the query or key at a position."""
        return total(x[position, f] * matrix[f, column], f)

    def between(row, column):
        return R[t, u, row, column] if fault else one_if_equal(row, column)

    yield Step(
        "As the weight Q[g, a] grows, the score of query t and key u, the sum of their products, grows by x[t, g] times entry a "
        "of the key. So the gradient G in Q is the sum of E[t, u] x[t, g] times the key, and H, that in K, is the sum of E[t, u] "
        "x[u, g] times the query.",
        rate(total((entry(Q, t, c) + epsilon * x[t, g] * one_if_equal(c, a)) * entry(K, u, c), c)),
        x[t, g] * entry(K, u, a),
    )

    def of_queries(row, column):
        """Entry [row, column] of Q^T G."""
        return total(E[t, u] * entry(Q, t, row) * between(column, c) * entry(K, u, c), c, t, u)

    def of_keys(row, column):
        """Entry [row, column] of K^T H."""
        return total(E[t, u] * entry(K, u, row) * entry(Q, t, c) * between(c, column), c, t, u)

    yield Step(
        "Q^T G is the sum of E[t, u] times query times key, and K^T H is its transpose. The rates of Q^T Q and of K^T K are "
        "minus one of these and its transpose each, so they are equal.",
        of_queries(a, b) + of_queries(b, a),
        of_keys(a, b) + of_keys(b, a),
        concludes=tuple(law(setting, f"[{2 * head}]", (a, b)) for head, setting in enumerate(PLAIN)),
    )
    yield a_step(lambda one, other: total(one(f, a) * other(f, b), f), (a, b), PLAIN)


def a_step(form: Callable, indices: tuple, settings: list) -> Step:
    """What a step of gradient descent adds to form(Q) - form(K), for each head; a form takes two functions of a place."""
    queries, keys, of_queries, of_keys = (lambda *place, of=each: of[place] for each in (Q, K, G, H))

    def moved(weight: Callable, slope: Callable) -> Callable:
        return lambda *place: weight(*place) - eta * slope(*place)

    def both(weight: Callable, slope: Callable):
        return form(weight, slope) + form(slope, weight)

    after = [form(each, each) for each in (moved(queries, of_queries), moved(keys, of_keys))]
    return Step(
        "A step of size eta adds -eta times the same difference of rates, which is 0, and eta^2 times the form of the gradients.",
        after[0] - after[1] - form(queries, queries) + form(keys, keys)
        + eta * (both(queries, of_queries) - both(keys, of_keys)),
        eta**2 * (form(of_queries, of_queries) - form(of_keys, of_keys)),
        concludes=tuple(law(setting, f"[{2 * head + 1}]", indices) for head, setting in enumerate(settings)),
    )  # fmt: skip


def frequency_pairs(fault: str = ""):
    """NOETHER.6: here a and b are pairs, and the two columns of a pair are numbered 0 and 1."""
    second = b if fault else a

    def entry(matrix, position, pair, which):
        """An entry of a pair of the query or key at a position."""
        return total(x[position, f] * matrix[f, pair, which], f)

    def turned_key(pair, which):
        return sum(R[t, u, pair, which, other] * entry(K, u, pair, other) for other in (0, 1))

    def turned_query(pair, which):
        return sum(R[t, u, pair, other, which] * entry(Q, t, pair, other) for other in (0, 1))

    grown = entry(Q, t, c, 0) + epsilon * x[t, g] * one_if_equal(c, a)
    yield Step(
        "Turning mixes only the two entries of a pair, so that a score is a sum over pairs c of query times R times key. As the "
        "weight Q[g, a, 0] grows, the score grows by x[t, g] times what R makes of the key's pair, and so for the other columns.",
        rate(total(grown * turned_key(c, 0) + entry(Q, t, c, 1) * turned_key(c, 1), c)),
        x[t, g] * turned_key(a, 0),
    )

    def of_queries(pair, which):
        """The weights of a column of Q times their gradients, G."""
        return total(E[t, u] * entry(Q, t, pair, which) * turned_key(pair, which), t, u)

    def of_keys(pair, which):
        """The weights of a column of K times their gradients, H."""
        return total(E[t, u] * entry(K, u, pair, which) * turned_query(pair, which), t, u)

    yield Step(
        "So the weights of the pair's columns in Q times their gradients sum to E times all products of the pair, and those of K "
        "sum to the same: the squared norms of both have equal rates.",
        2 * (of_queries(a, 0) + of_queries(second, 1)),
        2 * (of_keys(a, 0) + of_keys(second, 1)),
        concludes=tuple(law(setting, f"[{2 * head}]", (a,)) for head, setting in enumerate(ROTARY)),
    )
    yield a_step(
        lambda one, other: total(sum(one(f, a, which) * other(f, a, which) for which in (0, 1)), f), (a,), ROTARY
    )


def in_pairs(matrix: Symbol) -> Symbol:
    """Columns (..., 2 n) as pairs (..., n, 2)."""
    return np.moveaxis(matrix.reshape(*matrix.shape[:-1], 2, -1), -2, -1).view(Symbol)


def turns(positions: int, pairs: int) -> Symbol:
    """R[t, u, pair]: what turning query t and key u puts between the entries of each of their pairs, (2, 2) matrices."""
    from proofs.attention_scores import rotate

    units = Symbol.of(np.eye(2 * pairs, dtype=int))
    # Of each unit vector, at every position: (units, positions, pairs, 2).
    turned = np.stack([in_pairs(rotate(Symbol.of(np.tile(unit, (positions, 1))))) for unit in units])
    by_pair = np.moveaxis(turned.reshape(2, pairs, positions, pairs, 2), 0, -1)
    own = np.stack([by_pair[pair, :, pair] for pair in range(pairs)], axis=1)  # (positions, pairs, entry, unit)
    return Symbol.of(np.einsum("tpei,upej->utpij", own, own).swapaxes(0, 1))


def of_head(head: int, rotary: bool, at: Instantiation) -> Setting:
    """Heads, inputs and a loss; the letters are those of one head."""
    from proofs.attention_scores import Head, Heads, gradients, scores

    positions, columns = at.size(T), 2 * at.size(A)
    at = at if rotary else dataclasses.replace(at, sizes={**at.sizes, A: columns})

    def weights(which: str) -> Symbol:
        return Symbol.of(
            [[at.rational(f"{which} {row} {place}") for place in range(columns)] for row in range(at.size(D))]
        )

    heads = tuple(Head(weights(f"query {each}"), weights(f"key {each}")) for each in range(HEADS))
    targets = Symbol.of([[at.rational(f"y {n} {k}") for k in range(HEADS * positions)] for n in range(positions)])
    case = Heads(heads, at.array("x", T, D), targets, HALF_SQUARED_ERROR)
    errors = case.loss.error(scores(heads, case.x, rotary=rotary), targets)[
        :, head * positions : (head + 1) * positions
    ]
    gradient = gradients(case, rotary=rotary)[head]
    own = {"Q": heads[head].query, "K": heads[head].key, "G": gradient.query, "H": gradient.key}
    known = {"E": errors, "eta": sympy.Rational(1, 8)} | {
        name: in_pairs(each) if rotary else each for name, each in own.items()
    }
    if rotary:
        known["R"] = turns(positions, at.size(A))
    return Setting({"case": case}, at.knowing(**known))


PLAIN, ROTARY = ([functools.partial(of_head, head, rotary) for head in range(HEADS)] for rotary in (False, True))
"""A setting for each head."""
