"""Invertible linear maps of hidden spaces, which preserve the function of a network with linear hidden layers."""

from collections.abc import Callable, Sequence

import numpy as np

from symmetry.actions.hidden_units import map_hidden, signs
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind, case_kind_by_layer
from symmetry.network import Layer, Layered, map_parameters
from symmetry.source import Source


@pytree
class HiddenMap:
    """The map A = I + u v^T of every hidden space, by its u (`columns`) and v (`rows`), one of each a hidden layer.

    Acting sends (W, b, V) to (W A, b A, A^-1 V). Every invertible map is a product of such ones, where 1 + v.u is not 0.
    """

    columns: tuple[Array, ...]
    rows: tuple[Array, ...]

    @property
    def transpose(self) -> "HiddenMap":
        """A^T."""
        return HiddenMap(self.rows, self.columns)

    def reflection(self) -> "HiddenMap":
        """The orthogonal map I - 2 u u^T / |u|^2."""
        return HiddenMap(tuple(u * (-2) / (u * u).sum() for u in self.columns), self.columns)

    def act(self, thing: Layered) -> Layered:
        """The network in other coordinates of its hidden spaces."""
        return self._add(thing, [1] * len(self.rows), self._inverse)

    def act_on_gradient(self, thing: Layered) -> Layered:
        """The inverse transpose of acting: (dW, db, dV) goes to (dW A^-T, db A^-T, A^T dV)."""
        return self.transpose._add(thing, self._inverse, [1] * len(self.rows))

    def generate(self, thing: Layered) -> Layered:
        """The rate at which exp(t u v^T) moves a network at t = 0: (W u v^T, b u v^T, -u v^T V), and 0 elsewhere."""
        layers = thing.layers
        return map_hidden(
            map_parameters(lambda parameter: parameter * 0, thing),
            lambda l, rate: _sum(rate, self._incoming(l, layers[l], 1)),
            lambda l, rate: _sum(rate, self._outgoing(l, layers[l + 1], -1)),
        )

    def project(self, thing: Layered) -> Layered:
        """The nearest network that acting leaves as it is: W u = 0, b u = 0 and v^T V = 0."""
        incoming, outgoing = ([-1 / (u * u).sum() for u in vectors] for vectors in (self.columns, self.rows))
        onto = HiddenMap(self.columns, self.columns)._add(thing, incoming, [0] * len(outgoing))
        return HiddenMap(self.rows, self.rows)._add(onto, [0] * len(incoming), outgoing)

    @property
    def _inverse(self) -> list[Array]:
        """The factors f of A^-1 = I + f u v^T."""
        return [-1 / ((u * v).sum() + 1) for u, v in zip(self.columns, self.rows, strict=True)]

    def _add(self, thing: Layered, incoming: Sequence[Array], outgoing: Sequence[Array]) -> Layered:
        """Every hidden layer's W (I + f u v^T) and b (I + f u v^T), and (I + f u v^T) V of the next, with factors f."""
        return map_hidden(
            thing,
            lambda l, layer: _sum(layer, self._incoming(l, layer, incoming[l])),
            lambda l, layer: _sum(layer, self._outgoing(l, layer, outgoing[l])),
        )

    def _incoming(self, l: int, layer: Layer, factor: Array) -> Layer:
        """f W u v^T and f b u v^T."""
        u, v = self.columns[l], self.rows[l]
        bias = None if layer.bias is None else v * (layer.bias * u).sum() * factor
        return Layer((layer.weight @ u[:, None]) * v[None, :] * factor, bias)

    def _outgoing(self, l: int, layer: Layer, factor: Array) -> Layer:
        """f u v^T V, and no change of the bias."""
        u, v = self.columns[l], self.rows[l]
        bias = None if layer.bias is None else layer.bias * 0
        return Layer(u[:, None] * (v[None, :] @ layer.weight) * factor, bias)


def _sum(one: Layer, other: Layer) -> Layer:
    return Layer(one.weight + other.weight, None if one.bias is None else one.bias + other.bias)


