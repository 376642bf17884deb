"""Where a student's gradient is not the derivative of the student's own loss: derivative by derivative, kinks apart."""

import dataclasses

import jax
import numpy as np

from symmetry.gradcheck.parameters import Arrays
from symmetry.gradcheck.probes import Probe, values_at
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.systems import Derivatives, System, differentiate, gradient_on_balls
from symmetry.yardstick import FACTOR, opposite_ways


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The outcome of comparing a gradient along probes.

    Attributes:
        probes: what was compared.
        loss: the derivative of the loss along each.
        yours: the student's gradient along each.
        wrong: where they differ by more than rounding, and not by the convention at a kink.
        kinks: where they differ only because the loss has a kink there, such as ReLU at 0.
        unjudged: where the derivative could not be told, by differences near a kink.
        worst: the largest difference of those that are not wrong, over what rounding is allowed; 0 if all are equal.
        equal: how many agreed in exact numbers, to 256 bits.
        on_balls: whether the student's gradient ran on balls, whose radii then bound its rounding.
        system: how the loss was differentiated.
        refused: why more exact systems do not run the code.
    """

    probes: list[Probe]
    loss: np.ndarray
    yours: np.ndarray
    wrong: np.ndarray
    kinks: np.ndarray
    unjudged: np.ndarray
    worst: float
    equal: int
    on_balls: bool
    system: System
    refused: list[str]

    @property
    def silent(self) -> np.ndarray:
        """Where both are exactly 0, so that little could have failed."""
        return (self.loss == 0) & (self.yours == 0)

    def wrong_in(self, path: str) -> np.ndarray:
        """Places of the wrong probes of one array in the list of probes."""
        return np.array([i for i, probe in enumerate(self.probes) if probe.path == path and self.wrong[i]], int)


def compared(student: Student, point: Point, probes: list[Probe], seed: int = 0) -> Comparison:
    """Compares at a point and, where that fails, near it: what fails there only is the convention at a kink."""
    system, here, refused = differentiate(student, point, probes)
    excess = _excess(student, point, probes, here)
    wrong = excess > 1
    kinks = np.zeros(len(probes), bool)
    if wrong.any():
        near, suspects = _moved(point, seed, MOVE), [probe for probe, bad in zip(probes, wrong, strict=True) if bad]
        there = _excess(student, near, suspects, system.derivatives(student, near, suspects))
        kinks[wrong] = ~(there > 1)
        wrong &= ~kinks
    return Comparison(
        probes,
        here.loss,
        here.yours,
        wrong,
        kinks,
        ~np.isfinite(here.error),
        float(excess[~wrong & ~kinks].max(initial=0.0)),
        int(here.equal.sum()),
        here.on_balls,
        system,
        refused,
    )


def _excess(student: Student, point: Point, probes: list[Probe], derivatives: Derivatives) -> np.ndarray:
    """Every difference over what rounding is allowed: of the formula and, where balls bound them, of the floats returned."""
    arrays: Arrays = dict(point.arrays)
    formula = np.abs(derivatives.yours - derivatives.loss)
    if derivatives.on_balls:
        # Where balls of 256 bits are apart, constants that are rounded in the student's code may be the reason.
        formula = np.where(derivatives.equal, 0.0, formula)
        returned = student.gradient_at(point, arrays)
        floats = np.abs(values_at(probes, returned) - derivatives.yours)
        coarsest = _coarsest(returned, arrays)
        coarse = precise = _allowed_by_balls(student, point, probes, coarsest)
        if coarsest != np.float64 and formula.any():
            precise = _allowed_by_balls(student, point, probes, np.dtype(np.float64))
        excess = np.fmax(_over(formula, precise), _over(floats, coarse))
    else:
        allowed = FACTOR * derivatives.error + _allowed_by_yardstick(student, point.widened(), probes, np.float64)
        excess = _over(formula, allowed)
    return np.where(np.isfinite(derivatives.yours) & np.isfinite(derivatives.loss), excess, np.inf)


def _over(difference: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """The one over the other; 0 where nothing is allowed, and nothing is needed."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return np.nan_to_num(difference / allowed, nan=0.0)


def strayed(student: Student, point: Point, comparison: Comparison) -> float:
    """How far the floats that the student returns are from the same code's in float64, over the yardstick of their type.

    A remark on accuracy, since both are the same formula; 0 where balls bound them.
    """
    if comparison.on_balls:
        return 0.0
    probes, arrays = comparison.probes, dict(point.arrays)
    returned = student.gradient_at(point, arrays)
    allowed = _allowed_by_yardstick(student, point, probes, _coarsest(returned, arrays))
    return float(_over(np.abs(values_at(probes, returned) - comparison.yours), allowed).max(initial=0.0))


