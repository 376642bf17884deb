"""A student's loss and gradient run on exact numbers: every derivative of the one, and every entry of the other, as balls."""

import dataclasses
from collections.abc import Callable

import numpy as np
from flint import arb

from symmetry.gradcheck.exact import ExactNumber, Numbers, constant, objects_of, values_of
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.tape import PRECISION, CannotRun, Observer, Tape, recording

NUDGE = 2.0**-20
"""By how much floats that the code makes of numbers are changed, to see whether the result depends on them."""

STORES_FLOATS = (
    "it turns numbers into floats (by float(...), .item(), or an array made elsewhere), which drops their derivative"
)


@dataclasses.dataclass(frozen=True)
class ExactLoss:
    """The loss on exact numbers: its value, and what was done to get it."""

    number: ExactNumber
    tape: Tape
    size: int

    def derivatives(self) -> list[arb]:
        """In every parameter, in the order of the places."""
        return self.tape.derivatives(self.number, self.size)

    def magnitudes(self) -> list[arb]:
        return self.tape.magnitudes(self.number, self.size)


def balls_of(point: Point) -> list[arb]:
    """The parameters as balls without a radius."""
    return [arb(float(entry)) for array in point.arrays.values() for entry in np.asarray(array).ravel()]


def loss_run(
    student: Student,
    point: Point,
    balls: list[arb] | None = None,
    bits: int = PRECISION,
    remembers: bool = True,
    wobble: Callable | None = None,
    observer: Observer | None = None,
) -> ExactLoss:
    """Runs the loss on exact numbers.

    `balls` are other values of the parameters; `wobble` changes the floats that the code brings in; `observer` watches the
    first run.

    Raises:
        CannotRun: the loss loses numbers on the way to floats, and depends on them.
    """
    values = balls_of(point) if balls is None else balls

    def run(nudge: float, observer: Observer | None = None) -> tuple[ExactNumber, Tape]:
        with recording(bits, remembers, observer) as tape:
            inputs = _numbers_at(point, values, tape)
            tape.nudge, tape.wobble = nudge, wobble
            returned = student.loss_at(point.at(inputs))
            return _followed(returned, tape), tape

    number, tape = run(0.0, observer)
    if tape.converted and not _same([number.value], [run(NUDGE)[0].value]):
        raise CannotRun(STORES_FLOATS)
    return ExactLoss(number, tape, len(values))


def gradient_run(
    student: Student, point: Point, bits: int = PRECISION, wobble: Callable | None = None
) -> tuple[list[arb], Tape]:
    """Runs the gradient on exact numbers: its entries, in the order of the places.

    Raises:
        CannotRun: it loses numbers on the way to floats, and depends on them.
    """
    values, places = balls_of(point), Places.of(point.arrays)

    def run(nudge: float) -> tuple[list[arb], Tape]:
        with recording(bits, remembers=False) as tape:
            inputs = _numbers_at(point, values, tape)
            tape.nudge, tape.wobble = nudge, wobble
            found = student.gradient_at(point.at(inputs), values_of)
            return [ball for path in places.shapes for ball in found[path].ravel()], tape

    found, tape = run(0.0)
    if tape.converted and not _same(found, run(NUDGE)[0]):
        raise CannotRun(STORES_FLOATS)
    return found, tape


def _numbers_at(point: Point, values: list[arb], tape: Tape) -> dict[str, np.ndarray]:
    left = iter(values)
    return {
        path: objects_of(np.shape(array), [ExactNumber(next(left), tape.input()) for _ in range(np.size(array))]).view(
            Numbers
        )
        for path, array in point.arrays.items()
    }


def _followed(returned: object, tape: Tape) -> ExactNumber:
    """The exact number that a loss returned, which it may have made a float at the very end."""
    if isinstance(returned, float | np.floating) and tape.converted:
        last = tape.converted[-1]
        if returned == type(returned)(float(last.value) * (1 + tape.nudge)):
            tape.casts |= {returned.dtype} if isinstance(returned, np.floating) else set()
            tape.converted.pop()
            return ExactNumber(last.value, last.node)
    if isinstance(returned, np.ndarray) and returned.size == 1:
        returned = returned.reshape(())[()]
    number = constant(returned)
    if number is None:
        raise CannotRun(f"the loss comes out as a {type(returned).__name__}")
    if number.node is None and tape.converted:
        raise CannotRun(STORES_FLOATS)
    return number


def _same(one: list[arb], other: list[arb]) -> bool:
    return all(a.mid() == b.mid() for a, b in zip(one, other, strict=True))


def centers(balls: list[arb]) -> np.ndarray:
    """The balls' centres as floats."""
    return np.array([float(ball) for ball in balls])


def radii(balls: list[arb]) -> np.ndarray:
    """The balls' radii as floats; infinite where a ball is not finite."""
    return np.array([float(ball.rad()) if ball.is_finite() else np.inf for ball in balls])
