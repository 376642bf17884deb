"""How far two results are apart, measured by the yardstick: the spread of a result when every number moves by one unit.

A unit is one in the last place of the narrowest float type that the model computes in (see `symmetry.yardstick`).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Leaf, has_floats
from symmetry.modelcheck.running import Case, Running
from symmetry.modelcheck.subject import Arrays, Results
from symmetry.yardstick import FACTOR, opposite_ways

WAYS = 2
"""Pairs of opposite ways in which all numbers are moved: in turn, and at random."""


class Gap(NamedTuple):
    """The difference of two results.

    Attributes:
        excess: over what rounding is allowed, in the array where that is largest; above 1 the results differ.
        path: that array.
        relative: the difference there, as a part of the largest number of the array.
        vacuous: whether no array could have told a difference: what is allowed is as large as the numbers themselves.
    """

    excess: float
    path: str
    relative: float
    vacuous: bool


def spread(running: Running, case: Case, still: Results, ways: int = WAYS) -> Results:
    """How far each array of the results moves when all numbers of the case do: the largest move of its entries.

    It is at least a unit of the array's largest number, since what is computed is rounded at the end.
    """
    unit = float(jnp.finfo(running.narrowest).eps)
    moved = [running.run(_moved(case, unit, way)) for way in range(2 * ways)]

    def largest(path: str, array: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
        return np.asarray(max([_largest(array) * unit, *(_largest_difference(array, other) for other in others)]))

    return Results(*(
        {path: largest(path, array, [results[place][path] for results in moved]) for path, array in part.items()}
        for place, part in enumerate(still)
    ))  # fmt: skip


def gap(one: Arrays, other: Arrays, spreads: Mapping[str, np.ndarray]) -> Gap:
    """How far two results are apart; each may be off by `FACTOR` times the spread.

    Arrays that could not tell a difference are left out, unless they differ.
    """
    worst, vacuous = Gap(0.0, "", 0.0, True), True
    for path, spread in spreads.items():
        allowed = 2 * FACTOR * float(spread)
        apart, size = _largest_difference(one[path], other[path]), max(_largest(one[path]), _largest(other[path]))
        excess = 0.0 if apart == 0 else apart / allowed if allowed else math.inf
        excess = math.inf if math.isnan(excess) else excess
        blind = not allowed < size  # also where a number is none
        vacuous &= blind and excess <= 1
        if excess >= worst.excess and not (blind and excess <= 1):
            worst = Gap(excess, path, apart / size if size else 0.0, False)
    return worst._replace(vacuous=vacuous)


def _moved(case: Case, unit: float, way: int) -> Case:
    """Every float of a case moved by one unit: neighbours opposite ways, or at random."""
    sign, generator = 1 - 2 * (way % 2), np.random.default_rng(way // 2)

    def move(leaf: Leaf) -> Leaf:
        if not has_floats(leaf):
            return leaf
        ways = opposite_ways(leaf.shape) if way < 2 else generator.choice([-1.0, 1.0], leaf.shape)
        return (np.asarray(leaf) * (1 + sign * unit * ways)).astype(leaf.dtype)

    return Case({path: move(leaf) for path, leaf in case.arrays.items()}, [move(leaf) for leaf in case.inputs])


def _largest_difference(one: np.ndarray, other: np.ndarray) -> float:
    """The largest absolute difference of entries: 0 where both are the same infinity, or both no number."""
    if one.dtype.kind not in "fc":
        one, other = one.astype(np.float64), other.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.abs(one - other)
    if np.isfinite(largest := float(difference.max(initial=0.0))):
        return largest
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return float(np.where(same, 0.0, difference).max(initial=0.0))


def _largest(array: np.ndarray) -> float:
    """The largest absolute value, infinities left out."""
    numbers = np.abs(array if array.dtype.kind in "fc" else array.astype(np.float64))
    largest = float(numbers.max(initial=0.0))
    return float(numbers[~np.isinf(numbers)].max(initial=0.0)) if math.isinf(largest) else largest
