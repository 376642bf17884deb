"""PERM, continued: how many networks an orbit has, counted by trying every permutation; and a claim that is false."""

import itertools
import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from proofs.equal_initialisation import unit_of
from proofs.permutation import HYPOTHESES, SOURCES, incoming_only
from symmetry.actions import UnitPermutation
from symmetry.network import Batch, Layer, Network, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.false_claim import refuted_claim
from symmetry.statements.theorem import theorem


def networks_of(*widths: int) -> Iterator[tuple[Layer, ...]]:
    """The layers of every network of these widths whose weights and hidden biases are 0 or 1."""
    shapes = [*itertools.pairwise(widths), *((width,) for width in widths[1:-1])]
    places = np.cumsum([math.prod(shape) for shape in shapes])
    for numbers in itertools.product((0, 1), repeat=int(places[-1])):
        parts = np.split(np.array(numbers), places[:-1])
        arrays = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        weights, biases = arrays[: len(widths) - 1], [*arrays[len(widths) - 1 :], None]
        yield tuple(map(Layer, weights, biases))


def network_with(*weights) -> tuple[Layer, ...]:
    """Layers with these weights and no biases."""
    return tuple(Layer(np.array(weight)) for weight in weights)


def orbit_size(layers: tuple[Layer, ...]) -> int:
    """The number of different networks among all that permutations of its hidden units make of one."""
    hidden = [layer.weight.shape[1] for layer in layers[:-1]]
    network = Network(layers, (), None)
    images = set()
    for chosen in itertools.product(*[itertools.permutations(range(width)) for width in hidden]):
        moved = UnitPermutation(tuple(map(np.array, chosen))).act(network)
        arrays = [array for layer in moved.layers for array in (layer.weight, layer.bias) if array is not None]
        images.add(tuple(number for array in arrays for number in array.ravel().tolist()))
    return len(images)


def units(layers: tuple[Layer, ...], index: int, *, outgoing: bool) -> list:
    """What belongs to each unit of a hidden layer: incoming weights and bias, and outgoing weights if asked for."""

    def key(unit: int):
        parts = unit_of(layers, index, unit)[: 3 if outgoing else 2]
        return tuple(None if part is None else tuple(np.ravel(part).tolist()) for part in parts)

    return [key(unit) for unit in range(layers[index].weight.shape[1])]


def arrangements(things: list) -> int:
    """The number of orders of things some of which are equal: n! over the factorials of the multiplicities."""
    return math.factorial(len(things)) // math.prod(map(math.factorial, Counter(things).values()))


def as_if_all_differed(things: list) -> int:
    """The number of orders of things, as if no two were equal."""
    return math.factorial(len(things))


def units_differ(layers: tuple[Layer, ...]) -> bool:
    """Whether, in each hidden layer, the units' incoming weights and biases are pairwise distinct."""
    keys = [units(layers, index, outgoing=False) for index in range(len(layers) - 1)]
    return all(len(set(each)) == len(each) for each in keys)


def one_layer_at_a_time():
    """The false claim that ties within a layer are all that makes an orbit smaller.

    Two units of the first layer have equal incoming weights, two of the second equal outgoing weights. Swapping either
    pair changes the network; swapping both does not.
    """
    layers = network_with([[1, 1]], [[1, 0], [0, 1]], [[1], [1]])
    by_layer = math.prod(arrangements(units(layers, index, outgoing=True)) for index in range(2))
    return Symbol.of(orbit_size(layers)), Symbol.of(by_layer)


@theorem(
    "PERM.9",
    title="An orbit has as many networks as there are ways to order units that differ",
    statement=r"|S\cdot\theta| = \textstyle\prod_l n_l!, \text{ and } n!/\prod_k m_k! \text{ for one hidden layer whose equal "
    r"units } (w, b, v) \text{ come in groups of } m_k",
    hypotheses="the product, where in each hidden layer the units' columns of W and entries of b are pairwise distinct, "
    "whatever the depth; the other, for any network with one hidden layer. Counted for every network of widths 1-3-1 and "
    "1-2-2-1 whose parameters are 0 or 1, and one of widths 1-3-2-1",
    cites=SOURCES,
    controls={"a tie ignored": dict(of_one_layer=as_if_all_differed)},
    evidence=("identity",),
    systems=("symbols",),
    refutes={"with more hidden layers, ties within a layer are all that makes an orbit smaller": one_layer_at_a_time},
)
def an_orbit_has_as_many_networks_as_orders_of_units_that_differ(*, of_one_layer=arrangements):
    shallow = list(networks_of(1, 3, 1))
    deep = [layers for layers in networks_of(1, 2, 2, 1) if units_differ(layers)]
    wide = network_with([[1, 2, 3]], [[4, 5], [6, 7], [8, 9]], [[1], [1]])
    expected = [of_one_layer(units(layers, 0, outgoing=True)) for layers in shallow]
    expected += [math.factorial(2) ** 2 for _ in deep] + [math.factorial(3) * math.factorial(2)]
    return Symbol.of([orbit_size(layers) for layers in (*shallow, *deep, wide)]), Symbol.of(expected)


@refuted_claim(
    "PERM.10",
    title="Permuting only the incoming weights preserves the function",
    statement=r"f(\pi\cdot_{\mathrm{in}}\theta, x) = f(\theta, x)",
    hypotheses=f"{HYPOTHESES}; the columns of each hidden layer's weight and its bias are moved, the rows of the next "
    "weight are not",
    cites=SOURCES,
    corrected_by="PERM.1",
)
def permuting_only_the_incoming_weights_preserves_the_function(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(incoming_only(pi, network), batch.x), forward(network, batch.x)
