"""Which moves leave a model as it is: multiples found in floats, and then held against the derivatives on balls."""

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import flint
import numpy as np
from flint import arb, fmpq

from symmetry.dimension.generators import Move

NEGLIGIBLE = 2.0**-100
"""What a change must be below on balls of 256 bits, relative to the largest derivative times the largest move."""

NULL = 1e-9
"""What floats show of a change that is 0, relative to the largest; only guesses go by it."""

TINY = 2.0**-500
"""What counts as 0 where all derivatives of a result are 0."""

LARGEST_PART = 12
"""Multiples are fractions of whole numbers up to this."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a model was differentiated.

    Attributes:
        params: all parameters, as floats.
        rows: the derivatives of what the model returned there in each of them, as balls.
    """

    params: np.ndarray
    rows: np.ndarray

    @functools.cached_property
    def floats(self) -> np.ndarray:
        """The derivatives as floats."""
        return np.array([[float(ball.mid()) for ball in row] for row in self.rows]).reshape(self.rows.shape)

    @functools.cached_property
    def largest(self) -> list[float]:
        """The largest derivative of each result."""
        return np.abs(self.floats).max(axis=1, initial=0.0).tolist()


@dataclasses.dataclass(frozen=True)
class Symmetry:
    """A move with multiples under which nothing changes, to first order, at any of the places tried."""

    move: Move
    multiples: tuple[Fraction, ...]

    def tangent(self, params: np.ndarray) -> np.ndarray:
        """Its direction at given parameters, as balls; multiples of floats are exact there."""
        own = np.array([arb(float(number)) for number in params.tolist()], dtype=object)
        total = np.array([arb(0)] * len(own), dtype=object)
        for (targets, sources), multiple in zip(self.move.terms, self.multiples, strict=True):
            if multiple:
                factor = arb(fmpq(multiple.numerator, multiple.denominator))
                total[targets] += factor * (arb(1) if sources is None else own[sources])
        return total


def symmetries_of(move: Move, places: Sequence[Place]) -> Iterator[Symmetry]:
    """The multiples of a move's terms that leave the model as it is, at all of several places.

    Multiples are the same at every place, so what is found is a symmetry of the model and not of one set of parameters.
    """
    changes = np.concatenate([_share(place.floats, move.tangents(place.params)) for place in places])
    for multiples in _null_multiples(changes):
        found = Symmetry(move, multiples)
        if all(_vanishes(found, place) for place in places):
            yield found


def _share(rows: np.ndarray, tangents: np.ndarray) -> np.ndarray:
    """What each tangent changes, one a column, relative to the largest that it could."""
    largest = float(np.abs(rows).max(initial=0.0)) * float(np.abs(tangents).max(initial=0.0))
    return rows @ tangents.T / max(largest, 1e-300)


def _null_multiples(changes: np.ndarray) -> Iterator[tuple[Fraction, ...]]:
    """Simple fractions by which the columns add up to 0, one row of an echelon form at a time."""
    terms = changes.shape[1]
    square = np.zeros((terms, terms))
    triangle = np.linalg.qr(changes, mode="r")
    square[: len(triangle)] = triangle
    _, values, turned = np.linalg.svd(square)
    rank = int(np.sum(values > NULL))
    for row in _echelon(turned[rank:]):
        multiples = tuple(Fraction(float(entry)).limit_denominator(LARGEST_PART) for entry in row)
        if np.allclose([float(each) for each in multiples], row, atol=1e-6):
            yield multiples


def _echelon(rows: np.ndarray) -> np.ndarray:
    """The reduced echelon form of independent rows."""
    rows = rows.copy()
    used: list[int] = []
    for place in range(len(rows)):
        free = np.abs(rows[place:])
        free[:, used] = 0
        at, column = np.unravel_index(int(np.argmax(free > free.max(initial=0) / 8)), free.shape)
        rows[[place, place + at]] = rows[[place + at, place]]
        rows[place] /= rows[place, column]
        for other in range(len(rows)):
            if other != place:
                rows[other] -= rows[other, column] * rows[place]
        used.append(int(column))
    return rows


def _vanishes(symmetry: Symmetry, place: Place) -> bool:
    """Whether every result stays as it is along the tangent, as balls tell."""
    with flint.ctx.workprec(256):
        tangent = symmetry.tangent(place.params)
        moved = np.flatnonzero([number != 0 for number in tangent.tolist()])
        longest = max((abs(float(number)) for number in tangent[moved].tolist()), default=0.0)
        for row, largest in zip(place.rows, place.largest, strict=True):
            change = sum((row[moved] * tangent[moved]).tolist(), arb(0))
            if not (change.contains(0) and abs(change) <= NEGLIGIBLE * (largest * longest + TINY)):
                return False
    return True
