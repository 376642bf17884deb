"""A residual stream that layers write to and read through norms, in operators, so that every number system runs it."""

import dataclasses
from collections.abc import Callable

from proofs.drawn_layers import draw_layer
from proofs.gated_layer import GatedLayer, draw_gated_layer, gated
from proofs.norms import layer_norm
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.network import Layer, preactivation
from symmetry.source import Source


@pytree
class Norm:
    """What a norm multiplies the features by and adds to them afterwards, and what it adds to the variance."""

    scale: Array
    shift: Array
    epsilon: Array

    def read(self, rows: Array, normalise: Callable) -> Array:
        """The rows of the stream as a reader gets them."""
        return normalise(rows, self.epsilon) * self.scale + self.shift


@pytree
class Stream:
    """A stream of features.

    The embedding and the gated units write to it; the units read it through the first norm, the head through the second.
    """

    embedding: Layer
    units: GatedLayer
    head: Layer
    norms: tuple[Norm, Norm]


def rows_at_the_head(stream: Stream, x: Array, normalise: Callable = layer_norm) -> Array:
    """The stream after all that writes to it: shape (examples, features)."""
    rows = preactivation(x, stream.embedding)
    return rows + gated(stream.units, stream.norms[0].read(rows, normalise))


def read_out(stream: Stream, x: Array, *, for_units: Callable = layer_norm, for_head: Callable = layer_norm) -> Array:
    """The outputs (examples, outputs), with what stands in the place of each norm."""
    rows = rows_at_the_head(stream, x, for_units)
    return preactivation(stream.norms[1].read(rows, for_head), stream.head)


@case_kind(Stream, hidden_units=3)
def _(source: Source, architecture: Architecture, name: str) -> Stream:
    """As many features as the first hidden layer has units, and as many gated units as there are outputs."""
    inputs, features, outputs = architecture.widths[0], architecture.widths[1], architecture.widths[-1]
    embedding, head = (
        draw_layer(source, f"{name} {part}", *sizes)
        for part, sizes in {"embedding": (inputs, features), "head": (features, outputs)}.items()
    )
    units = draw_gated_layer(source, f"{name} units", features, outputs, features)
    norms = [
        Norm(
            source.numbers(f"{name} scale {place}", (features,)),
            source.numbers(f"{name} shift {place}", (features,)),
            source.positive_numbers(f"{name} epsilon {place}", ()),
        )
        for place in range(2)
    ]
    return Stream(embedding, units, head, (norms[0], norms[1]))


@pytree
class Levels:
    """A number for everything that a writer of the stream reads, and one for its bias."""

    of_inputs: Array
    of_units: Array
    of_biases: Array

    def add(self, stream: Stream) -> Stream:
        """Each of these numbers added to all features that its weights or bias write to: W + u 1^T and b + t 1."""
        writers = (stream.embedding, self.of_inputs), (stream.units.down, self.of_units)
        embedding, down = (
            Layer(layer.weight + of_rows[:, None], layer.bias + self.of_biases[place])
            for place, (layer, of_rows) in enumerate(writers)
        )
        return dataclasses.replace(stream, embedding=embedding, units=dataclasses.replace(stream.units, down=down))


@case_kind(Levels, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> Levels:
    inputs, units = architecture.widths[0], architecture.widths[-1]
    return Levels(*(source.numbers(f"{name} {place}", (size,)) for place, size in enumerate((inputs, units, 2))))
