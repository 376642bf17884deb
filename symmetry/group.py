"""Groups acting on networks: permutations of hidden units and reflections of hidden spaces.

Acting gathers: unit i of `pi.act(network)` is unit pi[i] of `network`. A gather is a right action, so acting by
h and then by g is acting by h[g]; `compose` knows the side, and nothing else needs to.
"""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.network import Layer, Layered, Network


def gather_units(thing: Layered, maps: Sequence, *, incoming: bool = True, outgoing: bool = True) -> Layered:
    """The network (or gradient) whose unit i of hidden layer l is unit maps[l][i] of the given one.

    A map need not be a permutation: repeated indices copy units, missing ones drop them. `incoming` moves the
    columns of the layer's own weight and its bias, `outgoing` the rows of the next weight; a symmetry moves both.
    """
    whole: Any = thing
    layers = list(whole.layers)
    for index, units in enumerate(maps):
        if incoming:
            layer = layers[index]
            layers[index] = Layer(layer.weight[:, units], None if layer.bias is None else layer.bias[units])
        if outgoing:
            following = layers[index + 1]
            layers[index + 1] = Layer(following.weight[units, :], following.bias)
    return dataclasses.replace(whole, layers=tuple(layers))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnitPermutation:
    """A permutation of the units of every hidden layer: one array of indices a layer."""

    permutations: tuple[Any, ...]

    @classmethod
    def of(cls, network: Network, permutations: Sequence) -> "UnitPermutation":
        """A checked permutation for that network.

        >>> from symmetry.network import Layered, network_of
        >>> network = network_of([[[1.0, 2.0]], [[3.0], [4.0]]])
        >>> UnitPermutation.of(network, [[1, 0]]).act(network).layers[0].weight.tolist()
        [[2.0, 1.0]]

        Raises:
            ValueError: not one permutation a hidden layer, a wrong length, an index repeated or out of range.
        """
        hidden = network.widths[1:-1]
        if len(permutations) != len(hidden):
            raise ValueError(
                f"got {len(permutations)} permutations, but the network has {len(hidden)} hidden layers; "
                "pass one a hidden layer."
            )
        for index, (units, width) in enumerate(zip(permutations, hidden, strict=True)):
            if len(units) != width:
                raise ValueError(
                    f"permutation has length {len(units)}, but layer {index} has {width} hidden units; "
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
        """What hidden units hold, one (examples, units) array a hidden layer, in the new order."""
        return [value[:, units] for value, units in zip(values, self.permutations, strict=True)]

    def compose(self, first: "UnitPermutation") -> "UnitPermutation":
        """The permutation that acts as `first` and then as this one."""
        pairs = zip(self.permutations, first.permutations, strict=True)
        return UnitPermutation(tuple(earlier[later] for later, earlier in pairs))

    def inverse(self) -> "UnitPermutation":
        """The permutation that undoes this one."""
        return UnitPermutation(tuple(jnp.argsort(units) for units in self.permutations))

    def identity(self) -> "UnitPermutation":
        """The permutation, of the same layers, that moves nothing."""
        return UnitPermutation(tuple(jnp.arange(units.shape[0]) for units in self.permutations))

    def only(self, index: int) -> "UnitPermutation":
        """The permutation that acts as this one on hidden layer `index` and leaves the others alone."""
        still = self.identity().permutations
        return UnitPermutation((*still[:index], self.permutations[index], *still[index + 1 :]))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class TiedUnits:
    """A pair of units in every hidden layer; acting makes the second a copy of the first."""

    pairs: tuple[tuple[Any, Any], ...]

    def _maps(self, network: Network) -> list:
        widths = network.widths[1:-1]
        return [
            jnp.where(jnp.arange(width) == copy, original, jnp.arange(width))
            for (original, copy), width in zip(self.pairs, widths, strict=True)
        ]

    def act(self, network: Network, *, incoming: bool = True, outgoing: bool = True) -> Network:
        """The network in which both units of each pair have the same (w, b, v), or the same (w, b) or v only."""
        return gather_units(network, self._maps(network), incoming=incoming, outgoing=outgoing)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class SignFlips:
    """A sign for every hidden unit; acting multiplies all that belongs to the unit, (w, b, v), by it."""

    signs: tuple[Any, ...]

    def act(self, thing: Layered) -> Layered:
        """The flipped network or gradient."""
        return _multiplied(thing, self.signs, self.signs)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Rescaling:
    """A positive factor c for every hidden unit; acting sends (w, b, v) to (c w, c b, v / c^k).

    k is the degree of homogeneity of the activations, 1 for ReLU and its kin.
    """

    factors: tuple[Any, ...]

    def act(self, thing: Layered, degree: int = 1) -> Layered:
        """The rescaled network."""
        return _multiplied(thing, self.factors, [1 / power for power in self._powers(degree)])

    def act_on_gradient(self, thing: Layered, degree: int = 1) -> Layered:
        """The inverse transpose: (dw, db, dv) goes to (dw / c, db / c, c^k dv)."""
        return _multiplied(thing, [1 / factor for factor in self.factors], self._powers(degree))

    def _powers(self, degree: int) -> list:
        return [math.prod([factor] * (degree - 1), start=factor) for factor in self.factors]

    def enlarge(self, thing: Layered) -> Layered:
        """All that belongs to a unit multiplied by its factor: (w, b, v) goes to (c w, c b, c v)."""
        return _multiplied(thing, self.factors, self.factors)


def _multiplied(thing: Layered, incoming, outgoing) -> Layered:
    """Each hidden unit's incoming weights and bias multiplied by one factor, its outgoing weights by another."""
    whole: Any = thing
    layers = list(whole.layers)
    for index, (into, out) in enumerate(zip(incoming, outgoing, strict=True)):
        layer, following = layers[index], layers[index + 1]
        bias = None if layer.bias is None else layer.bias * into
        layers[index] = Layer(layer.weight * into, bias)
        layers[index + 1] = Layer(following.weight * out[:, None], following.bias)
    return dataclasses.replace(whole, layers=tuple(layers))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Reflection:
    """The orthogonal map H = I - 2 u u^T / n of every hidden space of n units, where u is a vector of signs.

    A network whose hidden activations are the identity computes the same function after (W H, b H, H V). For n = 2
    and u = (1, -1) it swaps the two units.
    """

    signs: tuple[Any, ...]

    def act(self, thing: Layered) -> Layered:
        """The reflected network or gradient."""
        return self._subtract(thing, twice=True)

    def project(self, thing: Layered) -> Layered:
        """The nearest network that the reflection leaves as it is."""
        return self._subtract(thing, twice=False)

    def _subtract(self, thing: Layered, *, twice: bool) -> Layered:
        whole: Any = thing
        layers = list(whole.layers)
        for index, u in enumerate(self.signs):
            layer, following = layers[index], layers[index + 1]
            across, along = u[None, :], u[:, None]
            part = _scale(layer.weight @ along, u.shape[0], twice)
            bias = layer.bias
            if bias is not None:
                bias = bias - u * _scale((bias * u).sum(), u.shape[0], twice)
            layers[index] = Layer(layer.weight - part * across, bias)
            outgoing = along * _scale(across @ following.weight, u.shape[0], twice)
            layers[index + 1] = Layer(following.weight - outgoing, following.bias)
        return dataclasses.replace(whole, layers=tuple(layers))


def _scale(component, units: int, twice: bool):
    return (component + component if twice else component) / units


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class LinearMaps:
    """An invertible matrix A for every hidden layer; acting sends (W, b, V) to (W A, b A, A^-1 V).

    A = (I + L) (I + U), where L and U are what is below the diagonal of one array and above that of another. Its inverse
    takes sums and products only, so that it is exact wherever they are.
    """

    below: tuple[Any, ...]
    above: tuple[Any, ...]

    def act(self, thing: Layered) -> Layered:
        """The network with every hidden space mapped; the same function where hidden activations are the identity."""
        whole: Any = thing
        layers = list(whole.layers)
        for index, (first, second) in enumerate(zip(self.below, self.above, strict=True)):
            layer, following = layers[index], layers[index + 1]
            lower, upper = first * _triangle(first, -1), second * _triangle(second, 1)
            weight = _times(_times(layer.weight, lower), upper)
            bias = None if layer.bias is None else _times(_times(layer.bias[None, :], lower), upper)[0]
            layers[index] = Layer(weight, bias)
            layers[index + 1] = Layer(_solved(upper, _solved(lower, following.weight)), following.bias)
        return dataclasses.replace(whole, layers=tuple(layers))


def _triangle(array, side: int) -> np.ndarray:
    """1 below (-1) or above (1) the diagonal, 0 elsewhere."""
    ones = np.ones(array.shape, int)
    return np.tril(ones, -1) if side < 0 else np.triu(ones, 1)


def _times(matrix, triangle):
    """matrix (I + triangle)."""
    return matrix + matrix @ triangle


def _solved(triangle, matrix):
    """(I + triangle)^-1 matrix, by the series I - T + T^2 - ..., which ends: T^n = 0 for n units."""
    solution = matrix
    for _ in range(triangle.shape[0] - 1):
        solution = matrix - triangle @ solution
    return solution
