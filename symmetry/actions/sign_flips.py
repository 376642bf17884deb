"""Sign flips of hidden units, which preserve the function of a network with odd activations."""

import dataclasses

import jax
import numpy as np

from symmetry.actions.map_hidden import multiply_units
from symmetry.array import Array
from symmetry.cases import case_kind_by_layer
from symmetry.network import Layered
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
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
    flips = signs(source, name, size)
    flips[..., 0] = -1
    return flips