@pytree
class LinearMaps:
    """An invertible matrix A for every hidden layer; acting sends (W, b, V) to (W A, b A, A^-1 V).

    A = (I + L) (I + U), where L and U are what is below the diagonal of one array and above that of another. Its inverse
    takes sums and products only, so that it is exact wherever they are.
    """

    below: tuple[Array, ...]
    above: tuple[Array, ...]

    def act(self, thing: Layered) -> Layered:
        """The network with every hidden space mapped; the same function where hidden activations are the identity."""

        def incoming(l: int, layer: Layer) -> Layer:
            weight = self._times(layer.weight, l)
            return Layer(weight, None if layer.bias is None else self._times(layer.bias[None, :], l)[0])

        def outgoing(l: int, layer: Layer) -> Layer:
            lower, upper = self._triangles(l)
            return Layer(_solved(upper, _solved(lower, layer.weight)), layer.bias)

        return map_hidden(thing, incoming, outgoing)

    def _triangles(self, l: int) -> tuple[Array, Array]:
        """L and U of a hidden layer."""
        below, above = self.below[l], self.above[l]
        ones = np.ones(below.shape, int)
        return below * np.tril(ones, -1), above * np.triu(ones, 1)

    def _times(self, matrix: Array, l: int) -> Array:
        """matrix (I + L) (I + U)."""
        lower, upper = self._triangles(l)
        product = matrix + matrix @ lower
        return product + product @ upper


def _solved(triangle: Array, matrix: Array) -> Array:
    """(I + triangle)^-1 matrix, by the series I - T + T^2 - ..., which ends: T^n = 0 for n units."""
    solution = matrix
    for _ in range(triangle.shape[0] - 1):
        solution = matrix - triangle @ solution
    return solution


@pytree
class Reflection:
    """The orthogonal map H = I - 2 u u^T / n of every hidden space of n units, where u is a vector of signs.

    A network whose hidden activations are the identity computes the same function after (W H, b H, H V). For n = 2
    and u = (1, -1) it swaps the two units.
    """

    signs: tuple[Array, ...]

    def act(self, thing: Layered) -> Layered:
        """The reflected network or gradient."""
        return self._subtract(thing, lambda part: part + part)

    def project(self, thing: Layered) -> Layered:
        """The nearest network that the reflection leaves as it is."""
        return self._subtract(thing, lambda part: part)

    def _subtract(self, thing: Layered, times: Callable[[Array], Array]) -> Layered:
        """W less a multiple of W u u^T / n, b less that of b u u^T / n, and V less that of u u^T V / n."""

        def incoming(l: int, layer: Layer) -> Layer:
            u, units = self.signs[l], self.signs[l].shape[0]
            weight = layer.weight - times(layer.weight @ u[:, None]) / units * u[None, :]
            bias = None if layer.bias is None else layer.bias - u * (times((layer.bias * u).sum()) / units)
            return Layer(weight, bias)

        def outgoing(l: int, layer: Layer) -> Layer:
            u, units = self.signs[l], self.signs[l].shape[0]
            return Layer(layer.weight - u[:, None] * (times(u[None, :] @ layer.weight) / units), layer.bias)

        return map_hidden(thing, incoming, outgoing)


case_kind_by_layer(Reflection, hidden_units=2)(signs)


def _two_by_layer(source: Source, names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> list[tuple[Array, ...]]:
    """Two arrays of numbers for each hidden layer: `names` have the number of the layer in the place of {}."""
    return [tuple(source.numbers(name.format(l), shape) for l, shape in enumerate(shapes)) for name in names]


@case_kind(HiddenMap, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> HiddenMap:
    shapes = [(width,) for width in architecture.hidden_widths]
    return HiddenMap(*_two_by_layer(source, (f"{name} columns {{}}", f"{name} rows {{}}"), shapes))


@case_kind(LinearMaps, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> LinearMaps:
    shapes = [(width, width) for width in architecture.hidden_widths]
    return LinearMaps(*_two_by_layer(source, (f"{name} {{}} below", f"{name} {{}} above"), shapes))
