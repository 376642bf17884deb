"""Derivations of ARCH: attention, from the queries and keys of each head to what the heads add to the output."""

import sympy
from sympy import exp

from proofs.derivations.attention_heads import D, H, T, of_changed_bases, of_changed_key_biases
from proofs.derivations.notation import V, arrays, b, i, k, one_if_equal, total, x
from proofs.derivations.softmax import one_partition
from symmetry.engine.conclude import Sides
from symmetry.engine.derive import Step

t, s, r = (sympy.Idx(name, T) for name in ("t", "s", "r"))
a, c, e, f = (sympy.Idx(name, D) for name in ("a", "c", "e", "f"))
h = sympy.Idx("h", H)
"""Here t, s and r are positions, a to f entries of a head, h a head: that is why this file names the letters that it imports."""

W, query, key, value, weight, output = arrays("W q k v w o")
"""Query weights; queries, keys and values of head h at a position; how much position t attends to s; the output's bias."""
A, A_inverse, B, B_inverse, rotation = arrays("A P B Q R")
scale = sympy.Symbol("scale", positive=True)
"""What scores are multiplied by, one over the root of D."""


def share(score):
    """The weight that position t gives to s in head h, from the score, a formula in s."""
    return exp(score) / total(exp(score.xreplace({s: r})), r)


def changes_of_basis(fault: str = ""):
    """ARCH.4."""
    yield Step(
        "Acting multiplies both the weights and the bias of the queries of a head by A, so each query x W + b is "
        "multiplied by A. In the same way keys are multiplied by A^-T and values by B.",
        total(x[t, i] * total(W[i, a] * A[h, a, c], a), i) + total(b[a] * A[h, a, c], a),
        total((total(x[t, i] * W[i, a], i) + b[a]) * A[h, a, c], a),
    )
    if fault.startswith("query-key norm"):
        yield Step(
            "A norm divides each query by its length, so its length would have to stay the same.",
            total(total(query[h, t, a] * A[h, a, c], a) ** 2, c),
            total(query[h, t, a] ** 2, a),
        )
    new_query = total(query[h, t, a] * A[h, a, c], a)
    new_key = total(key[h, s, f] * (A[h, f, e] if fault.startswith("A for A^-T") else A_inverse[h, e, f]), f)
    between = rotation[c, e] if fault.startswith("rotary embedding") else one_if_equal(c, e)
    product, product_of_values = total(A[h, a, c] * A_inverse[h, c, f], c), total(B[h, a, e] * B_inverse[h, e, f], e)
    yield Step(
        "Nothing stands between the query and the key in their product, so A meets A^-1 = P in the score: it is the sum over "
        "a and f of q[h, t, a] (A P)[a, f] k[h, s, f].",
        total(new_query * between * new_key, c, e),
        total(query[h, t, a] * product * key[h, s, f], a, f),
    )
    new_value = total(value[h, s, a] * B[h, a, e], a)
    new_output = total(B_inverse[h, e, f] * V[h, f, k], f)
    yield Step(
        "A head adds to output k the sum over positions s of w[t, s] times its value at s times V, its block of output "
        "weights. Acting sends V to B^-1 V, and B meets B^-1 = Q.",
        total(weight[t, s] * total(new_value * new_output, e), s),
        total(weight[t, s] * total(value[h, s, a] * product_of_values * V[h, f, k], a, f), s),
    )
    inverses = (product, one_if_equal(a, f)), (product_of_values, one_if_equal(a, f))

    def outputs(between_scores, between_values):
        score = scale * total(query[h, t, a] * between_scores * key[h, s, f], a, f)
        added = total(value[h, s, a] * between_values * V[h, f, k], a, f)
        return total(share(score) * added, s, h) + output[k]

    yield Step(
        "A P and B Q are the identity. So every score stays the same, and so do the weights of the softmax, which are made of "
        "its exponentials, and what each head adds. The output is the sum over the heads, so each may have its own A and B.",
        outputs(product, product_of_values),
        outputs(one_if_equal(a, f), one_if_equal(a, f)),
        given=inverses,
        concludes=tuple(Sides(of_changed_bases[name], name, (t, k)) for name in of_changed_bases),
    )


def key_bias(fault: str = ""):
    """ARCH.5."""
    in_query = fault.startswith("query bias")
    biased = total((query[h, t, a] + b[a]) * key[h, s, a] if in_query else query[h, t, a] * (key[h, s, a] + b[a]), a)
    yield Step(
        "A key bias b adds to the score of query t and key s the sum of q[h, t, a] b[a], which does not depend on s.",
        biased,
        total(query[h, t, a] * key[h, s, a], a) + total(query[h, t, a] * b[a], a),
    )
    score, shift, added = arrays("u C g")
    yield Step(
        "So write u[h, t, s] for the scores of a head without a bias and C[h, t] for what it adds. Every exponential of query t "
        "is multiplied by the same exp(C[h, t]).",
        exp(score[h, t, s] + shift[h, t]),
        exp(score[h, t, s]) * exp(shift[h, t]),
        simplify=sympy.expand_power_exp,
    )

    def outputs(of):
        return total(share(of) * added[h, s, k], s, h) + output[k]

    yield Step(
        "So is their sum: the weights, exponentials over their sum, stay the same. A head's output depends on the keys only "
        "through the weights: it is the same weighted sum of what the head adds, g[h, s, k] of position s.",
        outputs(score[h, t, s] + shift[h, t]),
        outputs(score[h, t, s]),
        simplify=lambda gap: one_partition(sympy.expand(gap, power_exp=True)),
        concludes=tuple(Sides(of_changed_key_biases[name], name, (t, k)) for name in of_changed_key_biases),
    )
