"""Layers of any shape, drawn from any source: parts of modules that are no plain stacks of layers."""

from symmetry.network import Layer
from symmetry.source import Source


def draw_layer(source: Source, name: str, inputs: int, outputs: int) -> Layer:
    """A layer whose weight (inputs, outputs) and bias (outputs,) are numbers of the source."""
    return Layer(source.numbers(f"{name} weight", (inputs, outputs)), source.numbers(f"{name} bias", (outputs,)))
