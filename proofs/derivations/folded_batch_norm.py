"""Derivation of BN.1: with statistics that are given, batch norm is an affine map of each unit."""

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.permutation import REORDERING
from proofs.derivations.small_networks import batch_at, network_at
from symmetry.actions import UnitPermutation
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.numbers.symbol import Symbol

mean, factor, beta = arrays("mu g beta")
"""The running mean of a unit; gamma over the root of its running variance plus epsilon; its shift."""


def normed(of, unit, statistics_of=None):
    """What the norm makes of the preactivation of a unit."""
    statistics = unit if statistics_of is None else statistics_of
    return (of - mean[statistics]) * factor[statistics] + beta[unit]


def running_norm(fault: str = ""):
    """BN.1."""

    def folded(unit):
        weights = total(x[n, i] * (W[i, unit] * factor[unit]), i)
        return weights + (b[unit] - mean[unit]) * factor[unit] + beta[unit]

    kept = fault == "folded, and the norm kept"
    yield Step(
        "In evaluation the mean mu and the variance are given numbers. So the norm is an affine map of each unit: its factor can "
        "be taken to the weights, and the rest to the bias.",
        normed(folded(j), j) if kept else folded(j),
        normed(preactivation(j), j),
    )
    law = functools.partial(Sides, evaluated, indices=(n, k), widths=WIDTHS)
    yield Step(
        "So the activations stay the same, and with them all that follows, such as the next layer and chi.",
        chi(next_preactivation(phi(folded(j)) * V[j, k])),
        chi(next_preactivation(phi(normed(preactivation(j), j)) * V[j, k])),
        concludes=law("[0]"),
    )
    yield REORDERING.cited
    stay = j if fault == "statistics left where they were" else None

    def contributed(unit):
        return phi(normed(preactivation(unit), unit, stay)) * V[unit, k]

    yield Step(
        "Mean, variance, scale and shift are numbers of a unit, as its bias is. If they move with it, the unit adds the same to "
        "the next layer from its new place, and a sum does not see the order of its terms.",
        chi(next_preactivation(contributed(pi[j]))),
        chi(next_preactivation(phi(normed(preactivation(j), j)) * V[j, k])),
        concludes=law("[1]"),
    )


def evaluated(at: Instantiation) -> Setting:
    """A network, a norm with running statistics, a permutation and a batch; variance plus epsilon is a square."""
    from proofs.folded_batch_norm import RunningNorm

    network, batch = network_at(at), batch_at(at)
    deviation, epsilon = at.array("deviation", m), sympy.Rational(1, 100)
    parts = {name: at.array(name, m) for name in ("mu", "gamma", "beta")}
    norm = RunningNorm(parts["mu"], deviation * deviation - epsilon, parts["gamma"], parts["beta"], Symbol.of(epsilon))
    order = UnitPermutation((np.array(at.permutation(str(pi), m)),))
    arguments = {"network": network, "norm": norm, "pi": order, "batch": batch}
    return Setting(arguments, at.knowing(g=norm.factor))
