"""Sentinels: a law that is known to be false of a few networks rides on every kernel of floats, and must fail on just these.

If it passes, whatever the kernel found of other laws is void: a comparison is left out, or a network, or a call; networks
come twice, or what only fills a call is counted; a bound is wider than it should be.
"""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import jax.numpy as jnp
import numpy as np

from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.engine.distinct import fingerprints
from symmetry.numbers.ball.source import BUFFER
from symmetry.source import Source

if TYPE_CHECKING:
    from symmetry.engine.tally import Tally

SENTINEL = ("sentinel", None)
"""Its key among the laws of a kernel."""

NAME = "sentinel"
"""The name of its case among those of a kernel."""

PLACES = 4
"""Places that it compares."""

FEWEST = 12
"""Networks that a call must have, for a difference to be planted in its middle."""


@pytree
class _Sides:
    """Two sides of four numbers each, and what tells networks apart."""

    left: tuple[Array, ...]
    right: tuple[Array, ...]
    drawn: Array


Sides = Annotated[_Sides, "sentinel"]
"""The sides that a sentinel compares, which the engine makes."""


@case_kind(Sides)
def _(source: Source, architecture: Architecture, name: str) -> _Sides:
    """Equal sides: the engine puts others in their place."""
    number = source.numbers(name, ())
    return _Sides((number,) * PLACES, (number,) * PLACES, number)


def told_apart(sentinel: Sides):
    """The two sides that were planted: equal of all networks but a few.

    The third number is a sum, which may be rounded; the last are two numbers, of which the first is 0.
    """
    first, second, third, last = sentinel.left
    return (first, second, third + third, last), sentinel.right


@dataclasses.dataclass
class Planted:
    """What was planted in the calls of one kernel: differences of several networks, and of rows that only fill a call.

    `rows` is of all networks that are to be compared, `count` of those that differ, `blind` of those that cannot, `twice` of
    those that came before.
    """

    dtype: np.dtype
    rows: int
    count: int = 0
    blind: int = 0
    twice: int = 0

    def sides(self, source: Source, size: int, kept: int, *, adversarial: bool, is_last: bool) -> _Sides:
        """Those of one call of `size` networks, of which the first `kept` count.

        One network in the middle differs in the first number, by a unit; another is NaN; in a third the sum is off by nearly
        twice what rounding is allowed. The first is all zeros, and so is the second, which is the same again; of the third the
        first number is 0. In the last call, the last network differs in the last number, by the least that its float type can
        hold. Of those that do not count, all differ.
        """
        unit = float(jnp.finfo(self.dtype).eps)
        left, right = np.ones((PLACES, size)), np.ones((PLACES, size))
        right[2] = 2
        marked = {}
        if kept >= FEWEST:
            marked = {kept // 2: (0, 2.0), kept // 3: (1, np.nan), kept // 4: (2, 1 + unit)}
            left[:, :2] = right[:, :2] = 0
            left[0, 2] = right[0, 2] = 0
            self.blind += 1
            self.twice += 1
        if is_last:
            marked[kept - 1] = (PLACES - 1, 1 + unit)
        for row, (number, value) in marked.items():
            left[number, row] = value
        left[:, kept:] = 3
        self.count += len(marked)
        drawn = fingerprints(source.numbers(NAME, (BUFFER if adversarial else 2,)))
        if kept >= FEWEST:
            drawn[1] = drawn[0]
        return _Sides(_places(left), _places(right), drawn)

    def unnoticed(self, tally: "Tally") -> str:
        """What of this the kernel did not see, and so what its other findings are void for; "" if it saw all, and no more."""
        if tally.error:
            return f"the sentinel of its kernel raised {tally.error}"
        if tally.tried != self.rows:
            return f"{tally.tried} of {self.rows} networks of its kernel were compared"
        if tally.networks != self.rows - self.twice:
            return f"{tally.tried - tally.networks} networks of its kernel were said to be drawn twice, and {self.twice} were"
        if tally.broken != self.count or tally.violation is None:
            return f"{tally.broken} of {self.count} planted differences were seen in its kernel"
        if (tally.vacuous, tally.vacuous_leaves) != (self.blind, self.blind * (PLACES + 1)):
            return f"{tally.vacuous} of {self.blind} networks that could not fail were counted in its kernel"
        return ""


def _places(numbers: np.ndarray) -> tuple[Array, ...]:
    """The numbers of each place; the last has another before it, which is 0."""
    *first, last = numbers
    return (*first, np.stack([0 * last, last], 1))
