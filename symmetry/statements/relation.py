"""Relations: what a law may claim of its numbers. A pair (left, right) is an equality; the others are spelled out.

How each is decided is each number system's own affair (`symmetry.engine.compare`).
"""

import dataclasses
import itertools
import math
from typing import Any


@dataclasses.dataclass(frozen=True)
class _TwoSides:
    left: Any
    right: Any


class Equal(_TwoSides):
    """left = right, as trees: structure, shapes, types and values."""


class AtMost(_TwoSides):
    """left <= right, entry by entry. Residues have no order, so they cannot decide it."""


class Differs(_TwoSides):
    """left and right differ in some entry of each leaf: in floats, by more than their radii."""


@dataclasses.dataclass(frozen=True)
class Conserved:
    """Rates of change that cancel: along the last axis the terms sum to 0, so that their total is conserved.

    `terms` (..., parts) is a number or a tree of them. Where all terms are 0 nothing moves, and the claim is vacuous.
    """

    terms: Any


@dataclasses.dataclass(frozen=True)
class RankAtMost:
    """A matrix (rows, columns) has at most that rank: every larger square submatrix has determinant 0."""

    matrix: Any
    rank: int


@dataclasses.dataclass(frozen=True)
class Drift:
    """A change of exact order: change = coefficient * (1/steps)^order, with nothing of lower order.

    `steps` is the whole number of steps that make up a unit of time: the step size is 1/steps.
    """

    change: Any
    steps: int
    order: int
    coefficient: Any


RELATIONS = (Equal, AtMost, Differs, Conserved, RankAtMost, Drift)


def minors(relation: RankAtMost) -> tuple[list, list]:
    """The determinants of all submatrices one larger than the rank, each as its even and its odd products.

    A determinant is the sum of the products of the even permutations less that of the odd ones, so that two sums are
    compared, and neither is 0 by itself.

    Raises:
        ValueError: the matrix is too small to have a larger rank, so that there is nothing to claim.
    """
    matrix, size = relation.matrix, relation.rank + 1
    rows, columns = matrix.shape
    if size > min(rows, columns):
        raise ValueError(
            f"a matrix of shape {matrix.shape} never has a rank above {min(rows, columns)}; "
            f"that it is at most {relation.rank} claims nothing."
        )
    even, odd = [], []
    chosen = [itertools.combinations(range(count), size) for count in (rows, columns)]
    for chosen_rows, chosen_columns in itertools.product(*chosen):
        sides = ([], [])
        for order in itertools.permutations(range(size)):
            first, *rest = [matrix[chosen_rows[k], chosen_columns[order[k]]] for k in range(size)]
            sides[_parity(order)].append(math.prod(rest, start=first))
        for side, products in zip((even, odd), sides, strict=True):
            side.append(sum(products[1:], products[0]) if products else matrix[0, 0] * 0)
    return even, odd


def _parity(order: tuple[int, ...]) -> int:
    """0 for an even permutation, 1 for an odd one."""
    return sum(later < earlier for earlier, later in itertools.combinations(order, 2)) % 2
