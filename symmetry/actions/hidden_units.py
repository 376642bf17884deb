"""Actions on hidden units: permutations, ties, signs and positive factors; and how anything acts on them.

Acting by a permutation gathers: unit i of `pi.act(network)` is unit pi[i] of `network`. A gather is a right action, so
acting by h and then by g is acting by h[g]; only `compose` depends on the side.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence

import jax.numpy as jnp
import numpy as np

from symmetry.array import Array, pytree
from symmetry.cases import case_kind_by_layer
from symmetry.given import require_kind, require_several, shown
from symmetry.network import Layer, Layered, Network
from symmetry.source import Source
from symmetry.wording import count

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


def _are_indices(units: object) -> bool:
    """Whether they are whole numbers in a row."""
    try:
        array = np.asarray(units)
    except (TypeError, ValueError):  # such as lists of other lengths
        return False
    return array.ndim == 1 and (array.size == 0 or np.issubdtype(array.dtype, np.integer))


@pytree
class UnitPermutation:
    """A permutation of the units of every hidden layer: one array of indices a layer."""

    permutations: tuple[Array, ...]

    @classmethod
    def of(cls, network: Network, permutations: Sequence) -> "UnitPermutation":
        """A checked permutation for that network.

        >>> from symmetry.network import network_of
        >>> network = network_of([[[1.0, 2.0]], [[3.0], [4.0]]])
        >>> UnitPermutation.of(network, [[1, 0]]).act(network).layers[0].weight.tolist()
        [[2.0, 1.0]]

        Raises:
            ValueError: not one permutation a hidden layer, a wrong length, an index repeated or out of range.
        """
        require_kind("network", network, Network, "a network, such as `network_of` makes")
        require_several("permutations", permutations, "a list of indices for each hidden layer")
        hidden = network.widths[1:-1]
        if len(permutations) != len(hidden):
            raise ValueError(
                f"got {count(len(permutations), 'permutation')}, but the network has {count(len(hidden), 'hidden layer')}; "
                "pass one a hidden layer."
            )
        for index, (units, width) in enumerate(zip(permutations, hidden, strict=True)):
            if not _are_indices(units):
                raise ValueError(
                    f"the permutation of layer {index} is {shown(units)}; pass a list of the indices in range({width})."
                )
            if len(units) != width:
                raise ValueError(
                    f"permutation has length {len(units)}, but layer {index} has {count(width, 'hidden unit')}; "
                    f"pass a permutation of range({width})."
                )
            if sorted(int(unit) for unit in units) != list(range(width)):
                raise ValueError(
                    f"{[int(unit) for unit in units]} is no permutation of the {width} units of layer {index}; "
                    f"pass every index of range({width}) once."
                )
        return cls(tuple(np.asarray(units) for units in permutations))

    def act(self, thing: Layered) -> Layered:
        """The same function with its hidden units in another order; a gradient moves as its network does."""
        return gather_units(thing, self.permutations)

    def act_on_units(self, values: Sequence) -> list:
        """Values of the hidden units, one (examples, units) array a hidden layer, in the new order."""
        return [value[:, units] for value, units in zip(values, self.permutations, strict=True)]

    def compose(self, first: "UnitPermutation") -> "UnitPermutation":
        """The permutation that acts as `first` and then as this one."""
        pairs = zip(self.permutations, first.permutations, strict=True)
        return UnitPermutation(tuple(earlier[later] for later, earlier in pairs))

    def inverse(self) -> "UnitPermutation":
        """The permutation that undoes this one."""
        return UnitPermutation(tuple(jnp.argsort(units) for units in self.permutations))

    def identity(self) -> "UnitPermutation":
        """The identity on the same layers."""
        return UnitPermutation(tuple(jnp.arange(units.shape[0]) for units in self.permutations))

    def only(self, index: int) -> "UnitPermutation":
        """The permutation that acts as this one on hidden layer `index` and leaves the others alone."""
        still = self.identity().permutations
        return UnitPermutation((*still[:index], self.permutations[index], *still[index + 1 :]))


@case_kind_by_layer(UnitPermutation, hidden_units=2)
def _(source: Source, name: str, size: int) -> np.ndarray:
    """Fisher-Yates from the last place down; the identity, which proves nothing, becomes a swap of the first two."""
    places = np.arange(size)
    units = places + 0 * source.integers(name, (), 1)[..., None]
    for last in range(size - 1, 0, -1):
        chosen = (last - source.integers(f"{name} {last}", (), last + 1))[..., None]
        here, there = units[..., last, None], (units * (places == chosen)).sum(-1)[..., None]
        moved = units + (here - units) * (places == chosen)
        units = moved + (there - moved) * (places == last)
    still = (units == places).all(-1)[..., None]
    first = (places == 0) * 1 - (places == 1) * 1
    return units + first * still if size > 1 else units


@pytree
class TiedUnits:
    """A pair of units in every hidden layer; acting makes the second a copy of the first."""

    pairs: tuple[tuple[Array, Array], ...]

    def act(self, network: Network, *, incoming: bool = True, outgoing: bool = True) -> Network:
        """The network in which both units of each pair have the same (w, b, v), or the same (w, b) or v only."""
        maps = [
            jnp.where(jnp.arange(width) == copy, original, jnp.arange(width))
            for (original, copy), width in zip(self.pairs, network.widths[1:-1], strict=True)
        ]
        return gather_units(network, maps, incoming=incoming, outgoing=outgoing)


@case_kind_by_layer(TiedUnits, hidden_units=2)
def _(source: Source, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Two different units, the same one twice where there is only one."""
    first = source.integers(f"{name} original", (), size)
    step = 1 + source.integers(f"{name} copy", (), max(size - 1, 1))
    return first, (first + step) % size


