"""A derivative is trusted only once differences of the loss itself, along dense random directions, agree with it.

This finds code that silently drops a part of a derivative: a float made on the way, a rule of JAX that is wrong, an
absolute value of a complex number.
"""

import flint
import jax
import numpy as np
from flint import arb

from symmetry.gradcheck.exact import balls_of
from symmetry.gradcheck.exact_run import ExactLoss, centers, loss_run
from symmetry.gradcheck.float_rounding import SHARE, coarsest
from symmetry.gradcheck.places import Places
from symmetry.gradcheck.student import ASIDE, Point, Student
from symmetry.gradcheck.systems import difference, rounding_of
from symmetry.gradcheck.tape import PRECISION, CannotRun
from symmetry.yardstick import FACTOR

STEP = 60
"""Bits of the step of differences on exact numbers, whose error is of the order of its square."""

LOST = 2**12
"""Units in the last place from which rounding makes stairs of a loss, which differences climb or miss."""

ROUNDED = 2.0**-40
"""Share of the terms by which a derivative in floats may be off by rounding alone."""

AGREED = 40
"""Bits to which a derivative on exact numbers must agree with differences."""

FEW = 2_000
"""Parameters up to which values are compared at a second point, too."""


def against_exact_loss(student: Student, point: Point, run: ExactLoss, derivatives: list[arb], seed: int) -> None:
    """Holds derivatives on exact numbers against the loss on exact numbers, and that against the loss in floats.

    Raises:
        CannotRun: they do not agree.
    """
    aside = point.moved(ASIDE, seed)
    precise = _check_value(student, point, run)
    with flint.ctx.workprec(PRECISION):
        if not _agrees(student, point, derivatives, precise, seed):
            # At a kink differences see the mean of both sides.
            other = loss_run(student, aside)
            precise = _check_value(student, aside, other)
            if not _agrees(student, aside, other.derivatives(), precise, seed):
                raise CannotRun("its derivative there is not what differences of the loss find")
        elif run.size <= FEW:
            _check_value(student, aside, loss_run(student, aside, remembers=False))


def _agrees(student: Student, point: Point, derivatives: list[arb], precise: bool, seed: int) -> bool:
    # What JAX traced can hold no float that a number was turned into.
    in_floats = student.in_jax or not precise or _agrees_in_floats(student, point, derivatives, seed)
    return in_floats and _agrees_exactly(student, point, derivatives, seed)


def _agrees_in_floats(student: Student, point: Point, derivatives: list[arb], seed: int) -> bool:
    """Whether differences of the loss in floats find the derivative, as far as they can tell."""
    wide = point.widened()
    places = Places.of(wide.arrays)
    row = np.random.default_rng((seed, 0)).normal(size=places.size)
    estimate, error = difference(student, wide, places.split(row), rounding_of(student, wide))
    terms = row * centers(derivatives)
    size = float(np.sum(np.abs(terms)))
    return not error <= SHARE * size or abs(float(np.sum(terms)) - estimate) <= FACTOR * error + ROUNDED * size


def _agrees_exactly(student: Student, point: Point, derivatives: list[arb], seed: int) -> bool:
    draw = np.random.default_rng((seed, 1))
    balls = balls_of(point.arrays)
    direction = [arb(float(r)) for r in draw.normal(size=len(balls))]
    step = arb(2) ** -STEP
    try:
        ends = [[b + sign * step * d for b, d in zip(balls, direction, strict=True)] for sign in (1, -1)]
        up, down = (loss_run(student, point, end, remembers=False).number.value for end in ends)
    except CannotRun:
        raise
    except Exception as error:
        raise CannotRun(f"the loss fails beside the point: {error}") from error
    terms = [rate * d for rate, d in zip(derivatives, direction, strict=True)]
    size = float(sum((abs(term) for term in terms), arb(0)).abs_upper())
    gap = (up - down) / (2 * step) - sum(terms, arb(0))
    # The rounding of the difference itself is in its ball.
    known = float(gap.rad()) <= 2.0**-AGREED * (size + 1)
    return known and float(gap.abs_lower()) <= 2.0**-AGREED * size


def _check_value(student: Student, point: Point, exact: ExactLoss) -> bool:
    """Whether the loss keeps its digits in floats; it is the same function as on exact numbers, within what rounding does.

    Raises:
        CannotRun: it is another function.
    """
    kind = coarsest(point.arrays, casts=exact.tape.casts)
    unit = float(jax.numpy.finfo(kind).eps)
    try:
        ball = loss_run(student, point, bits=jax.numpy.finfo(kind).nmant + 1, remembers=False).number.value
        floats = float(student.loss_at(point))
    except CannotRun:
        raise
    except Exception:  # such as a logarithm of a ball that holds 0
        return False
    if not ball.is_finite():
        return False
    radius = float(ball.rad())
    if not abs(floats - float(exact.number.value)) <= FACTOR * (radius + unit * abs(floats)):
        raise CannotRun(f"the loss is {float(exact.number.value):.6g} there, and {floats:.6g} in floats")
    return radius <= LOST * unit * abs(floats)
