"""Invertible linear maps of hidden spaces, which preserve the function of a network with linear hidden layers."""

import dataclasses
from collections.abc import Sequence

import jax

from symmetry.actions.map_hidden import map_hidden
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import case_kind
from symmetry.network import Layer, Layered, map_parameters
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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


@case_kind(HiddenMap, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> HiddenMap:
    widths = architecture.hidden_widths
    columns, rows = (
        tuple(source.numbers(f"{name} {part} {i}", (width,)) for i, width in enumerate(widths))
        for part in ("columns", "rows")
    )
    return HiddenMap(columns, rows)