@pytree
class SignFlips:
    """A sign for every hidden unit; acting multiplies all that belongs to the unit, (w, b, v), by it."""

    signs: tuple[Array, ...]

    def act(self, thing: Layered) -> Layered:
        """The flipped network or gradient."""
        return multiply_units(thing, self.signs, self.signs)


def signs(source: Source, name: str, size: int) -> np.ndarray:
    """1 or -1 for each of `size` units."""
    return 1 - 2 * source.integers(name, (size,), 2)


@case_kind_by_layer(SignFlips, hidden_units=1)
def _(source: Source, name: str, size: int) -> np.ndarray:
    """The first unit of every layer is always flipped, so that something is."""
    flips, first = signs(source, name, size), np.arange(size) == 0
    return flips - (1 + flips) * first


@pytree
class Rescaling:
    """A positive factor c for every hidden unit; acting sends (w, b, v) to (c w, c b, v / c^k).

    k is the degree of homogeneity of the activations, 1 for ReLU and its kin.
    """

    factors: tuple[Array, ...]

    def act(self, thing: Layered, degree: int = 1) -> Layered:
        """The rescaled network."""
        return multiply_units(thing, self.factors, [1 / power for power in self._powers(degree)])

    def act_on_gradient(self, thing: Layered, degree: int = 1) -> Layered:
        """The inverse transpose: (dw, db, dv) goes to (dw / c, db / c, c^k dv)."""
        return multiply_units(thing, [1 / factor for factor in self.factors], self._powers(degree))

    def enlarge(self, thing: Layered) -> Layered:
        """All that belongs to a unit multiplied by its factor: (w, b, v) goes to (c w, c b, c v)."""
        return multiply_units(thing, self.factors, self.factors)

    def _powers(self, degree: int) -> list[Array]:
        return [math.prod([factor] * (degree - 1), start=factor) for factor in self.factors]


@case_kind_by_layer(Rescaling, hidden_units=1)
def _(source: Source, name: str, size: int) -> Array:
    return source.positive_numbers(name, (size,))
