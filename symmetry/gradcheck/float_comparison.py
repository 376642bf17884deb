"""A gradient held against the derivative of its loss in floats, where the loss does not run on exact numbers.

Small networks are compared entry by entry. Of large ones every array is looked at along dense random directions, each
compared with its own bound; where one fails, it is halved until single entries are found.
"""

import dataclasses
import math

import jax
import numpy as np

from symmetry.gradcheck.comparison import Along, GradientComparison, Outcome
from symmetry.gradcheck.float_rounding import ROUGH, SHARE, TIGHT, allowed_by_array, coarsest, gaps_between
from symmetry.gradcheck.parameters import size_of
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.student import ASIDE, NEAR, Point, Student
from symmetry.gradcheck.systems import DIFFERENCES, Direction, FloatSystem, difference, has_kink, rounding_of
from symmetry.gradcheck.tape import CannotRun
from symmetry.yardstick import FACTOR

MOST_ENTRIES = 2_000
"""The number of entries up to which each is compared; above it, a sample is."""

DENSE = 4
"""Dense directions in which each array of a large network is compared."""

SAMPLE = 16
"""Entries of each array of a large network that are also compared one by one."""

FOUND = 4
"""Wrong entries of an array after which no more are searched for."""

BESIDE = (2.0**-12, 2.0**-18)
"""Steps to either side that show whether a derivative jumps: the gap of a smooth one shrinks as they do."""


