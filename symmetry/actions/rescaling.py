"""Rescalings of hidden units, which preserve the function of a network with homogeneous activations."""

import dataclasses
import math

import jax

from symmetry.actions.map_hidden import multiply_units
from symmetry.array import Array
from symmetry.cases import case_kind_by_layer
from symmetry.network import Layered
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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
