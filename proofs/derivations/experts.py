"""Derivation of MOE.1: which experts are chosen, and what they get, are functions of differences of logits."""

import dataclasses

import numpy as np
import sympy
from sympy import exp

from proofs.derivations.notation import *
from proofs.derivations.permutation import REORDERING
from proofs.derivations.softmax import one_partition
from proofs.router import CommonColumn, ExpertOrder, Mixture
from symmetry.activation import value
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, Layer
from symmetry.network import preactivation as of_layer
from symmetry.numbers.symbol import Symbol

logit, common, expert = arrays("l C y")
"""The router's logit of expert j, what is added to all logits of an example, and the expert's outputs."""

is_larger, is_among = unknown_function("larger"), unknown_function("among")
"""1 for a number above 0, else 0; 1 for a number of experts below k, else 0."""


def stay(place):
    """The expert at a place before."""
    return place


def reordered(place):
    """The expert at a place after the experts are put in another order."""
    return pi[place]


def choice(unit, place, add=0):
    """1 if the expert at a place is chosen, else 0, from the logits of experts, `unit` of an index."""
    here = logit[n, unit(place)] + add
    return is_among(total(is_larger(logit[n, unit(r)] + add - here), r))


def reordered_and_shifted(fault: str = ""):
    """MOE.1. The experts are j and r, their order is pi."""
    yield Step(
        "Adding a column to every column of the router adds the same number to every logit of an example: call it C[n].",
        total(x[n, i] * (W[i, j] + a[i]), i) + b[j] + sympy.Symbol("t", real=True),
        total(x[n, i] * W[i, j], i) + b[j] + total(x[n, i] * a[i], i) + sympy.Symbol("t", real=True),
    )
    yield REORDERING.cited
    moved = stay if fault == "router left where it was" else reordered
    yield Step(
        "How many logits are larger than that of an expert depends on their differences, so not on C[n], and not on the "
        "order: no two are equal, so the expert pi[j] is chosen at its new place j if and only if it was.",
        choice(moved, j, common[n]),
        choice(stay, pi[j]),
    )
    other, sigmoid = Idx("v", m), fault == "sigmoids for softmax"

    def probability(unit, place, add=0):
        """What the router makes of the logit at a place."""
        grown = exp(logit[n, unit(place)] + add)
        return grown / (1 + grown if sigmoid else total(exp(logit[n, unit(other)] + add), other))

    whole = total(exp(logit[n, moved(other)] + common[n]), other), exp(common[n]) * total(exp(logit[n, other]), other)
    yield Step(
        "In the probability of an expert, exp(C[n]) is a factor above and below, and the sum below does not see the order "
        "of its terms.",
        probability(moved, j, common[n]),
        probability(stay, pi[j]),
        simplify=lambda gap: one_partition(sympy.expand(gap, power_exp=True)),
    )
    is_chosen = array("M")

    def output(of):
        """The sum of the experts' outputs times their shares, from what is kept of an expert's probability."""
        return total(of(j) / total(of(r), r) * expert[n, pi[j], k], j)

    yield Step(
        "Write M[n, j] for whether expert j is chosen. What is kept of its probability goes with it to its new place, and "
        "neither the sum of what is kept nor that of the experts' outputs times their shares sees the order of its terms.",
        output(lambda place: probability(moved, place, common[n]) * is_chosen[n, pi[place]]),
        total(
            probability(stay, j) * is_chosen[n, j] / total(probability(stay, r) * is_chosen[n, r], r) * expert[n, j, k],
            j,
        ),
        given=(whole,),
        concludes=Sides(mixture_at, "", (n, k), widths=WIDTHS),
    )


def mixture_at(at: Instantiation) -> Setting | None:
    """A mixture of m experts, their order, a column to add to the router's, and one example of one input and one output.

    More of these bring no other formulas, and their exponentials of fractions are slow to compare.
    """
    from proofs.router import CHOSEN, chosen

    if at.size(m) < CHOSEN:
        return None
    at = dataclasses.replace(at, sizes={**at.sizes, N: 1, d: 1, p: 1})
    units = 2
    batch = Batch(at.array("x", N, d), at.array("y", N, p))
    router = Layer(at.array("W", d, m), at.array("b", m))
    reads = Layer(at.array("rW", m, d, units), at.array("rb", m, units))
    writes = Layer(at.array("wW", m, units, p), at.array("wb", m, p))
    mixture = Mixture(router, reads, writes, PolynomialActivation("phi", at.seed))
    order = ExpertOrder(np.array(at.permutation(str(pi), m)))
    column = CommonColumn(at.array("a", d), at.array("t"))
    logits = of_layer(batch.x, router)
    own = [
        of_layer(
            value(of_layer(batch.x, Layer(reads.weight[e], reads.bias[e])), mixture.activation),
            Layer(writes.weight[e], writes.bias[e]),
        )
        for e in range(at.size(m))
    ]
    letters = {"l": logits, "M": chosen(logits), "y": Symbol.of(np.stack(own, axis=1))}
    arguments = {"mixture": mixture, "pi": order, "column": column, "batch": batch}
    return Setting(arguments, at.knowing(**letters))
