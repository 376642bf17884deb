"""A student's loss and gradient run on exact numbers: every derivative of the one, and every entry of the other, as balls."""

import dataclasses
from collections.abc import Callable

import numpy as np
from flint import arb

from symmetry.gradcheck.exact import ExactNumber, constant, inputs_like, values_of
from symmetry.gradcheck.parameters import size_of
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

    def derivatives(self, sizes: bool = False) -> list[arb]:
        """In every parameter, in the order of the places; or what their contributions' sizes add up to."""
        return self.tape.derivatives(self.number, self.size, sizes)


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

    def run(nudge: float, observer: Observer | None = None) -> tuple[ExactNumber, Tape]:
        with recording(bits, remembers, observer) as tape:
            inputs = inputs_like(tape, point.arrays, balls)
            tape.nudge, tape.wobble = nudge, wobble
            return _followed(student.loss_at(point.at({**inputs})), tape), tape

    number, tape = run(0.0, observer)
    if tape.converted and not _same([number.value], [run(NUDGE)[0].value]):
        raise CannotRun(STORES_FLOATS)
    return ExactLoss(number, tape, size_of(point.arrays))


def gradient_run(
    student: Student, point: Point, bits: int = PRECISION, wobble: Callable | None = None
) -> tuple[list[arb], Tape]:
    """Runs the gradient on exact numbers: its entries, in the order of the places.

    Raises:
        CannotRun: it loses numbers on the way to floats, and depends on them.
    """

    def run(nudge: float) -> tuple[list[arb], Tape]:
        with recording(bits, remembers=False) as tape:
            inputs = inputs_like(tape, point.arrays)
            tape.nudge, tape.wobble = nudge, wobble
            found = student.gradient_at(point.at({**inputs}), values_of)
            return [ball for path in point.arrays for ball in found[path].ravel()], tape

    found, tape = run(0.0)
    if tape.converted and not _same(found, run(NUDGE)[0]):
        raise CannotRun(STORES_FLOATS)
    return found, tape


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
