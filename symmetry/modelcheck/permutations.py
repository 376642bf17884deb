"""The permutations under which a group is checked: a random one, a transposition and a cycle."""

from typing import NamedTuple

import numpy as np

from symmetry.discovery.groups import UnitGroup


class Chosen(NamedTuple):
    """A permutation of a group's units, or one for each block, and what it is called in a report.

    Attributes:
        name: what it is called.
        permutation: the permutation.
        units: the two units that it exchanges, "units 0 and 3"; "" for any other permutation.
    """

    name: str
    permutation: np.ndarray
    units: str = ""

    @property
    def is_exchange(self) -> bool:
        return bool(self.units)


def permutations_of(group: UnitGroup, generator: np.random.Generator) -> list[Chosen]:
    """Permutations that move something: of two units there is only one, unless each block has its own."""
    if group.size < 2:
        return []
    places = generator.permutation(group.size)[:2]
    exchange = transposition(group.size, *map(int, places))
    units = f"units {places.min()} and {places.max()}"
    found = [Chosen(f"the exchange of {units}", exchange, units)]
    if group.size > 2:
        found += [
            Chosen("a random permutation", _random(group.size, generator)),
            Chosen("a cycle of all units", np.roll(np.arange(group.size), 1)),
        ]
    if group.blocks:
        count = int(np.prod(group.blocks))
        rows = np.stack([_random(group.size, generator) for _ in range(count)])
        if count > 1:
            rows[generator.integers(count)] = np.arange(group.size)  # one block stays, so that no two need move alike
        each = rows.reshape(*group.blocks, group.size)
        found.insert(0, Chosen("a permutation of its own for each block", each))
    return found


def transposition(size: int, one: int, other: int) -> np.ndarray:
    """The permutation that exchanges two units.

    >>> transposition(4, 1, 3).tolist()
    [0, 3, 2, 1]
    """
    permutation = np.arange(size)
    permutation[[one, other]] = other, one
    return permutation


def _random(size: int, generator: np.random.Generator) -> np.ndarray:
    """A permutation that is not the identity."""
    while True:
        permutation = generator.permutation(size)
        if size < 2 or not np.array_equal(permutation, np.arange(size)):
            return permutation
