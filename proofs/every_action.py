"""METH, continued: actions on hidden units do what they say at every depth and width, entry by entry.

Each maps W^l to B_{l-1} W^l A_l and b^l to b^l A_l, by two matrices for every hidden layer. The matrices are written out
here, and multiplied in Python's integers.
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import flint
import numpy as np

from proofs.every_shape import DEPTHS, add_equal, on_residues
from proofs.second_program import Integers, integers, random_network
from symmetry.actions import (
    HiddenMap,
    LinearMaps,
    Reflection,
    Rescaling,
    SignFlips,
    TiedUnits,
    UnitPermutation,
    gather_units,
)
from symmetry.array import pytree
from symmetry.engine.measure import Trials
from symmetry.network import Layer, Network
from symmetry.numbers import Residue
from symmetry.numbers.residue import PRIME
from symmetry.statements.theorem import theorem

OF_HIDDEN_LAYERS = (2, 2, 3, 4, 5)
"""Widths that are drawn."""

BESIDE = ((1, 1, 2, 1, 1), (2, 65, 1), (3, 1, 129, 2))
"""Widths with hidden layers of one unit, and with wide ones."""

Matrices = list[Integers]
"""A matrix for each hidden layer."""

Act = Callable[[UnitPermutation, Network], Network]


@pytree
class Elements:
    """One element of each group, for one network."""

    pi: UnitPermutation
    sigma: UnitPermutation
    ties: TiedUnits
    signs: SignFlips
    rescaling: Rescaling
    shear: HiddenMap
    maps: LinearMaps
    reflection: Reflection


def random_elements(generator: np.random.Generator, hidden: Sequence[int]) -> Elements:
    """Elements that move something in every layer of two units and more."""

    def numbers(*shape: int) -> Residue:
        return Residue(generator.integers(1, PRIME, size=shape, dtype=np.uint64))

    def signs() -> tuple:
        return tuple(np.append(-1, generator.choice([-1, 1], width - 1)) for width in hidden)

    orders = [tuple(_moving(generator, width) for width in hidden) for _ in range(2)]
    vectors = [tuple(numbers(width) for width in hidden) for _ in range(3)]
    squares = [tuple(numbers(width, width) for width in hidden) for _ in range(2)]
    pairs = tuple(generator.choice(width, 2, replace=width == 1) for width in hidden)
    return Elements(
        UnitPermutation(orders[0]),
        UnitPermutation(orders[1]),
        TiedUnits(tuple(map(tuple, pairs))),
        SignFlips(signs()),
        Rescaling(vectors[0]),
        HiddenMap(vectors[1], vectors[2]),
        LinearMaps(squares[0], squares[1]),
        Reflection(signs()),
    )


def _moving(generator: np.random.Generator, width: int) -> np.ndarray:
    order = generator.permutation(width)
    return np.roll(order, 1) if (order == np.arange(width)).all() else order


def acted(network: Network, each: Elements, permute: Act) -> dict[str, tuple[Layer, ...]]:
    """The layers after each action."""
    pi = each.pi
    networks = {
        "permuted": permute(pi, network),
        "permuted, incoming only": gather_units(network, pi.permutations, outgoing=False),
        "permuted, outgoing only": gather_units(network, pi.permutations, incoming=False),
        "permuted there and back": pi.inverse().act(pi.act(network)),
        "permuted twice": pi.compose(each.sigma).act(network),
        "permuted by the identity": pi.identity().act(network),
        "tied": each.ties.act(network),
        "tied, incoming only": each.ties.act(network, outgoing=False),
        "tied, outgoing only": each.ties.act(network, incoming=False),
        "flipped": each.signs.act(network),
        "rescaled": each.rescaling.act(network),
        "rescaled, of degree 2": each.rescaling.act(network, 2),
        "a gradient rescaled, of degree 2": each.rescaling.act_on_gradient(network, 2),
        "enlarged": each.rescaling.enlarge(network),
        "sheared": each.shear.act(network),
        "a gradient sheared": each.shear.act_on_gradient(network),
        "projected": each.shear.project(network),
        "reflected": each.reflection.act(network),
        "projected on the mirror": each.reflection.project(network),
    }
    for layer in range(len(pi.permutations)):
        networks[f"permuted in hidden layer {layer + 1}"] = pi.only(layer).act(network)
    if max(network.widths[1:-1], default=1) <= max(OF_HIDDEN_LAYERS):
        networks["mapped"] = each.maps.act(network)
    return {what: after.layers for what, after in networks.items()}


def matrices(each: Elements, hidden: Sequence[int]) -> Iterator[tuple[str, Matrices, Matrices]]:
    """The name of each action with the matrices A and B."""
    ones = [np.identity(width, dtype=int).astype(object) for width in hidden]
    pi, sigma = ([np.asarray(units) for units in every.permutations] for every in (each.pi, each.sigma))
    ties = [
        np.where(np.arange(width) == copy, first, np.arange(width)) for (first, copy), width in _pairs(each, hidden)
    ]
    first, second = _gathered(ones, pi), _gathered(ones, sigma)
    yield "permuted", *first
    yield "permuted, incoming only", first[0], ones
    yield "permuted, outgoing only", ones, first[1]
    yield "permuted there and back", ones, ones
    yield "permuted twice", _products(second[0], first[0]), _products(first[1], second[1])
    yield "permuted by the identity", ones, ones
    for layer in range(len(hidden)):
        alone = [[side[l] if l == layer else ones[l] for l in range(len(hidden))] for side in first]
        yield f"permuted in hidden layer {layer + 1}", alone[0], alone[1]
    tied = _gathered(ones, ties)
    yield "tied", *tied
    yield "tied, incoming only", tied[0], ones
    yield "tied, outgoing only", ones, tied[1]
    signs, factors = (list(map(np.diag, map(_objects, every))) for every in (each.signs.signs, each.rescaling.factors))
    squares, inverses = _products(factors, factors), [_inverse(every) for every in factors]
    yield "flipped", signs, signs
    yield "rescaled", factors, inverses
    yield "rescaled, of degree 2", factors, _products(inverses, inverses)
    yield "a gradient rescaled, of degree 2", inverses, squares
    yield "enlarged", factors, factors
    yield from _of_spaces(each, ones)


def _of_spaces(each: Elements, ones: Matrices) -> Iterator[tuple[str, Matrices, Matrices]]:
    columns, rows = (list(map(_objects, vectors)) for vectors in (each.shear.columns, each.shear.rows))
    shears = [one + np.outer(u, v) for one, u, v in zip(ones, columns, rows, strict=True)]
    inverses = [_inverse(every) for every in shears]
    yield "sheared", shears, inverses
    yield "a gradient sheared", [every.T for every in inverses], [every.T for every in shears]
    directions = [[_without(one, u) for one, u in zip(ones, side, strict=True)] for side in (columns, rows)]
    yield "projected", directions[0], directions[1]
    mirrors = [_without(one, _objects(u)) for one, u in zip(ones, each.reflection.signs, strict=True)]
    reflections = [mirror * 2 - one for one, mirror in zip(ones, mirrors, strict=True)]
    yield "reflected", reflections, reflections
    yield "projected on the mirror", mirrors, mirrors
    if max(map(len, ones), default=1) <= max(OF_HIDDEN_LAYERS):
        triangles = zip(ones, map(_objects, each.maps.below), map(_objects, each.maps.above), strict=True)
        maps = [(one + np.tril(below, -1)).dot(one + np.triu(above, 1)) for one, below, above in triangles]
        yield "mapped", maps, [_inverse(every) for every in maps]


def _pairs(each: Elements, hidden: Sequence[int]) -> Iterator[tuple]:
    return zip(each.ties.pairs, hidden, strict=True)


def _objects(numbers) -> Integers:
    return integers(numbers) if isinstance(numbers, Residue) else np.asarray(numbers).astype(object)


def _gathered(ones: Matrices, units: Sequence[np.ndarray]) -> tuple[Matrices, Matrices]:
    """Columns and rows of the identity in the order of the units."""
    pairs = list(zip(ones, units, strict=True))
    return [one[:, order] for one, order in pairs], [one[order] for one, order in pairs]


def _products(left: Matrices, right: Matrices) -> Matrices:
    return [one.dot(other) % PRIME for one, other in zip(left, right, strict=True)]


def _inverse(matrix: Integers) -> Integers:
    inverse = flint.nmod_mat(len(matrix), len(matrix), [int(each) % PRIME for each in matrix.ravel()], PRIME).inv()
    return np.array([int(each) for each in inverse.entries()], dtype=object).reshape(matrix.shape)


def _without(one: Integers, u: Integers) -> Integers:
    """The projection I - u u^T / |u|^2."""
    return (one - np.outer(u, u) * pow(int(u.dot(u)), -1, PRIME)) % PRIME


def multiplied(network: Network, incoming: Matrices, outgoing: Matrices) -> tuple[Layer, ...]:
    """W^l and b^l multiplied by these matrices, and not at all at the inputs and the outputs."""
    ends = [np.identity(width, dtype=int).astype(object) for width in (network.widths[0], network.widths[-1])]
    layers = []
    for layer, before, after in zip(network.layers, [ends[0], *outgoing], [*incoming, ends[1]], strict=True):
        weight = before.dot(integers(layer.weight)) % PRIME
        bias = None if layer.bias is None else integers(layer.bias).dot(after) % PRIME
        layers.append(Layer(weight.dot(after) % PRIME, bias))
    return tuple(layers)


def wrong_from_hidden_layer_4_on(pi: UnitPermutation, network: Network) -> Network:
    """Outgoing weights of the first three hidden layers only are permuted."""
    moved = gather_units(network, pi.permutations, outgoing=False)
    return gather_units(moved, pi.permutations[:3], incoming=False)


def wrong_at_width_65(pi: UnitPermutation, network: Network) -> Network:
    return pi.act(network) if 65 not in network.widths else network


def left_without_biases(pi: UnitPermutation, network: Network) -> Network:
    return pi.act(network) if network.layers[0].bias is not None else network


@theorem(
    "METH.19",
    title="Actions do what they say at every depth and width",
    statement=r"W^l \mapsto B_{l-1} W^l A_l, \qquad b^l \mapsto b^l A_l",
    hypotheses="permutations, their inverses, products and parts, ties, signs, factors, shears, reflections, projections and "
    "linear maps, with the matrices A and B that define each; networks without hidden layers and with up to 6, widths of 1 to "
    "5 that are drawn, and of 65 and 129, with and without biases; modulo p = 2^31 - 1",
    cites=("hechtnielsen1990algebraic", "chen1993geometry"),
    controls={
        "wrong from hidden layer 4 on": dict(permute=wrong_from_hidden_layer_4_on),
        "wrong at width 65": dict(permute=wrong_at_width_65),
        "left as it is without biases": dict(permute=left_without_biases),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def actions_do_what_they_say_at_every_depth_and_width(trials: Trials, *, permute: Act = UnitPermutation.act) -> None:
    """Every weight and bias after each action, as a product with the action's matrices."""
    generator = trials.generator
    narrow = [tuple(map(int, generator.choice(OF_HIDDEN_LAYERS, depth + 2))) for depth in DEPTHS]
    run = functools.partial(acted, permute=permute)
    for number, widths in enumerate([*narrow, *BESIDE]):
        network, _ = random_network(generator, widths, bias=number % 2 == 0, examples=1)
        elements = random_elements(generator, widths[1:-1])
        found = on_residues(run, network, elements)
        trials.networks += 1
        for what, *sides in matrices(elements, widths[1:-1]):
            add_equal(trials, f"{'-'.join(map(str, widths))} {what}: ", found.pop(what), multiplied(network, *sides))
        assert not found, f"nothing is known of {list(found)}"
