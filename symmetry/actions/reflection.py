"""Reflections of hidden spaces, which preserve the function of a network with linear hidden layers."""

import dataclasses
from collections.abc import Callable

import jax

from symmetry.actions.map_hidden import map_hidden
from symmetry.actions.sign_flips import signs
from symmetry.array import Array
from symmetry.cases import case_kind_by_layer
from symmetry.network import Layer, Layered


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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
