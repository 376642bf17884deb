"""A gradient held against the derivative of its loss on exact numbers: formula against formula, and floats within balls."""

import dataclasses

import flint
import jax
import numpy as np
from flint import arb

from symmetry.gradcheck import constants, held
from symmetry.gradcheck.comparison import GradientComparison, Outcome
from symmetry.gradcheck.exact import balls_of
from symmetry.gradcheck.exact_run import ExactLoss, centers, gradient_run, loss_run, radii
from symmetry.gradcheck.float_rounding import TIGHT, allowed_by_array, coarsest
from symmetry.gradcheck.parameters import size_of
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.student import NEAR, Point, Student, or_none
from symmetry.gradcheck.systems import EXACT, reason
from symmetry.gradcheck.tape import PRECISION, CannotRun
from symmetry.yardstick import FACTOR

MOST_PARAMETERS = 1_000_000
"""Parameters up to which networks run on exact numbers: each takes some 500 bytes."""

SHARP = 128
"""Bits, relative to the largest derivative, that a ball must have for its overlap with another to count."""

NOTHING = 192
"""Bits, relative to the loss, to which a derivative must be known to be 0 where all of them are."""

STEPS = 4
"""Directions in which steps are taken, to both sides."""

BESIDE = 90
"""Bits, relative to the largest parameter, of the step to either side that shows whether a derivative jumps."""

JUMP = 45
"""Bits, relative to the largest derivative, from which a difference of both sides is a jump: smooth ones are near 90."""


@dataclasses.dataclass(frozen=True)
class _Sides:
    """Both gradients at a point.

    Attributes:
        loss: balls of the derivative of the loss.
        yours: balls of the student's gradient; None if its code does not run on exact numbers.
        returned: what the code returns in floats.
        allowed: what rounding is allowed in these.
        unclear: whether branches of the code could be taken either way, within rounding.
        why: the reason for which the gradient does not run on exact numbers.
    """

    loss: list[arb]
    yours: list[arb] | None
    returned: np.ndarray
    allowed: np.ndarray
    unclear: bool
    why: str = ""


def compared_exactly(student: Student, point: Point, seed: int) -> GradientComparison:
    """Compares at a point; what differs there is looked at beside it, where a kink is the reason.

    Raises:
        CannotRun: the loss does not run on exact numbers, or differs on them from what it is in floats.
    """
    if size_of(point.arrays) > MOST_PARAMETERS:
        raise CannotRun(f"there are more than {MOST_PARAMETERS:,} parameters")
    run = loss_run(student, point)
    derivatives = run.derivatives()
    held.against_exact_loss(student, point, run, derivatives, seed)
    sides = _sides(student, point, derivatives)
    with flint.ctx.workprec(PRECISION):
        found, by_formula = _judged(student, point, run, sides, seed)
        jumps = _jumps(student, point, found, seed) if run.tape.ties else np.zeros(len(by_formula), bool)
        found = dataclasses.replace(found, at_kink=bool(jumps.any()))
        by_floats = (found.outcome == Outcome.WRONG) & ~by_formula
        return _beside_kinks(student, point, found, jumps | (sides.unclear & by_floats), seed)


def formulas_compared(student: Student, point: Point) -> GradientComparison:
    """The formulas alone, for a search at many points: what differs by so little that rounding may do it counts as right.

    Raises:
        Exception: whatever the code says to the point.
    """
    run = loss_run(student, point)
    derivatives = run.derivatives()
    yours, _ = gradient_run(student, point)
    loss, found = centers(derivatives), centers(yours)
    with flint.ctx.workprec(PRECISION):
        gaps = centers([one - other for one, other in zip(yours, derivatives, strict=True)])
    largest = max(np.max(np.abs(loss), initial=0.0), np.max(np.abs(found), initial=0.0))
    outcome = np.where(np.abs(gaps) > constants.SMALL * largest, Outcome.WRONG, Outcome.RIGHT)
    compared = GradientComparison(Places.of(point.arrays), loss, found, outcome, 0.0, 0, 0, True, EXACT)
    at_kink = compared.wrong and run.tape.ties > 0 and bool(_jumps(student, point, compared, 0).any())
    return dataclasses.replace(compared, at_kink=at_kink)


def _sides(student: Student, point: Point, derivatives: list[arb]) -> _Sides:
    places, returned = Places.of(point.arrays), student.gradient_at(point)
    floats = places.join(returned)
    try:
        yours, tape = gradient_run(student, point)
    except Exception as error:  # whatever it is, it did not happen in floats
        wide = point.widened()
        with jax.enable_x64(True):
            returned = student.gradient_at(wide)
            allowed = allowed_by_array(student, wide, coarsest(returned, wide.arrays))
        return _Sides(derivatives, None, places.join(returned), places.repeat(allowed), False, reason(error))
    finfo = jax.numpy.finfo(coarsest(returned, point.arrays, casts=tape.casts))
    for each in (point.with_exact_data, lambda: point):  # so that balls bound the rounding of arithmetic on data, too
        try:
            balls, rounded = gradient_run(student, each(), finfo.nmant + 1)
        except Exception:  # such as a root of a ball that holds numbers below 0
            continue
        return _Sides(derivatives, yours, floats, FACTOR * (radii(balls) + float(finfo.tiny)), rounded.unclear > 0)
    return _Sides(derivatives, yours, floats, np.full(len(yours), np.inf), True)