@dataclasses.dataclass(frozen=True)
class _Held:
    """The comparison along directions: the loss, the gradient, what is allowed, and what constants in narrow floats explain."""

    loss: np.ndarray
    yours: np.ndarray
    allowed: np.ndarray
    slack: np.ndarray

    @property
    def excess(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            gap = np.abs(self.yours - self.loss)
            return np.where(gap > 0, np.nan_to_num(gap / self.allowed, nan=0.0, posinf=np.inf), 0.0)


@dataclasses.dataclass
class _Floats:
    """A student at a point in float64, and a system that differentiates the loss there."""

    student: Student
    point: Point
    system: FloatSystem
    slack: dict[str, float] = dataclasses.field(default_factory=dict)
    """What constants in narrower floats may be off by, in each array: what is wrong by no more than that is undecided."""

    def __post_init__(self) -> None:
        with jax.enable_x64(True):
            returned = self.student.gradient_at(self.point)
        self.places = Places.of(self.point.arrays)
        self.gradient = {path: np.asarray(array, np.float64) for path, array in returned.items()}
        self.allowed = allowed_by_array(self.student, self.point, coarsest(returned, self.point.arrays))

    def along(self, path: str, directions: list[Direction]) -> _Held:
        """Compares along directions that move one array."""
        with jax.enable_x64(True):
            found = self.system.along(self.student, self.point, directions)
        rates, errors = (np.array(each, float) for each in zip(*found, strict=True))
        yours = np.array([np.sum(self.gradient[path] * each[path]) for each in directions])
        spread = np.array([np.sum(np.abs(each[path])) for each in directions])
        allowed = FACTOR * errors + self.allowed[path] * spread
        return _Held(rates, yours, allowed, self.slack.get(path, 0.0) * spread)

    def outcomes(self, held: _Held) -> np.ndarray:
        share = ROUGH if self.system is DIFFERENCES else TIGHT
        scale = np.max(np.abs(held.loss), initial=0.0)
        found = np.where(held.excess > 1, Outcome.WRONG, Outcome.RIGHT)
        unknown = ~np.isfinite(held.allowed) | ~np.isfinite(held.loss)
        wide = unknown | ((held.allowed > share * scale) & (held.loss != held.yours))
        found[(found == Outcome.RIGHT) & wide] = Outcome.UNDECIDED
        found[(found == Outcome.WRONG) & (np.abs(held.yours - held.loss) <= held.slack)] = Outcome.UNDECIDED
        found[unknown] = Outcome.UNDECIDED
        found[(held.loss == 0) & (held.yours == 0) & ~unknown] = Outcome.SILENT
        return found


def compared_in_floats(
    student: Student, point: Point, system: FloatSystem, refused: list[str], seed: int
) -> GradientComparison:
    """Compares at a point, in float64.

    Raises:
        CannotRun: the derivatives are not what differences of the loss find.
    """
    floats = _Floats(student, point.widened(), system)
    if coarsest(point.arrays) != np.float64:
        gaps = gaps_between(student.gradient_at(point), floats.gradient)
        floats.slack = {path: FACTOR * gap for path, gap in gaps.items()}
    if system is not DIFFERENCES and system.name not in student.trusted:
        # At a kink differences see the mean of both sides.
        if not any(_agree(student, each, system, seed) for each in (floats.point, floats.point.moved(ASIDE, seed))):
            raise CannotRun("its derivative is not what differences of the loss find, or these cannot tell")
        student.trusted.add(system.name)
    draw, along = np.random.default_rng(seed), []
    chosen = {path: np.arange(math.prod(shape)) for path, shape in floats.places.shapes.items()}
    for path, entries in chosen.items() if floats.places.size > MOST_ENTRIES else ():
        sample = np.sort(draw.choice(len(entries), min(SAMPLE, len(entries)), replace=False))
        dense, found = _in_dense_directions(floats, path, draw, seed)
        along += dense
        chosen[path] = np.union1d(sample, np.array(found, int))
    places = floats.places
    loss, yours = np.full(places.size, np.nan), np.full(places.size, np.nan)
    outcome, worst = np.full(places.size, Outcome.UNSEEN), 0.0
    for path, entries in chosen.items():
        rows = places.spans[path].start + entries
        if not len(rows):
            continue
        directions: list[Direction] = [places.direction(int(row)) for row in rows]
        held = floats.along(path, directions)
        loss[rows], yours[rows] = held.loss, held.yours
        outcome[rows] = _beside_kinks(floats, path, directions, floats.outcomes(held), seed)
        worst = max(worst, float(held.excess[outcome[rows] == Outcome.RIGHT].max(initial=0.0)))
    return GradientComparison(places, loss, yours, outcome, worst, 0, 0, False, system, tuple(refused), tuple(along))


def _in_dense_directions(
    floats: _Floats, path: str, draw: np.random.Generator, seed: int
) -> tuple[list[Along], list[int]]:
    """What each array's dense directions show, and single entries that are wrong."""
    places, size = floats.places, math.prod(floats.places.shapes[path])
    if size <= SAMPLE:
        return [], []
    # Normal numbers: among signs alone, two errors of one size would cancel in every sixteenth pair.
    signs = [draw.normal(size=size) for _ in range(DENSE)]
    directions: list[Direction] = [places.direction(places.spans[path], each) for each in signs]
    held = floats.along(path, directions)
    outcomes = _beside_kinks(floats, path, directions, floats.outcomes(held), seed)
    rows = zip(held.loss, held.yours, outcomes, strict=True)
    along = [Along(path, float(loss), float(yours), Outcome(outcome)) for loss, yours, outcome in rows]
    entries: list[int] = []
    for each, outcome in zip(signs, outcomes, strict=True):
        if outcome == Outcome.WRONG and len(entries) < FOUND:
            entries += _halved(floats, path, each, np.arange(size), FOUND - len(entries))
    return along, sorted(set(entries))


def _halved(floats: _Floats, path: str, signs: np.ndarray, part: np.ndarray, most: int) -> list[int]:
    """Single entries that are wrong, among those of a direction that is."""
    if most <= 0:
        return []
    if len(part) == 1:
        return [int(part[0])]
    found: list[int] = []
    for half in np.array_split(part, 2):
        direction = floats.places.direction(floats.places.spans[path].start + half, signs[half])
        if floats.along(path, [direction]).excess[0] > 1:
            found += _halved(floats, path, signs, half, most - len(found))
    return found


def _beside_kinks(
    floats: _Floats, path: str, directions: list[Direction], outcome: np.ndarray, seed: int
) -> np.ndarray:
    """What is wrong only because the loss has a kink there is left out."""
    suspects = np.flatnonzero(outcome == Outcome.WRONG)[:MOST_ENTRIES]
    if not len(suspects):
        return outcome
    chosen = [directions[i] for i in suspects]
    try:
        jumps = _jumps(floats, chosen, seed)
        if not jumps.any():
            return outcome
        there = _Floats(floats.student, floats.point.moved(NEAR, seed), floats.system).along(path, chosen)
    except Exception:  # the code does not take other parameters
        return outcome
    found = outcome.copy()
    found[suspects[jumps & ~(there.excess > 1)]] = Outcome.KINK
    return found


def _jumps(floats: _Floats, directions: list[Direction], seed: int) -> np.ndarray:
    if floats.system is DIFFERENCES:
        rounded = rounding_of(floats.student, floats.point)
        with jax.enable_x64(True), np.errstate(all="ignore"):
            return np.array([has_kink(floats.student, floats.point, each, rounded) for each in directions])
    gaps = []
    for step in BESIDE:
        with jax.enable_x64(True):
            points = (floats.point.moved(sign * step, seed) for sign in (1, -1))
            up, down = (np.array(floats.system.along(floats.student, each, directions)) for each in points)
        gaps.append(np.abs(up[:, 0] - down[:, 0]) - FACTOR * (up[:, 1] + down[:, 1]))
    return (gaps[1] > 0) & (gaps[1] > gaps[0] / 8)


def _agree(student: Student, point: Point, system: FloatSystem, seed: int) -> bool:
    """Whether the system's derivatives along dense directions are what differences find."""
    draw, length = np.random.default_rng((seed, 2)), size_of(point.arrays) ** 0.5
    directions: list[Direction] = [
        {path: draw.normal(size=array.shape) / length for path, array in point.arrays.items()} for _ in range(2)
    ]
    with jax.enable_x64(True):
        rounded = rounding_of(student, point)
        for direction, (rate, error) in zip(directions, system.along(student, point, directions), strict=True):
            estimate, own = difference(student, point, direction, rounded)
            if not abs(rate - estimate) <= FACTOR * (own + error) or not own + error <= SHARE * abs(rate):
                return False
    return True
