"""What continuous symmetries of parameters look like: moves that are linear in the parameters, a few terms each.

A move adds to some parameters a multiple of others, or of 1: rescaling a unit, mixing two units of a linear layer, shifting
what a softmax or a norm does not see. Which multiples are symmetries, if any, `symmetry.dimension.invariance` finds.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup

Places = Mapping[str, np.ndarray]
"""For each array of parameters the places of its entries in a row."""

Term = tuple[np.ndarray, np.ndarray | None]
"""Places of parameters that move, and of those that are added to them; None if 1 is added."""


@dataclasses.dataclass(frozen=True)
class Move:
    """A family of moves: any sum of multiples of its terms.

    Attributes:
        kind: one of `KINDS`.
        where: what moves, in words.
        terms: what may be added where.
    """

    kind: str
    where: str
    terms: tuple[Term, ...]

    def tangents(self, params: np.ndarray) -> np.ndarray:
        """The direction of each term at given parameters, one below the other: shape (terms, parameters)."""
        made = np.zeros((len(self.terms), len(params)), params.dtype)
        for place, (targets, sources) in enumerate(self.terms):
            made[place, targets] = 1 if sources is None else params[sources]
        return made


KINDS = {
    "without effect": "the results do not depend on a parameter",
    "rescaling": "a unit's incoming parameters are multiplied, its outgoing ones divided (SCALE.1)",
    "scale of an array": "arrays are multiplied whole, as before a norm (NORM.1), or one is and another divided (SCALE.1)",
    "change of basis": "units are mixed, and unmixed by what reads them (SCALE.6, ARCH.4)",
    "turn of a pair": "two entries are turned and stretched together, as rotary positions allow of queries and keys (ROPE.1)",
    "shift": "one number is added along an axis, as before a softmax or a layer norm (SOFT.1)",
    "shift through a reader": "what is added to a bias is taken from the bias behind it, through the weights between",
}
"""Kinds of moves, and what each does; the ids of the theorems that it is in."""


def moves(places: Places, groups: Sequence[UnitGroup]) -> Iterator[Move]:
    """All that are tried, the simplest first."""
    for path, own in places.items():
        yield from (Move("without effect", path, ((place.reshape(1), None),)) for place in own.ravel())
    groups = sorted(groups, key=lambda group: -len(group.blocks))  # units of a head before whole heads
    slots = {group.name: [*_slots(group, places)] for group in groups}
    for group in groups:
        for block, some in slots[group.name]:
            yield from _mixed(f"{group.name}{block}", group.size, some, same=True)
    yield Move("scale of an array", "whole arrays", tuple((own.ravel(), own.ravel()) for own in places.values()))
    for group in groups:
        for block, some in slots[group.name]:
            yield from _mixed(f"{group.name}{block}", group.size, some, same=False)
    yield from _shifts(places)
    for group in groups:
        for block, some in slots[group.name]:
            yield from _through_readers(f"{group.name}{block}", group.size, some, places)
    for path, own in places.items():
        yield from _beside(path, own, places)
    yield from _pairs(places)


Slot = Sequence[np.ndarray]
"""For each unit of a group the places of its entries in one array, in the same order."""


def _slots(group: UnitGroup, places: Places) -> Iterator[tuple[str, list[Slot]]]:
    """For each block of a group, where its units lie; a group with one permutation for all is one block."""
    for block in itertools.product(*map(range, group.blocks)):
        found = [slot for axis in group.axes if axis.path in places for slot in _along(axis, places[axis.path], block)]
        yield (f" of {', '.join(map(str, block))}" if block else ""), found


def _along(axis: GroupAxis, own: np.ndarray, block: tuple[int, ...]) -> Iterator[Slot]:
    """Where the units lie along one axis of an array, once for each copy of them."""
    if axis.positions.ndim != 2:  # pairs of units along one axis
        return
    inside = np.ones(own.shape, bool)
    if axis.only is not None:
        inside &= np.isin(_index(own.shape, axis.only[0]), axis.only[1])
    for each, wanted in zip(axis.blocks, block, strict=False):
        inside &= each.index[_index(own.shape, each.axis)] == wanted
    for copy in axis.positions:
        slot = [own.take(place, axis.axis)[inside.take(place, axis.axis)] for place in copy]
        if slot[0].size and len({each.size for each in slot}) == 1:
            yield slot


def _index(shape: tuple[int, ...], axis: int) -> np.ndarray:
    """Each entry's place along an axis."""
    return np.indices(shape)[axis]


