"""What is known to be false in a sweep: its comparison rides on every kernel, and must fail on just the planted networks.

In every block one number is off by nearly twice what rounding is allowed, and another is NaN; a third comparison cannot fail.
If they are not counted exactly, the sweep is void.
"""

import dataclasses

import jax.numpy as jnp
import numpy as np

from symmetry.array import Array
from symmetry.numbers import Ball
from symmetry.sweep.totals import Totals

PLANTED = 1
"""Places that the sentinel compares."""

EQUAL, OFF, NOT_A_NUMBER, BLIND, UNCOUNTED = range(5)
"""What is planted in a network."""

FEWEST = 12
"""Networks of a block from which there is more planted in it than a difference in its last network."""


def planted(places: Array, kept: Array) -> Array:
    """What is planted in each network of blocks in which the first `kept` networks count; both of one shape.

    Those that do not count all differ, so that counting one is noticed.
    """
    several = kept >= FEWEST
    mark = jnp.where(several & (places == kept // 2), NOT_A_NUMBER, EQUAL)
    mark = jnp.where(several & (places == kept // 4), BLIND, mark)
    mark = jnp.where(places == kept - 1, OFF, mark)
    return jnp.where(places >= kept, UNCOUNTED, mark).astype(jnp.int32)


def told_apart(mark: Array, dtype: np.dtype) -> tuple[Ball, Ball]:
    """The two sides: a sum that may be rounded, and 2 or what was planted in its place."""
    one = jnp.where(mark == BLIND, 0, jnp.ones((), dtype))
    unit = float(jnp.finfo(dtype).eps)
    planted_number = jnp.where(mark == OFF, 2 + 2 * unit, jnp.where(mark == NOT_A_NUMBER, jnp.nan, 3)).astype(dtype)
    left = Ball.exact(one) + Ball.exact(one)
    right = jnp.where(mark == EQUAL, 2, jnp.where(mark == BLIND, 0, planted_number)).astype(dtype)
    return left, Ball.exact(right)


@dataclasses.dataclass(frozen=True)
class Expected:
    """How many networks some blocks have, the sum of their numbers modulo 2^32, and what of them was planted."""

    networks: int
    numbers: int
    broken: int
    vacuous: int

    @classmethod
    def of(cls, first: int, stop: int, block: int) -> "Expected":
        """Of networks `first` to `stop` - 1, in blocks of which all are full but the last.

        >>> Expected.of(first=0, stop=300, block=256).broken
        4
        """
        full, rest = divmod(stop - first, block)
        more = rest >= FEWEST
        numbers = (first + stop - 1) * (stop - first) // 2 % 2**32
        return cls(stop - first, numbers, 2 * full + (rest > 0) + more, full + more)

    def unnoticed(self, sentinel: Totals) -> str:
        """What of this was not seen; "" if all was, and no more."""
        if sentinel.networks != self.networks:
            return f"{sentinel.networks:,} of {self.networks:,} networks were compared"
        if sentinel.checksum != self.numbers:
            return "some networks were compared twice, and others not"
        if sentinel.broken != self.broken:
            return f"{sentinel.broken:,} of {self.broken:,} planted differences were seen"
        if sentinel.vacuous != self.vacuous:
            return f"{sentinel.vacuous:,} of {self.vacuous:,} networks that could not fail were counted"
        return ""
