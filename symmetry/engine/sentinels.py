"""Sentinels: a law that is known to be false of a few networks rides on every kernel of floats, and must fail on just these.

If it passes, whatever the kernel found of other laws is void: a comparison is left out, or a network, or a call.
"""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import jax.numpy as jnp
import numpy as np

from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.source import Source

if TYPE_CHECKING:
    from symmetry.engine.tally import Tally

SENTINEL = "sentinel"
"""The name of its case among those of a kernel."""


@pytree
class _Sides:
    """Two sides of three numbers each."""

    left: tuple[Array, Array, Array]
    right: tuple[Array, Array, Array]


Sides = Annotated[_Sides, "sentinel"]
"""The sides that a sentinel compares, which the engine makes."""


@case_kind(Sides)
def _(source: Source, architecture: Architecture, name: str) -> _Sides:
    """Equal sides: the engine puts others in their place."""
    number = source.numbers(name, ())
    return _Sides((number,) * 3, (number,) * 3)


def told_apart(sentinel: Sides):
    """The two sides that were planted: equal of all networks but a few."""
    return sentinel.left, sentinel.right


@dataclasses.dataclass
class Planted:
    """What was planted in the calls of one kernel: differences of several networks, and of rows that only fill a call.

    `count` is of networks that differ; `rows`, of all networks.
    """

    dtype: np.dtype
    count: int = 0
    rows: int = 0

    def sides(self, size: int, kept: int, is_last: bool) -> _Sides:
        """Those of one call of `size` networks, of which the first `kept` count.

        One network in the middle differs in the first number, by a unit; another is NaN. In the last call, the last network
        differs in the last number, by the
        least that its float type can hold. Of those that do not count, all differ.
        """
        left, right = np.ones((3, size)), np.ones((3, size))
        marked = {kept // 2: (0, 2.0), kept // 3: (1, np.nan)} if kept > 3 else {}
        if is_last:
            marked[kept - 1] = (2, 1 + float(jnp.finfo(self.dtype).eps))
        for row, (number, value) in marked.items():
            left[number, row] = value
        left[:, kept:] = 2
        self.count += len(marked)
        self.rows += kept
        return _Sides((left[0], left[1], left[2]), (right[0], right[1], right[2]))

    def unnoticed(self, tally: "Tally") -> str:
        """What of this the kernel did not see, and so what its other findings are void for; "" if it saw all, and no more."""
        if tally.error:
            return f"the sentinel of its kernel raised {tally.error}"
        if tally.tried != self.rows:
            return f"{tally.tried} of {self.rows} networks of its kernel were compared"
        if tally.broken != self.count:
            return f"{tally.broken} of {self.count} planted differences were seen in its kernel"
        return ""
