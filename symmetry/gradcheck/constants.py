"""Constants that are rounded in code: the one reason for which formulas on 256 bits may differ and both be right.

`1 / 6 * total` and `total / 6` differ, since 1/6 is no float. Floats that the code brings in are changed by a unit in their
last place, one value the same everywhere: where that moves the difference as far as the difference is large, rounding is the
reason. A formula that is off by more, such as a difference in the place of a derivative, hardly moves.
"""

import contextlib
import math
from collections.abc import Callable

import numpy as np
from flint import arb

from symmetry.gradcheck.exact_run import centers, gradient_run, loss_run
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.student import Point, Student
from symmetry.yardstick import FACTOR

SMALL = 2.0**-16
"""Difference, relative to the largest derivative, from which no rounding of a constant is to blame, in float32 either."""

EQUAL = 2.0**-128
"""Difference, relative to the largest derivative, up to which two derivatives are equal."""

MOST_DRAWS = 8
"""Ways to change the constants that are tried."""

SHORT = 2**12
"""Floats with fewer digits than this, such as 0.5 and 1.25, and whole numbers are meant as they are."""


def excused(
    student: Student, point: Point, suspects: np.ndarray, loss: list[arb], yours: list[arb], seed: int
) -> np.ndarray:
    """Which of the entries differ by no more than the rounding of constants, and of arithmetic on data, explains."""
    if not len(suspects):
        return np.zeros(0, bool)
    largest = max(np.max(np.abs(centers(loss)), initial=0.0), np.max(np.abs(centers(yours)), initial=0.0))
    gaps = [yours[i] - loss[i] for i in suspects]
    with contextlib.suppress(Exception):  # the code may take no exact numbers for data
        exact = point.with_exact_data()
        point, gaps = exact, _gaps(student, exact, suspects)
    sizes, moves = np.abs(centers(gaps)), np.zeros(len(suspects))
    found = sizes <= EQUAL * largest
    possible = sizes <= SMALL * largest
    possible &= _mostly(possible, suspects, Places.of(point.arrays))
    for draw in range(MOST_DRAWS):
        left = possible & ~found
        # What constants move far less than they move the rest, they do not explain; the first draw tells.
        if not left.any() or (draw and np.all(sizes[left] > FACTOR**2 * np.max(moves, initial=0.0))):
            break
        try:
            moved = _gaps(student, point, suspects, rounded_otherwise(MOST_DRAWS * seed + draw))
        except Exception:  # the code depends on such a float in another way
            break
        moves = np.fmax(moves, np.abs(centers([one - gap for one, gap in zip(moved, gaps, strict=True)])))
        found |= possible & (sizes <= FACTOR * moves)
    return found


def _mostly(possible: np.ndarray, suspects: np.ndarray, places: Places) -> np.ndarray:
    """Where at least half of what differs in an array differs by little; else those are small by chance."""
    found = np.zeros(len(suspects), bool)
    for span in places.spans.values():
        inside = (suspects >= span.start) & (suspects < span.stop)
        found |= inside & (2 * int(possible[inside].sum()) >= int(inside.sum()))
    return found


def _gaps(student: Student, point: Point, suspects: np.ndarray, wobble: Callable | None = None) -> list[arb]:
    loss = loss_run(student, point, wobble=wobble).derivatives()
    yours, _ = gradient_run(student, point, wobble=wobble)
    return [yours[i] - loss[i] for i in suspects]


def rounded_otherwise(seed: int) -> Callable[[float], arb]:
    """A function that moves a float by up to a unit in its last place, equal floats by equal amounts.

    >>> moved = rounded_otherwise(1)
    >>> moved(0.5) == 0.5, moved(0.1) == 0.1
    (True, False)
    """
    known: dict[float, arb] = {}

    def moved(number: float) -> arb:
        if number not in known:
            known[number] = arb(number) * (1 + _share(number, seed)) if math.isfinite(number) else arb(number)
        return known[number]

    return moved


def _share(number: float, seed: int) -> arb:
    """By how much of its size a float is moved: half a unit to a unit, up or down; by nothing where it has few digits."""
    digits = abs(number.as_integer_ratio()[0])
    if number == math.floor(number) or digits < SHORT:
        return arb(0)
    mixed = (digits * 6364136223846793005 + (seed + 1) * 1442695040888963407) % 2**64 >> 32
    unit = 2.0**-24 if digits < 2**24 else 2.0**-53
    return arb((1 if mixed % 2 else -1) * (0.5 + mixed / 2**33) * unit)
