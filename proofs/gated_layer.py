"""A layer of gated units in operators, so that every number system runs it (shazeer2020glu)."""

from proofs.drawn_layers import draw_layer
from symmetry.activation import ActivationLike, value
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.network import Layer, preactivation
from symmetry.source import Source


@pytree
class GatedLayer:
    """Gated units: `gate` and `up` read the inputs (inputs, units), `down` reads the units (units, outputs)."""

    gate: Layer
    up: Layer
    down: Layer
    activation: ActivationLike


def gated(layer: GatedLayer, x: Array) -> Array:
    """(phi(x G + g) * (x U + u)) D + d: shape (examples, outputs)."""
    opened = value(preactivation(x, layer.gate), layer.activation)
    return preactivation(opened * preactivation(x, layer.up), layer.down)


def draw_gated_layer(source: Source, name: str, inputs: int, units: int, outputs: int) -> GatedLayer:
    """A layer with numbers of the source and SiLU in its gate, or whatever the source has in the place of it."""
    gate, up = (draw_layer(source, f"{name} {part}", inputs, units) for part in ("gate", "up"))
    down = draw_layer(source, f"{name} down", units, outputs)
    return GatedLayer(gate, up, down, source.activation(f"{name} activation", "silu"))


@case_kind(GatedLayer, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> GatedLayer:
    inputs, units, outputs = architecture.widths[0], architecture.widths[1], architecture.widths[-1]
    return draw_gated_layer(source, name, inputs, units, outputs)
