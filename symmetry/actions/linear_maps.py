"""Invertible matrices that act on hidden spaces, with exact inverses."""

import dataclasses

import jax
import numpy as np

from symmetry.actions.map_hidden import map_hidden
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import case_kind
from symmetry.network import Layer, Layered
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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
            lower, upper = self._triangles(l)
            weight = _times(_times(layer.weight, lower), upper)
            return Layer(weight, None if layer.bias is None else _times(_times(layer.bias[None, :], lower), upper)[0])

        def outgoing(l: int, layer: Layer) -> Layer:
            lower, upper = self._triangles(l)
            return Layer(_solved(upper, _solved(lower, layer.weight)), layer.bias)

        return map_hidden(thing, incoming, outgoing)

    def _triangles(self, l: int) -> tuple[Array, Array]:
        """L and U of a hidden layer."""
        below, above = self.below[l], self.above[l]
        ones = np.ones(below.shape, int)
        return below * np.tril(ones, -1), above * np.triu(ones, 1)


def _times(matrix: Array, triangle: Array) -> Array:
    """matrix (I + triangle)."""
    return matrix + matrix @ triangle


def _solved(triangle: Array, matrix: Array) -> Array:
    """(I + triangle)^-1 matrix, by the series I - T + T^2 - ..., which ends: T^n = 0 for n units."""
    solution = matrix
    for _ in range(triangle.shape[0] - 1):
        solution = matrix - triangle @ solution
    return solution


@case_kind(LinearMaps, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> LinearMaps:
    widths = architecture.hidden_widths
    below, above = (
        tuple(source.numbers(f"{name} {i} {side}", (width, width)) for i, width in enumerate(widths))
        for side in ("below", "above")
    )
    return LinearMaps(below, above)
