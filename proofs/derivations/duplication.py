"""Derivations of DUP: what one unit of a layer contributes to the next."""

import sympy

from proofs.derivations.notation import V, i, j, k, n, one_if_equal, phi, s, total, x, z
from symmetry.engine.derive import Step


def dead_unit(fault: str = ""):
    """DUP.3."""

    def contribution(unit):
        return phi(z[n, unit]) * V[unit, k]

    others = total((1 - one_if_equal(j, s)) * contribution(j), j)
    yield Step(
        "The next layer gets the sum over all units: the sum over the others, plus what unit s contributes.",
        total(contribution(j), j),
        others + contribution(s),
    )
    outgoing = V[s, k] if fault == "outgoing weights not zero" else 0
    yield Step(
        "If its outgoing weights are 0 it contributes nothing: the next layer, and so the output, is that of the network "
        "without it.",
        others + phi(z[n, s]) * outgoing,
        others,
    )
    incoming, bias = sympy.IndexedBase("w", real=True), sympy.Symbol("b", real=True)
    preactivation = total(x[n, i] * incoming[i], i) + bias
    yield Step(
        "If its incoming weights and bias are 0, its preactivation is 0 in every example.",
        preactivation.xreplace({incoming[i]: sympy.S.Zero, bias: sympy.S.Zero}),
        0,
    )
    yield Step(
        "With phi(0) = 0 it again contributes nothing.",
        others + (phi(sympy.S.Zero) * V[s, k]).xreplace({phi(sympy.S.Zero): sympy.S.Zero}),
        others,
    )
