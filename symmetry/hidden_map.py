"""Invertible linear maps of hidden spaces, which preserve the function of a network with linear hidden layers."""

import dataclasses
from typing import Any

import jax

from symmetry.network import Layer, Layered, map_parameters


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class HiddenMap:
    """The map A = I + u v^T of every hidden space, by its u (`columns`) and v (`rows`), one of each a hidden layer.

    Acting sends (W, b, V) to (W A, b A, A^-1 V). Every invertible map is a product of such ones, where 1 + v.u is not 0.
    """

    columns: tuple[Any, ...]
    rows: tuple[Any, ...]

    @property
    def transpose(self) -> "HiddenMap":
        """A^T."""
        return HiddenMap(self.rows, self.columns)

    def reflection(self) -> "HiddenMap":
        """The orthogonal map I - 2 u u^T / |u|^2."""
        return HiddenMap(tuple(u * (-2) / (u * u).sum() for u in self.columns), self.columns)

    def act(self, thing: Layered) -> Layered:
        """The network in other coordinates of its hidden spaces."""
        return _mapped(thing, self.columns, self.rows, [1] * len(self.rows), self._inverse)

    def act_on_gradient(self, thing: Layered) -> Layered:
        """The inverse transpose of acting: (dW, db, dV) goes to (dW A^-T, db A^-T, A^T dV)."""
        return _mapped(thing, self.rows, self.columns, self._inverse, [1] * len(self.rows))

    def generate(self, thing: Layered) -> Layered:
        """The rate at which exp(t u v^T) moves a network at t = 0: (W u v^T, b u v^T, -u v^T V), and 0 elsewhere."""
        whole: Any = thing
        rates = list(map_parameters(lambda parameter: parameter * 0, whole).layers)
        for index, (u, v) in enumerate(zip(self.columns, self.rows, strict=True)):
            rates[index] = _sum(rates[index], _incoming(whole.layers[index], u, v, 1))
            rates[index + 1] = _sum(rates[index + 1], _outgoing(whole.layers[index + 1], u, v, -1))
        return dataclasses.replace(whole, layers=tuple(rates))

    def project(self, thing: Layered) -> Layered:
        """The nearest network that acting leaves as it is: W u = 0, b u = 0 and v^T V = 0."""
        incoming, outgoing = ([-1 / (u * u).sum() for u in vectors] for vectors in (self.columns, self.rows))
        onto = _mapped(thing, self.columns, self.columns, incoming, [0] * len(outgoing))
        return _mapped(onto, self.rows, self.rows, [0] * len(incoming), outgoing)

    @property
    def _inverse(self) -> list:
        """The factors f of A^-1 = I + f u v^T."""
        return [-1 / ((u * v).sum() + 1) for u, v in zip(self.columns, self.rows, strict=True)]


def _mapped(thing: Layered, columns, rows, incoming, outgoing) -> Layered:
    """Every hidden layer's W (I + f u v^T) and b (I + f u v^T), and (I + f u v^T) V of the next, with factors f."""
    whole: Any = thing
    layers = list(whole.layers)
    for index, (u, v, into, out) in enumerate(zip(columns, rows, incoming, outgoing, strict=True)):
        layers[index] = _sum(layers[index], _incoming(layers[index], u, v, into))
        layers[index + 1] = _sum(layers[index + 1], _outgoing(layers[index + 1], u, v, out))
    return dataclasses.replace(whole, layers=tuple(layers))


def _incoming(layer: Layer, u, v, factor) -> Layer:
    """f W u v^T and f b u v^T."""
    bias = None if layer.bias is None else v * (layer.bias * u).sum() * factor
    return Layer((layer.weight @ u[:, None]) * v[None, :] * factor, bias)


def _outgoing(layer: Layer, u, v, factor) -> Layer:
    """f u v^T V, and no change of the bias."""
    bias = None if layer.bias is None else layer.bias * 0
    return Layer(u[:, None] * (v[None, :] @ layer.weight) * factor, bias)


def _sum(one: Layer, other: Layer) -> Layer:
    return Layer(one.weight + other.weight, None if one.bias is None else one.bias + other.bias)
