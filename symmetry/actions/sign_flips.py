"""Sign flips of hidden units, which preserve the function of a network with odd activations."""

import dataclasses
import functools

import jax
import numpy as np

from symmetry.actions.map_hidden import multiply_units
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import case_kind, of_each_hidden_layer
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


def _some_negative(source: Source, name: str, size: int) -> np.ndarray:
    drawn = signs(source, name, size)
    drawn[..., 0] = -1
    return drawn


@case_kind(SignFlips, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> SignFlips:
    """The first unit of every layer is always flipped, so that something is."""
    return SignFlips(of_each_hidden_layer(functools.partial(_some_negative, source), architecture, name))
