"""Random oracles: hash functions in the place of unknown functions, and the chance that they let a false identity pass.

No identity can rely on what a hash function returns: one that passes is true for every function, except with the
probability that `log2_failure` bounds.
"""

import contextlib
import contextvars
import math
from collections.abc import Iterable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Array
from symmetry.numbers.residue.residue import PRIME, Residue

_queries: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("queries", default=None)


@contextlib.contextmanager
def counting_queries() -> Iterator[list[int]]:
    """Collects, in the list it yields, how many entries each oracle call of the program hashes.

    Within `jax.vmap` an entry is counted once for all points.
    """
    counts: list[int] = []
    token = _queries.set(counts)
    try:
        yield counts
    finally:
        _queries.reset(token)


def count_queries(entries: int) -> None:
    """Notes that an oracle is asked about so many entries."""
    counts = _queries.get()
    if counts is not None:
        counts.append(int(entries))


def largest_degree(numbers: Iterable[Array]) -> int:
    """The largest degree of the residues among the given numbers; 0 if there are none."""
    return max((number.total_degree for number in numbers if isinstance(number, Residue)), default=0)


def log2_failure(degree: int, queries: int, points: int) -> float:
    """log2 of the probability that a false identity passes at that many random points.

    At one point it is at most (C(Q, 2) + 1) d / p: either two of the Q different preactivations that the oracles are
    asked for collide, or a non-zero polynomial of degree d vanishes.

    >>> round(log2_failure(degree=2, queries=64, points=8))
    -152
    """
    at_one_point = (math.comb(queries, 2) + 1) * max(degree, 1) / PRIME
    return points * min(0.0, math.log2(at_one_point))


@jax.jit
def mix(seed: Array, number: Array) -> Array:
    """64 bits from two integers: two rounds of the splitmix64 finaliser."""
    mixed = jnp.asarray(seed, jnp.uint64) * np.uint64(0xD1342543DE82EF95) + jnp.asarray(number, jnp.uint64)
    for _ in range(2):
        mixed = (mixed ^ (mixed >> 30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> 27)) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> 31)
    return mixed


@jax.jit
def mix_rows(seed: Array, rows: Array) -> Array:
    """64 bits for each row of a (rows, columns) array."""
    mixed = jnp.broadcast_to(jnp.asarray(seed, jnp.uint64), rows.shape[:1])
    for column in range(rows.shape[-1]):
        mixed = mix(mixed, rows[:, column])
    return mixed


@jax.jit
def hashed(seed: Array, number: Array) -> Residue:
    """The residue that an oracle answers with; integers of any shape."""
    return Residue(mix(seed, number) % PRIME)
