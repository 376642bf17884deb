"""The chance that a false identity passes at a random point, bounded by what an account of the run holds.

Read a law as formulas: what is drawn is a variable, and so is each answer of an oracle, one for each argument that differs
as a formula. A false identity has an entry whose two sides a/b and c/d differ as formulas, at the permutations, signs, masks
and units that the point draws. It passes only if

1. a d - b c, which is not the polynomial 0, vanishes: with probability at most its degree over p, since the variables are
   uniform and independent (schwartz1980fast, zippel1979probabilistic, demillo1978probabilistic). Any entry may be the false
   one, so the largest degree counts; or
2. the run is not what the formulas say: two arguments of an oracle that differ as formulas are equal modulo p, so that their
   answers are one variable. That is again a polynomial that vanishes, the cross difference of both arguments. Oracles that
   are odd, or odd but for a constant, take z and -z for one argument, so that the sum of both counts as well as the
   difference, and 0 for a place of its own. Divisors that vanish count likewise: the inverse of 0 is 0 here.

Until the first such coincidence each answer is a fresh variable, so all of this is bounded on the formulas: by the union of
the events, which is the sum of their degrees, over p. Points are drawn and oracles keyed independently of each other, so at
all of k points a false identity passes with the k-th power of that.

Nothing is conditioned on, and nothing drawn anew. Two things are assumed: that the hash, of 64 bits, is a random permutation,
whose own coincidences `OF_HASHES` counts; and, where activations are homogeneous, that the Legendre symbols of preactivations,
which are the signs there, are like coins that are tossed for each argument. As of permutations, what is bounded is then the
chance of an identity that is false at the signs of the point.
"""

import math
from collections.abc import Iterable

from symmetry.numbers.comparison import Leaf
from symmetry.numbers.residue.account import Account, cross_degree
from symmetry.numbers.residue.residue import PRIME, Residue

LIKELIEST = -(-(2**64) // PRIME) / 2**64
"""The probability of the likeliest answer of an oracle: 64 random bits modulo p, a little above 1/p."""

OF_HASHES = 2.0**-62
"""Bounds the probability that two hashes of different integers, under keys of 63 bits, coincide or tell of each other."""


def largest_degree(leaves: Iterable[Leaf]) -> int:
    """Bounds the degree of the polynomial that vanishes where a false leaf passes; at least 1."""
    compared = (leaf for leaf in leaves if isinstance(leaf.left, Residue))
    return max((_degree(leaf.left, leaf.right) for leaf in compared), default=1)


def _degree(left: Residue, right: Residue | None) -> int:
    return max(left.sum(-1).degree if right is None else cross_degree(left, right), 1)


def at_one_point(account: Account, degree: int) -> float:
    """Bounds the probability that a false identity, whose sides differ by a polynomial of that degree, passes at a point.

    >>> at_one_point(Account(), degree=2) * PRIME
    2.0000000002328306
    """
    vanishing = (account.collisions + account.zeros + degree) * LIKELIEST
    return min(1.0, vanishing + math.comb(account.hashes, 2) * OF_HASHES)


def log2_failure(account: Account, degree: int, points: int) -> float:
    """log2 of the probability that such an identity passes at that many random points.

    >>> round(log2_failure(Account(), degree=2, points=8))
    -240
    """
    return points * math.log2(at_one_point(account, degree))
