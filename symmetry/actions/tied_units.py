"""Ties: two units of every hidden layer made equal."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.actions.map_hidden import gather_units
from symmetry.array import Array
from symmetry.cases import case_kind_by_layer
from symmetry.network import Network
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class TiedUnits:
    """A pair of units in every hidden layer; acting makes the second a copy of the first."""

    pairs: tuple[tuple[Array, Array], ...]

    def _maps(self, network: Network) -> list[Array]:
        widths = network.widths[1:-1]
        return [
            jnp.where(jnp.arange(width) == copy, original, jnp.arange(width))
            for (original, copy), width in zip(self.pairs, widths, strict=True)
        ]

    def act(self, network: Network, *, incoming: bool = True, outgoing: bool = True) -> Network:
        """The network in which both units of each pair have the same (w, b, v), or the same (w, b) or v only."""
        return gather_units(network, self._maps(network), incoming=incoming, outgoing=outgoing)


@case_kind_by_layer(TiedUnits, hidden_units=2)
def _(source: Source, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Two different units, the same one twice where there is only one."""
    first = source.integers(f"{name} original", (), size)
    step = 1 + source.integers(f"{name} copy", (), max(size - 1, 1))
    return first, (first + step) % size