def _allowed_by_balls(student: Student, point: Point, probes: list[Probe], dtype: np.dtype) -> np.ndarray:
    """What rounding is allowed along each probe: 16 times the radius of the gradient on balls as precise as the type.

    The factor is for sums in another order and functions that err by more than one unit in the last place.
    """
    finfo = jax.numpy.finfo(dtype)
    balls = gradient_on_balls(student, point, finfo.nmant + 1)
    assert balls is not None, "it ran on balls before"
    radii = np.array([float(np.sum([each.rad() for each in np.ravel(balls[p.path][p.index])])) for p in probes])
    return FACTOR * (radii + float(finfo.tiny))


def _allowed_by_yardstick(student: Student, point: Point, probes: list[Probe], dtype: np.dtype | type) -> np.ndarray:
    """What rounding is allowed along each probe: an entry what its array is, a sum of entries their sum."""
    allowed = allowed_by_array(student, point, dtype)
    return np.array([allowed[probe.path] * np.size(point.arrays[probe.path][probe.index]) for probe in probes])


def allowed_by_array(student: Student, point: Point, dtype: np.dtype | type | None = None) -> dict[str, float]:
    """The yardstick for code that does not run on balls: what rounding is allowed in every entry of each array.

    It is 16 times the largest of three: the array's spread, which is how far any entry of it moves when every input moves by
    one unit in the last place of `dtype`; in float64, what any entry is off by when the code runs in float32, times the ratio
    of the units, since numbers that cancel are rounded on the way; and one unit in the last place of the largest entry of all.

    Args:
        student: whose gradient rounds.
        point: where.
        dtype: the float type; by default the coarsest of parameters and gradient.
    """
    arrays: Arrays = dict(point.arrays)
    with jax.enable_x64(dtype is not None and np.dtype(dtype) == np.float64):
        still = student.gradient_at(point, arrays)
        kind = np.dtype(_coarsest(still, arrays) if dtype is None else dtype)
        unit = float(jax.numpy.finfo(kind).eps)
        moves = [student.gradient_at(point.changed(_by_units(unit * sign)), arrays) for sign in (1, -1)]
        spreads = [_gaps(moved, still) for moved in moves]
        if kind == np.float64:
            ratio = unit / float(np.finfo(np.float32).eps)
            spreads.append({path: ratio * gap for path, gap in _gaps(_in_float32(student, point), still).items()})
    largest = max(np.max(np.abs(np.float64(array)), initial=0.0) for array in still.values())
    return {path: FACTOR * max(unit * largest, *(spread.get(path, 0.0) for spread in spreads)) for path in still}


def _in_float32(student: Student, point: Point) -> Arrays:
    """The student's gradient run in float32; nothing where that overflows or the code does not take it."""
    try:
        with np.errstate(all="ignore"):
            found = student.gradient_at(point.converted(np.dtype(np.float32)), dict(point.arrays))
    except Exception:  # the code asks for its own type
        return {}
    return {path: array for path, array in found.items() if np.isfinite(np.float64(array)).all()}


def _gaps(one: Arrays, other: Arrays) -> dict[str, float]:
    """The largest difference of any entry, for each array that the first has."""
    return {path: float(np.max(np.abs(np.float64(one[path]) - np.float64(other[path])), initial=0.0)) for path in one}


def _by_units(unit: float):
    """Moves neighbours opposite ways by that much of their size."""

    def moved(array: np.ndarray) -> np.ndarray:
        return np.float64(array) * (1 + unit * opposite_ways(array.shape))

    return moved


def _coarsest(returned: Arrays, arrays: Arrays) -> np.dtype:
    """The float type with the largest unit among gradients and parameters."""
    types = [array.dtype for array in (*returned.values(), *arrays.values()) if array.dtype.kind not in "iub"]
    return max(types, key=lambda dtype: jax.numpy.finfo(dtype).eps)


MOVE = 2.0**-10
"""How far the neighbouring point lies, relative to each array's largest entry; far enough to leave a kink in every type."""

NEARBY = 2.0**-20
"""How far the points lie that tell whether there is a kink: so near that one which is not at the point lies beyond."""

CONTINUITY = 2.0**-5
"""Relative change of the derivatives over that distance from which a point counts as lying at a kink."""


def is_smooth(student: Student, point: Point, comparison: Comparison, seed: int) -> bool:
    """Whether the loss has no kink at a point: its derivatives on both sides of it hardly differ."""
    sides = [
        comparison.system.derivatives(student, _moved(point, seed, distance), comparison.probes).loss
        for distance in (NEARBY, -NEARBY)
    ]
    return bool(np.max(np.abs(sides[0] - sides[1])) <= CONTINUITY * np.max(np.abs(sides)))


def _moved(point: Point, seed: int, distance: float) -> Point:
    draw = np.random.default_rng(seed)

    def moved(array: np.ndarray) -> np.ndarray:
        size = np.max(np.abs(np.float64(array)), initial=0.0)
        return np.float64(array) + distance * (size if size > 0 else 1.0) * draw.uniform(-1, 1, array.shape)

    return point.changed(moved)
