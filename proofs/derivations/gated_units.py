"""Derivation of GLU.1: what a gated unit adds to the outputs moves with it, and is linear in its up weights."""

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.permutation import REORDERING
from proofs.gated_layer import GatedLayer
from symmetry import network as program
from symmetry.actions import Rescaling, SignFlips, UnitPermutation
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, Layer

gate, up = arrays("G U")
"""What the gate and the up weights of a unit make of an example."""
factor = array("f")


def permuted_and_scaled(fault: str = ""):
    """GLU.1."""
    gates_stay = fault == "gates left where they were"
    gate_scaled = fault == "the gate scaled in the place of up"
    yield Step(
        "Multiplying the up weights and the up bias of unit j by f[j] multiplies what they make of an example.",
        total(x[n, i] * (W[i, j] * factor[j]), i) + b[j] * factor[j],
        (total(x[n, i] * W[i, j], i) + b[j]) * factor[j],
    )

    def contribution_at(unit, of_gate, scaled):
        """What a unit adds to output k."""
        opened = gate[n, of_gate] * (factor[of_gate] if scaled and gate_scaled else 1)
        raised = up[n, unit] * (factor[unit] if scaled and not gate_scaled else 1)
        return phi(opened) * raised * (V[unit, k] / factor[unit] if scaled else V[unit, k])

    yield Step(
        "The outputs see a unit only through phi(gate) times up times its row of down. There up is multiplied by f[j] and down "
        "divided by it, so the factor goes, whatever its sign; the gate is as it was.",
        contribution_at(j, j, scaled=True),
        contribution_at(j, j, scaled=False),
    )
    yield REORDERING.cited
    yield Step(
        "What all units add is a sum over them, and gate, up and down of a unit move together: the sum over places of what unit "
        "pi[j] adds is the sum over units.",
        total(contribution_at(pi[j], j if gates_stay else pi[j], scaled=True), j) + c[k],
        total(contribution_at(j, j, scaled=False), j) + c[k],
        concludes=Sides(gated_units, "", (n, k), widths=WIDTHS),
    )


def gated_units(at: Instantiation) -> Setting:
    """A layer of gated units, a permutation, factors of both signs and a batch."""
    reads = {name: Layer(at.array(f"{name}W", d, m), at.array(f"{name}b", m)) for name in ("gate", "up")}
    down = Layer(at.array("V", m, p), at.array("c", p))
    layer = GatedLayer(reads["gate"], reads["up"], down, PolynomialActivation("phi", at.seed))
    batch = Batch(at.array("x", N, d), at.array("y", N, p))
    factors = at.array("f", m)
    sizes, signs = factors.map(abs), factors.map(sympy.sign)
    arguments = {"layer": layer, "pi": UnitPermutation((np.array(at.permutation(str(pi), m)),)), "batch": batch}
    arguments |= {"rescaling": Rescaling((sizes,)), "flips": SignFlips((signs,))}
    made = {"G": program.preactivation(batch.x, layer.gate), "U": program.preactivation(batch.x, layer.up)}
    return Setting(arguments, at.knowing(**made))