def _judged(
    student: Student, point: Point, run: ExactLoss, sides: _Sides, seed: int
) -> tuple[GradientComparison, np.ndarray]:
    """The comparison, kinks apart, and where it is the formula that is wrong, not what floats make of it."""
    places = Places.of(point.arrays)
    loss = centers(sides.loss)
    exact = sides.yours is not None
    yours = sides.returned if sides.yours is None else centers(sides.yours)
    zero = np.array([ball.contains(0) for ball in sides.loss])
    largest = float(np.max(np.abs(loss[~zero]), initial=0.0))
    nothing = max(2.0**-SHARP * largest, 2.0**-NOTHING * abs(float(run.number.value)))
    equal, by_formula, excused = _formulas(student, point, sides, nothing, seed)
    outcome = np.where(by_formula, Outcome.WRONG, Outcome.RIGHT)
    difference = np.abs(sides.returned - (yours if exact else loss))
    with np.errstate(all="ignore"):
        excess = np.where(difference > 0, difference / sides.allowed, 0.0)
    outcome[~(excess <= 1)] = Outcome.WRONG
    scale = places.repeat({path: np.max(np.abs(loss[span]), initial=0.0) for path, span in places.spans.items()})
    if not exact:
        loose = (sides.allowed > TIGHT * scale) & (sides.returned != loss)
        outcome[(outcome == Outcome.RIGHT) & loose] = Outcome.UNDECIDED
    silent = (outcome == Outcome.RIGHT) & zero & (np.abs(yours) <= nothing)
    outcome[silent] = Outcome.SILENT
    cancelled: tuple[str, ...] = ()
    if silent.any():
        sizes = centers(run.derivatives(sizes=True)) > nothing
        cancelled = tuple(path for path, span in places.spans.items() if np.all(sizes[span] & silent[span]))
    known = (outcome == Outcome.RIGHT) & (scale > 0)
    strayed = float(np.max(difference[known] / scale[known], initial=0.0)) if exact else 0.0
    worst = float(excess[outcome == Outcome.RIGHT].max(initial=0.0))
    refused = () if exact else (f"your gradient on exact numbers: {sides.why}",)
    known = (worst, int(equal.sum()), excused, exact, EXACT, refused)
    return GradientComparison(places, loss, yours, outcome, *known, strayed=strayed, cancelled=cancelled), by_formula


def _formulas(
    student: Student, point: Point, sides: _Sides, nothing: float, seed: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Where both formulas are equal, where they differ, and how many differ by the rounding of constants alone."""
    equal, wrong = np.zeros(len(sides.loss), bool), np.zeros(len(sides.loss), bool)
    if sides.yours is None:
        return equal, wrong, 0
    equal |= [a.overlaps(b) for a, b in zip(sides.loss, sides.yours, strict=True)]
    equal &= (radii(sides.loss) <= nothing) & (radii(sides.yours) <= nothing)
    suspects = np.flatnonzero(~equal)
    by_constants = constants.excused(student, point, suspects, sides.loss, sides.yours, seed)
    wrong[suspects[~by_constants]] = True
    return equal, wrong, int(by_constants.sum())


def _beside_kinks(
    student: Student, point: Point, found: GradientComparison, possible: np.ndarray, seed: int
) -> GradientComparison:
    """Leaves out what is wrong only because of a kink there, or within rounding of there; what is wrong beside it is wrong.

    `possible` marks the entries in which a kink may be the reason.
    """
    wrong = found.outcome == Outcome.WRONG
    if not possible[found.outcome != Outcome.SILENT].any():
        return found
    for distance in (NEAR, NEAR / 3):
        near = point.moved(distance, seed)
        try:
            run = loss_run(student, near)
            there, _ = _judged(student, near, run, _sides(student, near, run.derivatives()), seed)
        except Exception:  # the code does not take other parameters
            continue
        # What is right at a kink by its convention only is wrong beside it.
        beside = possible & (there.outcome == Outcome.WRONG)
        outcome = np.where(possible & wrong, Outcome.KINK, found.outcome)
        return dataclasses.replace(found, outcome=np.where(beside, Outcome.WRONG, outcome))
    return dataclasses.replace(found, outcome=np.where(possible & wrong, Outcome.UNDECIDED, found.outcome))


def _jumps(student: Student, point: Point, found: GradientComparison, seed: int) -> np.ndarray:
    """Where the derivative of the loss jumps at the point: where it differs between sides of it, an exact and tiny step away.

    A step in which every parameter moves crosses each kink at the point; the derivative in one parameter jumps there exactly
    if its own one-sided derivatives differ. Several kinks may cancel along one step, and hardly along several.
    """
    balls = balls_of(point.arrays)
    size = max(float(np.max(np.abs(np.float64(array)), initial=0.0)) for array in point.arrays.values()) or 1.0
    sides = [found.loss]
    for trial in range(STEPS if len(balls) <= held.FEW else 1):
        draw = np.random.default_rng((seed, trial))
        steps = draw.uniform(0.5, 1, len(balls)) * draw.choice((-size, size), len(balls))
        for sign in (1, -1):
            moved = [b + arb(float(sign * step)) * arb(2) ** -BESIDE for b, step in zip(balls, steps, strict=True)]
            found_there = or_none(lambda moved=moved: centers(loss_run(student, point, moved).derivatives()))
            sides += [] if found_there is None else [found_there]
    return np.ptp(sides, axis=0) > 2.0**-JUMP * float(np.max(np.abs(sides)))
