"""Gaussian elimination on balls: a pivot whose ball excludes 0 is one for every matrix inside, so its rank is certified."""

from collections.abc import Iterable

import flint
import numpy as np
from flint import arb


class Elimination:
    """Rows that are linearly independent, whatever the numbers inside their balls are.

    Row operations on balls are row operations on every matrix of numbers in them. So the rank of each of these matrices is
    at least the number of pivots: that is certified, with no tolerance. Whether it is larger, balls around 0 cannot tell.

    >>> rows = [np.array([arb(1), arb(2)]), np.array([arb(2), arb(4)]), np.array([arb(0), arb(1)])]
    >>> elimination = Elimination(2)
    >>> [elimination.add(row) for row in rows], elimination.rank
    ([True, False, True], 2)

    Args:
        columns: the length of every row.
        bits: how many bits centres of balls carry.
    """

    def __init__(self, columns: int, bits: int = 256) -> None:
        self.columns, self.bits = columns, bits
        self._rows: list[np.ndarray] = []
        self._pivots: list[int] = []

    @property
    def rank(self) -> int:
        """How many rows are certainly independent."""
        return len(self._rows)

    def add(self, row: np.ndarray) -> bool:
        """Takes a row of balls up if it is certainly independent of those before; says whether it is."""
        with flint.ctx.workprec(self.bits):
            left = np.array(row, dtype=object)
            for pivot, known in zip(self._pivots, self._rows, strict=True):
                factor = left[pivot]
                if factor != 0:
                    left = left - factor * known
                    left[pivot] = arb(0)  # the known row has 1 there
            place = _largest(left)
            if place < 0:
                return False
            self._rows.append(left / left[place])
            self._rows[-1][place] = arb(1)
            self._pivots.append(place)
        return True

    def add_all(self, rows: Iterable[np.ndarray]) -> int:
        """Takes up all that are independent, and says how many."""
        return sum(self.add(row) for row in rows if self.rank < self.columns)


def _largest(row: np.ndarray) -> int:
    """The place of the ball that is farthest from 0; -1 if each may be 0."""
    sizes = [float(ball.abs_lower()) if ball.is_finite() else 0.0 for ball in row.tolist()]
    place = int(np.argmax(sizes))
    return place if sizes[place] > 0 else -1
