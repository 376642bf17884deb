"""What is counted of a sweep: sums, and the networks of the smallest number with the worst difference and with a failure.

Adding totals does not depend on the order, so chunks, devices and processes may finish in any.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from symmetry.array import Array
from symmetry.numbers.comparison import Comparison

NONE = -1
"""In the place of a network's number: there is none."""


class Totals(NamedTuple):
    """Of some networks: how many were compared, broke the law, or could not have failed.

    Attributes:
        networks: those compared.
        broken: those on which the law broke.
        vacuous: those that could not fail in any place.
        vacuous_leaves: places that could not fail.
        worst: the worst difference over its bound.
        worst_at: the number of the first network with it.
        broken_at: the number of the first network on which the law broke; `NONE` if it broke on none.
        broken_by: by how many times the bound it did.
        broken_leaf: where it broke most, as the place among the law's leaves.
        checksum: the sum of all bits drawn, modulo 2^32.
    """

    networks: Any = 0
    broken: Any = 0
    vacuous: Any = 0
    vacuous_leaves: Any = 0
    worst: Any = 0.0
    worst_at: Any = NONE
    broken_at: Any = NONE
    broken_by: Any = 0.0
    broken_leaf: Any = 0
    checksum: Any = 0


def of_networks(outcome: Comparison, numbers: Array, counted: Array, checksum: Array) -> Totals:
    """The totals of networks along the last axis.

    Args:
        outcome: the comparison of each leaf of each network, arrays (leaves, networks).
        numbers: the number of each network, int64.
        counted: whether each network counts.
        checksum: of the bits of each.
    """
    excess, blind = (part & counted if part.dtype == bool else jnp.where(counted, part, 0) for part in outcome)
    told = jnp.where(blind & (excess <= 1), 0, excess).max(0)
    broke = (excess > 1).any(0)
    worst, broken_at = told.max(), jnp.where(broke, numbers, LAST).min()
    worst_at = jnp.where(counted & (told == worst), numbers, LAST).min()
    here = jnp.where(numbers == broken_at, excess, 0).max(1)
    return Totals(
        counted.sum(dtype=jnp.int64),
        broke.sum(dtype=jnp.int64),
        (blind.all(0) & counted).sum(dtype=jnp.int64),
        blind.sum(dtype=jnp.int64),
        worst.astype(jnp.float64),
        jnp.where(worst_at == LAST, NONE, worst_at),
        jnp.where(broken_at == LAST, NONE, broken_at),
        here.max().astype(jnp.float64),
        here.argmax().astype(jnp.int64),
        jnp.where(counted, checksum, 0).sum(dtype=jnp.uint32).astype(jnp.int64),
    )


LAST = 2**62
"""More than the number of any network."""


def nothing() -> Totals:
    """The totals of no networks, as arrays that a kernel can add to."""
    return Totals(*(jnp.asarray(each, jnp.float64 if isinstance(each, float) else jnp.int64) for each in Totals()))


def either(condition: bool, one: Any, other: Any) -> Any:
    """One of two numbers; `jnp.where` chooses between arrays."""
    return one if condition else other


def added(one: Totals, other: Totals, choose: Callable = either) -> Totals:
    """The totals of two disjoint sets of networks: of numbers, or of arrays with `jnp.where` to choose.

    >>> added(Totals(networks=2, worst=0.5, worst_at=7), Totals(networks=1, worst=0.5, worst_at=3)).worst_at
    3
    """
    first = _comes_first(one.broken_at, other.broken_at)
    worse = (one.worst > other.worst) | ((one.worst == other.worst) & _comes_first(one.worst_at, other.worst_at))
    parts = (
        *(here + there for here, there in zip(one[:4], other[:4], strict=True)),
        *(choose(worse, here, there) for here, there in zip(one[4:6], other[4:6], strict=True)),
        *(choose(first, here, there) for here, there in zip(one[6:9], other[6:9], strict=True)),
        (one.checksum + other.checksum) % 2**32,
    )
    return Totals._make(parts)


def on_host(totals: Totals, device: int) -> Totals:
    """One device's totals as builtin numbers, for which it waits."""
    return Totals(*(part.tolist()[device] for part in map(np.asarray, totals)))


def _comes_first(one: Array, other: Array) -> Array:
    """Whether a network's number is the smaller, where there is one."""
    return (other == NONE) | ((one != NONE) & (one <= other))
