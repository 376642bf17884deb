"""Permutations of hidden units.

Acting gathers: unit i of `pi.act(network)` is unit pi[i] of `network`. A gather is a right action, so acting by
h and then by g is acting by h[g]; only `compose` depends on the side.
"""

import dataclasses
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.actions.map_hidden import gather_units
from symmetry.array import Array
from symmetry.cases import case_kind_by_layer
from symmetry.network import Layered, Network
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnitPermutation:
    """A permutation of the units of every hidden layer: one array of indices a layer."""

    permutations: tuple[Array, ...]

    @classmethod
    def of(cls, network: Network, permutations: Sequence) -> "UnitPermutation":
        """A checked permutation for that network.

        >>> from symmetry.network import network_of
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
            _require_permutation(units, index, width)
        return cls(tuple(np.asarray(units) for units in permutations))

    def act(self, thing: Layered) -> Layered:
        """The same function with its hidden units in another order; a gradient moves as its network does."""
        return gather_units(thing, self.permutations)

    def act_on_units(self, values: Sequence) -> list:
        """Values of the hidden units, one (examples, units) array a hidden layer, in the new order."""
        return [value[:, units] for value, units in zip(values, self.permutations, strict=True)]

    def compose(self, first: "UnitPermutation") -> "UnitPermutation":
        """The permutation that acts as `first` and then as this one."""
        pairs = zip(self.permutations, first.permutations, strict=True)
        return UnitPermutation(tuple(earlier[later] for later, earlier in pairs))

    def inverse(self) -> "UnitPermutation":
        """The permutation that undoes this one."""
        return UnitPermutation(tuple(jnp.argsort(units) for units in self.permutations))

    def identity(self) -> "UnitPermutation":
        """The identity on the same layers."""
        return UnitPermutation(tuple(jnp.arange(units.shape[0]) for units in self.permutations))

    def only(self, index: int) -> "UnitPermutation":
        """The permutation that acts as this one on hidden layer `index` and leaves the others alone."""
        still = self.identity().permutations
        return UnitPermutation((*still[:index], self.permutations[index], *still[index + 1 :]))


def _require_permutation(units: Sequence[int], index: int, width: int) -> None:
    """Raise unless these are the indices of the hidden units of layer `index`, in some order."""
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


@case_kind_by_layer(UnitPermutation, hidden_units=2)
def _(source: Source, name: str, size: int) -> np.ndarray:
    """Fisher-Yates from the last place down; the identity, which proves nothing, becomes a swap of the first two."""
    shape = source.integers(name, (), 1).shape
    units = np.broadcast_to(np.arange(size), (*shape, size)).copy()
    for last in range(size - 1, 0, -1):
        chosen = last - source.integers(f"{name} {last}", (), last + 1)
        here = units[..., last].copy()
        there = np.take_along_axis(units, chosen[..., None], -1)[..., 0]
        np.put_along_axis(units, chosen[..., None], here[..., None], -1)
        units[..., last] = there
    if size > 1:
        still = (units == np.arange(size)).all(-1)
        units[..., 0], units[..., 1] = np.where(still, 1, units[..., 0]), np.where(still, 0, units[..., 1])
    return units
