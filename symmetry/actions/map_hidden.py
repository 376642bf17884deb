"""How anything acts on hidden units: what comes into them is changed, and what goes out of them."""

import dataclasses
from collections.abc import Callable, Sequence

from symmetry.array import Array
from symmetry.network import Layer, Layered

LayerMap = Callable[[int, Layer], Layer]
"""The new layer, from the number of a hidden layer (from 0) and the old layer."""


def map_hidden(thing: Layered, incoming: LayerMap, outgoing: LayerMap, count: int | None = None) -> Layered:
    """A network (or gradient, or direction) with other layers into and out of its hidden units.

    `incoming(l, layer)` changes the layer into hidden layer l, a column of its weight and an entry of its bias for each unit;
    `outgoing(l, layer)` changes the next layer, a row of its weight for each unit. A layer between two hidden layers is
    changed on both sides. With a `count`, only the first so many hidden layers are changed.
    """
    layers = list(thing.layers)
    for index in range(len(layers) - 1 if count is None else count):
        layers[index] = incoming(index, layers[index])
        layers[index + 1] = outgoing(index, layers[index + 1])
    return dataclasses.replace(thing, layers=tuple(layers))


def multiply_units(thing: Layered, incoming: Sequence[Array], outgoing: Sequence[Array]) -> Layered:
    """Each hidden unit's incoming weights and bias multiplied by one factor, its outgoing weights by another."""
    return map_hidden(
        thing,
        lambda l, layer: layer.map(lambda array: array * incoming[l]),
        lambda l, layer: Layer(layer.weight * outgoing[l][:, None], layer.bias),
    )


def gather_units(thing: Layered, maps: Sequence, *, incoming: bool = True, outgoing: bool = True) -> Layered:
    """The network (or gradient) whose unit i of hidden layer l is unit maps[l][i] of the given one.

    A map need not be a permutation: repeated indices copy units, missing ones drop them. `incoming` moves the
    columns of the layer's own weight and its bias, `outgoing` the rows of the next weight; a symmetry moves both. Hidden
    layers after the last map stay as they are.
    """
    return map_hidden(
        thing,
        lambda l, layer: layer.map(lambda array: array[..., maps[l]]) if incoming else layer,
        lambda l, layer: Layer(layer.weight[maps[l], :], layer.bias) if outgoing else layer,
        count=len(maps),
    )
