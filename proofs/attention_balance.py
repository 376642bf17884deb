"""NOETHER, continued: what training conserves in an attention head (marcotte2025transformative, su2021roformer)."""

import functools

import numpy as np

from proofs.attention_scores import Heads, gradients
from proofs.derivations import attention_balance as derivations
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.statements.relation import Drift, Equal
from symmetry.statements.theorem import WIDE, theorem

INVERSE_RATE = 8
"""The step size is 1/8."""

ATTENTION = (Architecture((3, 2, 2), batch=3),)
"""Three features and positions, heads of two pairs."""

EXAMPLE = (
    "L any function of the scores, differentiable where it is evaluated; no biases, or an input that is always 1 in their "
    f"place; tried on 2 heads, eta = 1/{INVERSE_RATE}"
)


def conserved(case: Heads, form, *, rotary: bool) -> list:
    """For each head, that form(W_Q) and form(W_K) have one rate, and how much a step changes their difference.

    The form is a bilinear function of two matrices of weights or gradients.
    """
    relations = []
    for head, gradient in zip(case.heads, gradients(case, rotary=rotary), strict=True):
        pairs = (head.query, gradient.query), (head.key, gradient.key)
        rates = [form(weight, slope) + form(slope, weight) for weight, slope in pairs]
        relations.append(Equal(rates[0], rates[1]))
        moved = [weight - slope / INVERSE_RATE for weight, slope in pairs]
        before, after, added = (
            form(query, query) - form(key, key)
            for query, key in ((head.query, head.key), moved, (pairs[0][1], pairs[1][1]))
        )
        relations.append(Drift(after - before, INVERSE_RATE, 2, added))
    return relations


def gram(one: Array, other: Array) -> Array:
    """one^T other."""
    return one.T @ other


@theorem(
    "NOETHER.5",
    title="Gradient flow conserves the difference of the Gram matrices of queries and keys",
    statement=r"M = W_Q^T W_Q - W_K^T W_K: \quad \dot M = 0 \text{ under gradient flow}, \quad "
    r"\Delta M = \eta^2 (G_Q^T G_Q - G_K^T G_K) \text{ in one step of gradient descent}",
    hypotheses=f"for each head, without rotary positions; G_Q and G_K the gradients in W_Q and W_K; {EXAMPLE}",
    cites=("marcotte2025transformative",),
    controls={"with rotary positions": dict(rotary=True)},
    derivation=derivations.gram_matrices,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=ATTENTION,
    dtypes=WIDE,
)
def gradient_flow_conserves_the_difference_of_gram_matrices(case: Heads, *, rotary: bool = False):
    return conserved(case, gram, rotary=rotary)


def products_of_pairs(one: Array, other: Array, *, apart: int = 0) -> Array:
    """For each pair of columns the sum of the products of their entries: shape (pairs,).

    A pair is columns j and n + j, or n + j + apart, taken round.
    """
    columns = (one * other).sum(0)
    pairs = columns.shape[0] // 2
    return columns[:pairs] + columns[pairs:][(np.arange(pairs) + apart) % pairs]


def the_matrix_law_holds_with_rotary(case: Heads):
    """NOETHER.5 with rotary positions."""
    return conserved(case, gram, rotary=True)


@theorem(
    "NOETHER.6",
    title="With rotary positions, gradient flow conserves the balance of queries and keys in each frequency pair",
    statement=r"Q_j = \lVert W_Q^{(j)} \rVert^2 - \lVert W_K^{(j)} \rVert^2: \quad \dot Q_j = 0 \text{ under gradient flow},"
    r" \quad \Delta Q_j = \eta^2 (\lVert G_Q^{(j)} \rVert^2 - \lVert G_K^{(j)} \rVert^2) \text{ in one step of "
    r"gradient descent}",
    hypotheses="for each head and each pair j of columns that is turned by one angle; any angles, turned as often as the "
    "position says; the law of NOETHER.5 on all entries of the Gram matrices is refuted; G_Q and G_K the gradients in W_Q and "
    f"W_K; {EXAMPLE}, and angles with rational cosines and sines",
    cites=("su2021roformer", "marcotte2025transformative"),
    controls={"a pair taken across frequencies": dict(apart=1)},
    derivation=derivations.frequency_pairs,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=ATTENTION,
    dtypes=WIDE,
    refutes={"the Gram matrices, with rotary positions": the_matrix_law_holds_with_rotary},
)
def gradient_flow_conserves_the_balance_of_each_frequency_pair(case: Heads, *, apart: int = 0):
    return conserved(case, functools.partial(products_of_pairs, apart=apart), rotary=True)