def _mixed(where: str, size: int, slots: Sequence[Slot], same: bool) -> Iterator[Move]:
    """For each unit its entries added to themselves; or for two units, one's added to the other's, and the reverse."""
    for one, other in itertools.product(range(size), repeat=2):
        if same and one == other:
            yield Move("rescaling", where, tuple((slot[one], slot[one]) for slot in slots))
        elif not same and one != other:
            there = [(slot[other], slot[one]) for slot in slots]
            back = [(slot[one], slot[other]) for slot in slots]
            yield Move("change of basis", where, (*there, *back))


def _shifts(places: Places) -> Iterator[Move]:
    """Along every axis of every array, 1 added to a line of entries."""
    for path, own in places.items():
        for axis in range(own.ndim):
            lines = np.moveaxis(own, axis, -1).reshape(-1, own.shape[axis])
            yield from (Move("shift", f"{path}:{axis}", ((line, None),)) for line in lines if len(line) > 1)


def _through_readers(where: str, size: int, slots: Sequence[Slot], places: Places) -> Iterator[Move]:
    """For each unit, 1 added to its biases, and its outgoing weights added to arrays that could be the bias behind it."""
    own = {int(place) for slot in slots for each in slot for place in each}
    behind = [each.ravel() for each in places.values() if each.ravel()[0] not in own]
    for unit in range(size):
        biases = [(slot[unit], None) for slot in slots if slot[unit].size == 1]
        read = [(bias, slot[unit]) for slot in slots for bias in behind if slot[unit].size == bias.size > 1]
        single = [(bias, slot[unit]) for slot in slots for bias in behind if slot[unit].size == bias.size == 1]
        if biases and (read or single):
            yield Move("shift through a reader", where, (*biases, *read, *single))


def _beside(path: str, own: np.ndarray, places: Places) -> Iterator[Move]:
    """For each entry of a bias or a scale, what arrays of its shape and more axes do to it, whether or not units are free.

    A stream that an input freezes has no group of units, but what is written into it is read all the same.
    """
    if own.ndim not in (1, 2):
        return
    others = [each for name, each in places.items() if name != path]
    readers = [slot for each in others for slot in _lines_of(own, each)]
    for number, place in enumerate(own.ravel()):
        alone = np.array([place])
        behind = [each.ravel() for each in others]
        read = [(bias, slot[number]) for slot in readers for bias in behind if bias.size == slot[number].size]
        scaled = [(slot[number], slot[number]) for slot in readers if slot[number].size > 1 or own.ndim == 1]
        if scaled:
            yield Move("rescaling", path, ((alone, alone), *scaled))
        if read:
            yield Move("shift through a reader", path, ((alone, None), *read))


def _pairs(places: Places) -> Iterator[Move]:
    """For each two positions along the last or first axes of one length, their entries added to each other and themselves.

    Such axes may be frozen, as rotary positions freeze those of queries and keys.
    """
    for axis in (-1, 0):
        lengths = sorted({own.shape[axis] for own in places.values() if own.ndim})
        for length in lengths:
            some = {
                path: np.moveaxis(own, axis, 0) for path, own in places.items() if own.shape[axis:][:1] == (length,)
            }
            for one, other in itertools.combinations(range(length), 2):
                both = [(each[one].ravel(), each[other].ravel()) for each in some.values()]
                turned = [pair for first, second in both for pair in ((first, second), (second, first))]
                stretched = [(each, each) for pair in both for each in pair]
                yield Move("turn of a pair", f"{', '.join(some)}: {one} and {other}", (*turned, *stretched))


def _lines_of(own: np.ndarray, other: np.ndarray) -> Iterator[Slot]:
    """The parts of another array that belong to each entry of one, where its axes stand first or last there."""
    if other.ndim >= own.ndim and other.shape[: own.ndim] == own.shape:
        yield list(other.reshape(own.size, -1))
    if other.ndim > own.ndim and other.shape[-own.ndim :] == own.shape:
        yield list(other.reshape(-1, own.size).T)
