"""Derivations of ARCH: one head of attention, from its queries and keys to what it adds to the output."""

import sympy
from sympy import exp

from proofs.derivations.notation import V, arrays, b, i, k, one_if_equal, total, x
from symmetry.engine.derive import Step

T, D = sympy.symbols("T D", integer=True, positive=True)
"""Positions; size of a head."""
t, s, r = (sympy.Idx(name, T) for name in ("t", "s", "r"))
a, c, e, f = (sympy.Idx(name, D) for name in ("a", "c", "e", "f"))
"""Here t, s and r are positions, a and c entries of a head: that is why this file names the letters that it imports."""

W, query, key, value, weight = arrays("W q k v w")
"""Query weights of a head; queries, keys and values at a position; how much position t attends to s."""
A, A_inverse, B, B_inverse, rotation = arrays("A P B Q R")


def changes_of_basis(fault: str = ""):
    """ARCH.4."""
    yield Step(
        "Acting multiplies both the weights and the bias of the queries by A, so each query x W + b is multiplied by A. "
        "In the same way keys are multiplied by A^-T and values by B.",
        total(x[t, i] * total(W[i, a] * A[a, c], a), i) + total(b[a] * A[a, c], a),
        total((total(x[t, i] * W[i, a], i) + b[a]) * A[a, c], a),
    )
    if fault.startswith("query-key norm"):
        yield Step(
            "A norm divides each query by its length, so its length would have to stay the same.",
            total(total(query[t, a] * A[a, c], a) ** 2, c),
            total(query[t, a] ** 2, a),
        )
    new_query = total(query[t, a] * A[a, c], a)
    new_key = total(key[s, f] * (A[f, e] if fault.startswith("A for A^-T") else A_inverse[e, f]), f)
    between = rotation[c, e] if fault.startswith("rotary embedding") else one_if_equal(c, e)
    product, product_of_values = total(A[a, c] * A_inverse[c, f], c), total(B[a, e] * B_inverse[e, f], e)
    yield Step(
        "Nothing stands between the query and the key in their product, so A meets A^-1 = P in the score: it is the sum over "
        "a and f of q[t, a] (A P)[a, f] k[s, f].",
        total(new_query * between * new_key, c, e),
        total(query[t, a] * product * key[s, f], a, f),
    )
    yield Step(
        "A P is the identity, so every score stays the same. So does its exponential, and so do the weights of the softmax, "
        "which are made of exponentials.",
        exp(total(query[t, a] * product * key[s, f], a, f)),
        exp(total(query[t, a] * key[s, a], a)),
        given=((product, one_if_equal(a, f)),),
    )
    new_value = total(value[s, a] * B[a, e], a)
    new_output = total(B_inverse[e, f] * V[f, k], f)
    yield Step(
        "A head adds to output k the sum over positions s of w[t, s] times its value at s times V, its block of output "
        "weights. Acting sends V to B^-1 V, and B meets B^-1 = Q.",
        total(weight[t, s] * total(new_value * new_output, e), s),
        total(weight[t, s] * total(value[s, a] * product_of_values * V[f, k], a, f), s),
    )
    yield Step(
        "B Q is the identity, so the head adds what it added before. The output is the sum over the heads, so each head may have "
        "its own A and B.",
        total(weight[t, s] * total(value[s, a] * product_of_values * V[f, k], a, f), s),
        total(weight[t, s] * total(value[s, a] * V[a, k], a), s),
        given=((product_of_values, one_if_equal(a, f)),),
    )


def key_bias(fault: str = ""):
    """ARCH.5."""
    in_query = fault.startswith("query bias")
    biased = total((query[t, a] + b[a]) * key[s, a] if in_query else query[t, a] * (key[s, a] + b[a]), a)
    yield Step(
        "A key bias b adds to the score of query t and key s the sum of q[t, a] b[a], which does not depend on s.",
        biased,
        total(query[t, a] * key[s, a], a) + total(query[t, a] * b[a], a),
    )
    score, shift = arrays("u c")
    yield Step(
        "So write u[t, s] for the scores without a bias and c[t] for what it adds. Every exponential of query t is multiplied "
        "by the same exp(c[t]).",
        exp(score[t, s] + shift[t]),
        exp(score[t, s]) * exp(shift[t]),
        simplify=sympy.expand_power_exp,
    )
    exponential, factor = sympy.IndexedBase("E", positive=True), sympy.IndexedBase("F", positive=True)
    yield Step(
        "Write E for the exponentials and F for the factors. The weights are E[t, s] F[t] over the sum of E[t, r] F[t] with "
        "the bias, and E[t, s] over the sum of E[t, r] without it. Cross-multiplying gives equal products, and the sums are "
        "positive, so the weights are equal too.",
        exponential[t, s] * factor[t] * total(exponential[t, r], r),
        exponential[t, s] * total(exponential[t, r] * factor[t], r),
    )
    yield Step(
        "A head's output depends on the keys only through the weights: with weights E / sum of E it is the same weighted sum of "
        "values.",
        total(exponential[t, s] * factor[t] * value[s, a], s) * total(exponential[t, r], r),
        total(exponential[t, s] * value[s, a], s) * total(exponential[t, r] * factor[t], r),
    )
