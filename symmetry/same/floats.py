"""What is seen in floats: each side as its owner runs it, against exact results, and against what its precision explains."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from symmetry.gradcheck.jaxpr.values import is_inexact
from symmetry.same.arithmetic import TypedBalls, own_type
from symmetry.same.comparison import centres, radii
from symmetry.same.pair import Found, Pair
from symmetry.same.running import Floats
from symmetry.yardstick import FACTOR

NOTHING = 2.0**-100
"""Up to where a bound on a result of 0 is due to floats having a smallest number, and not wide."""


@dataclasses.dataclass(frozen=True)
class Seen:
    """What floats show at a point.

    Attributes:
        share: the largest difference between f and g over what rounding explains, where that is not vacuous.
        strayed: how far f and g are off their own exact results, over what their precision explains.
        by_balls: whether that is a bound from balls; if not, it is the yardstick.
        vacuous: whether it is as wide as the results themselves.
        overflowed: whether f or g returns what is not finite where exact results are.
    """

    share: float = 0.0
    strayed: tuple[float, float] = (0.0, 0.0)
    by_balls: bool = False
    vacuous: bool = False
    overflowed: bool = False


@dataclasses.dataclass(frozen=True)
class _Leaf:
    """An array of results of one side: in floats, exactly, and what its precision explains."""

    floats: np.ndarray
    exact: np.ndarray
    bound: np.ndarray


def seen_in_floats(pair: Pair, floats: tuple[Floats, Floats], found: Found) -> Seen:
    """Runs both sides in floats at a point, and holds them against balls; against the yardstick where balls are too wide."""
    returned = [each(found.point.leaves) for each in floats]
    seen = _held_against(_by_balls(pair, found), returned, found) if pair.exact else Seen(vacuous=True)
    if not seen.vacuous:
        return dataclasses.replace(seen, by_balls=True)
    return _held_against(_by_yardstick(pair, found), returned, found)


def _by_balls(pair: Pair, found: Found) -> list[list[np.ndarray]]:
    bounds = []
    for place in (0, 1):
        typed = pair.run(place, found.point, TypedBalls())
        leaves = [each if each.dtype == object else np.zeros(each.shape) for each in typed.leaves]
        bounds.append([np.full(each.shape, np.inf) if typed.unclear else _radii(each) for each in leaves])
    return bounds


def _radii(leaf: np.ndarray) -> np.ndarray:
    return radii(leaf) if leaf.dtype == object else leaf


def _by_yardstick(pair: Pair, found: Found) -> list[list[np.ndarray]]:
    spreads = [pair.spreads.of_rounding(place, found.point, own_type) for place in (0, 1)]
    leaves = found.outcomes[0].leaves
    return [[np.full(leaf.shape, FACTOR * each) for leaf, each in zip(leaves, those, strict=True)] for those in spreads]


def _held_against(bounds: list[list[np.ndarray]], returned: Sequence[tuple[np.ndarray, ...]], found: Found) -> Seen:
    seen = [
        _of_leaves(
            [_Leaf(returned[i][place], centres(found.outcomes[i].leaves[place]), bounds[i][place]) for i in (0, 1)],
            found.explained[place],
        )
        for place, array in enumerate(returned[0])
        if is_inexact(array.dtype)
    ]
    told = [each for each in seen if not each.vacuous]
    return Seen(
        share=max((each.share for each in told), default=0.0),
        strayed=tuple(max((each.strayed[i] for each in told), default=0.0) for i in (0, 1)),  # type: ignore[arg-type]
        vacuous=bool(seen) and not told,
        overflowed=any(each.overflowed for each in seen),
    )


def _of_leaves(leaves: Sequence[_Leaf], explained: float) -> Seen:
    f, g = leaves
    exact = np.isfinite(f.exact) & np.isfinite(g.exact)
    known = exact & np.isfinite(f.floats) & np.isfinite(g.floats)
    bound = f.bound + g.bound + explained
    told = known & np.isfinite(bound)
    largest = np.max(np.maximum(np.abs(f.exact), np.abs(g.exact))[exact], initial=0.0)
    strayed = [_worst(np.abs(each.floats - each.exact)[told], each.bound[told]) for each in leaves]
    return Seen(
        share=_worst(np.abs(f.floats - g.floats)[told], bound[told]),
        strayed=(strayed[0], strayed[1]),
        vacuous=not told.any() or bool(np.max(bound[told]) >= max(largest, NOTHING)),
        overflowed=bool((exact & ~known).any()),
    )


def _worst(sizes: np.ndarray, bounds: np.ndarray) -> float:
    """The largest size as a share of its bound."""
    shares = np.where(sizes == 0, 0.0, sizes / np.maximum(bounds, np.finfo(float).tiny))
    return float(np.max(shares, initial=0.0))
