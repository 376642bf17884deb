"""What may go wrong by chance while a law runs on residues: noted by the operations themselves, and summed up as a degree.

Degrees are upper bounds over the entries of an array, so that an account costs a few Python integers a call.
"""

import contextlib
import contextvars
import dataclasses
import itertools
import math
from collections.abc import Iterator
from typing import Protocol


class Fractions(Protocol):
    """Fractions of polynomials: bounds on the degrees of both parts, and whether all entries have one denominator."""

    @property
    def degree(self) -> int: ...

    @property
    def denominator(self) -> int: ...

    @property
    def common(self) -> bool: ...


@dataclasses.dataclass(frozen=True)
class Queries:
    """The arguments that an oracle was asked for in one call; a mirrored oracle answers z and -z by the same hash.

    Each of the `count` arguments is one fraction, or a row of fractions that are hashed together.
    """

    count: int
    degree: int
    denominator: int
    common: bool
    mirrored: bool = False

    @property
    def collisions(self) -> int:
        """Bounds the degrees of the differences of its own arguments, added up over their pairs."""
        apart = self.degree if self.common else self.degree + self.denominator
        return math.comb(self.count, 2) * apart * (2 if self.mirrored else 1)

    def collisions_with(self, other: "Queries") -> int:
        """The same for the pairs of one of its arguments and one of another call's."""
        pairs = self.count * other.count * (2 if self.mirrored or other.mirrored else 1)
        return pairs * cross_degree(self, other)


@dataclasses.dataclass
class Account:
    """What a law did with residues.

    Attributes:
        queries: the calls of each oracle; only calls of one oracle collide.
        zeros: degrees of what must not be 0 by chance, added up: divisors, and arguments of oracles to which 0 is special.
        hashes: how many integers were hashed.
    """

    queries: dict[object, list[Queries]] = dataclasses.field(default_factory=dict)
    zeros: int = 0
    hashes: int = 0

    @property
    def collisions(self) -> int:
        """Bounds the degrees of what is 0 where two arguments of an oracle coincide, added up over all pairs."""
        within = (call.collisions for calls in self.queries.values() for call in calls)
        pairs = (pair for calls in self.queries.values() for pair in itertools.combinations(calls, 2))
        return sum(within) + sum(one.collisions_with(other) for one, other in pairs)


def cross_degree(one: Fractions, other: Fractions) -> int:
    """Bounds the degree of a d - b c, which is 0 where the fractions a/b and c/d are equal."""
    return max(one.degree + other.denominator, other.degree + one.denominator)


_account: contextvars.ContextVar[Account | None] = contextvars.ContextVar("account", default=None)


@contextlib.contextmanager
def accounting() -> Iterator[Account]:
    """Collects, in the account it yields, what the program does with residues.

    Within `jax.vmap` an entry counts once for all points. Derivatives along many directions at once, too, ask oracles for
    what does not depend on the direction.
    """
    account = Account()
    token = _account.set(account)
    try:
        yield account
    finally:
        _account.reset(token)


def note_queries(oracle: object, count: int, *parts: Fractions, mirrored: bool = False) -> None:
    """Notes that an oracle is asked for `count` arguments, each a row of entries of all `parts`; none are constants."""
    if (account := _account.get()) is not None:
        degree = max((part.degree for part in parts), default=0)
        denominator = max((part.denominator for part in parts), default=0)
        common = all(part.common for part in parts)
        account.queries.setdefault(oracle, []).append(Queries(count, degree, denominator, common, mirrored))


def note_zeros(count: int, degree: int) -> None:
    """Notes that so many entries, of numerators of that degree, must not be 0."""
    if (account := _account.get()) is not None:
        account.zeros += count * degree


def note_hashes(count: int) -> None:
    """Notes that so many integers are hashed."""
    if (account := _account.get()) is not None:
        account.hashes += count
