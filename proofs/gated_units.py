"""GLU: the symmetries of gated units, as in SwiGLU and GEGLU (shazeer2020glu)."""

import dataclasses
from collections.abc import Callable

from proofs.architectures import LIBRARIES
from proofs.derivations import gated_units as derivations
from proofs.gated_layer import GatedLayer, gated
from proofs.gated_modules import GATED
from symmetry.actions import Rescaling, SignFlips, UnitPermutation
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.network import Batch, Layer
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

UNITS = Architecture((3, 4, 2), batch=3)


def permuted(layer: GatedLayer, order: Array, *, gate: bool = True) -> GatedLayer:
    """The layer with its units in another order; the gates may be left where they are."""

    def columns(part: Array) -> Array:
        return part[..., order]

    down = Layer(layer.down.weight[order, :], layer.down.bias)
    moved = layer.gate.map(columns) if gate else layer.gate
    return dataclasses.replace(layer, gate=moved, up=layer.up.map(columns), down=down)


def scaled(layer: GatedLayer, factors: Array, scaled_part: str) -> GatedLayer:
    """A part of every unit, "up" or "gate", times a factor of its own, and its row of `down` divided by it."""
    part: Layer = getattr(layer, scaled_part)
    down = Layer(layer.down.weight / factors[:, None], layer.down.bias)
    return dataclasses.replace(layer, down=down, **{scaled_part: part.map(lambda array: array * factors)})


@theorem(
    "GLU.1",
    title="Gated units permute, and scale between up and down, but not in the gate",
    statement=r"f(G\pi, U\pi c, (\pi c)^{-1} D) = f(G, U, D), \quad "
    r"f(x) = \bigl(\varphi(xG + g) \odot (xU + u)\bigr) D + d, \text{ biases } g \text{ and } u \text{ alike}",
    hypotheses="any permutation of the units, the same in gate, up and down; any factor c other than 0 for each unit, of any "
    "sign; any activation of the gate. A factor in the gate is hidden only by activations with phi(c z) = c phi(z) (SCALE.1)",
    cites=("shazeer2020glu",),
    controls={
        "the gate scaled in the place of up": dict(scaled_part="gate"),
        "gates left where they were": dict(gate=False),
    },
    derivation=derivations.permuted_and_scaled,
    architectures=(UNITS,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", GATED, needs=LIBRARIES),
    refutes={"the gate scales against down as up does": dict(scaled_part="gate")},
)
def gated_units_permute_and_scale_between_up_and_down(
    layer: GatedLayer,
    pi: UnitPermutation,
    rescaling: Rescaling,
    flips: SignFlips,
    batch: Batch,
    *,
    scaled_part: str = "up",
    gate: bool = True,
    run: Callable = gated,
):
    """The outputs of every example after the units are permuted and scaled, and before."""
    moved = permuted(scaled(layer, rescaling.factors[0] * flips.signs[0], scaled_part), pi.permutations[0], gate=gate)
    return run(moved, batch.x), run(layer, batch.x)
