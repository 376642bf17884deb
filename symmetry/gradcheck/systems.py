"""Ways to differentiate a student's loss, the most exact first: each runs the student's own code.

exact numbers (NumPy code), `jax.jvp` in float64 (JAX code), the complex step (NumPy code that is large or refuses exact
numbers), and high-order differences, which run anything and are weaker evidence.
"""

import dataclasses
import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.exact import Number, constant, constants_like, inputs_like, objects_of, values_of
from symmetry.gradcheck.parameters import Arrays, size_of
from symmetry.gradcheck.probes import MOST_ENTRIES, Probe, values_at
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.tape import PRECISION, CannotRun, recording


@dataclasses.dataclass(frozen=True)
class Derivatives:
    """The derivatives of the loss along probes, and the student's gradient along them.

    Attributes:
        loss: along each probe, as float64.
        yours: the same from the student's gradient, run in float64 or in exact numbers.
        equal: where both are exact and their balls of 256 bits overlap.
        error: what is known of each derivative's own error beyond rounding; infinite where it cannot be told.
        on_balls: whether the student's gradient ran on balls, too.
    """

    loss: np.ndarray
    yours: np.ndarray
    equal: np.ndarray
    error: np.ndarray
    on_balls: bool = False


@dataclasses.dataclass(frozen=True)
class System:
    """A way to differentiate, with the words that say what its evidence is."""

    name: str
    words: str
    weaker: bool
    derivatives: Callable[[Student, Point, list[Probe]], Derivatives]


SHARP = 128
"""Bits, relative to the largest derivative, that a ball must have for its overlap with another to count."""


def _exact(student: Student, point: Point, probes: list[Probe]) -> Derivatives:
    arrays: Arrays = dict(point.arrays)
    if size_of(arrays) > MOST_ENTRIES:
        raise CannotRun(f"there are more than {MOST_ENTRIES:,} parameters")
    with recording() as tape:
        inputs = inputs_like(tape, arrays)
        returned = student.loss_at(dataclasses.replace(point, arrays=inputs))
        rates = iter(tape.derivatives(_followed(returned, tape.converted), size_of(arrays)))
        loss = {
            path: objects_of(array.shape, [next(rates) for _ in range(array.size)]) for path, array in arrays.items()
        }
    yours = gradient_on_balls(student, point, PRECISION)
    zero = np.zeros(len(probes))
    if yours is None:
        floats = student.gradient_at(point.widened(), arrays)
        return Derivatives(values_at(probes, loss), values_at(probes, floats), zero.astype(bool), zero)
    pairs = [(probe.of(loss), probe.of(yours)) for probe in probes]
    # Wide balls overlap with anything, so they show nothing.
    widest = 2.0**-SHARP * max(float(abs(ball.mid())) for pair in pairs for ball in pair)
    equal = np.array([one.overlaps(two) and max(one.rad(), two.rad()) <= widest for one, two in pairs])
    return Derivatives(values_at(probes, loss), values_at(probes, yours), equal, zero, on_balls=True)


def gradient_on_balls(student: Student, point: Point, bits: int) -> dict[str, Any] | None:
    """The student's gradient on balls of so many bits, whose radii bound its rounding; None if it does not run on them."""
    arrays: Arrays = dict(point.arrays)
    with recording(bits):
        inputs = constants_like(arrays)
        try:
            return student.gradient_at(dataclasses.replace(point, arrays=inputs), arrays, values_of)
        except Exception:  # whatever it is, it did not happen in floats
            return None


def _followed(returned: Any, converted: list[Number]) -> Number:
    """The exact number that a loss returned, which it may have made a float at the very end."""
    if isinstance(returned, float) and converted and returned == float(converted[0].value):
        return converted[0]
    number = constant(returned)
    if number is None or (converted and number.node is None):
        raise CannotRun(f"the loss comes out as a {type(returned).__name__}")
    return number


CHUNK = 64
"""Directions that are differentiated along at once in JAX."""


def _forward_mode(student: Student, point: Point, probes: list[Probe]) -> Derivatives:
    with jax.enable_x64(True):
        return _in_float64(student, point.widened(), probes)


def _in_float64(student: Student, wide: Point, probes: list[Probe]) -> Derivatives:
    arrays = {path: jnp.asarray(array) for path, array in wide.arrays.items()}

    def rates(arrays: dict[str, Any], directions: dict[str, Any], x: Any, y: Any) -> Any:
        def along(direction: dict[str, Any]) -> Any:
            return jax.jvp(lambda moved: student.loss_at(Point(moved, x, y)), (arrays,), (direction,))[1]

        return jax.vmap(along)(directions)

    found = []
    for start in range(0, len(probes), CHUNK):
        directions = [probe.direction(dict(wide.arrays)) for probe in probes[start : start + CHUNK]]
        stacked = {path: jnp.asarray(np.stack([each[path] for each in directions])) for path in arrays}
        found.append(np.asarray(student.run(rates, arrays, stacked, wide.x, wide.y), float))
    return _beside_gradient(np.concatenate(found), student, wide, probes)


def _beside_gradient(
    loss: np.ndarray, student: Student, point: Point, probes: list[Probe], error: np.ndarray | None = None
) -> Derivatives:
    arrays: Arrays = dict(point.arrays)
    gradient = student.gradient_at(point, arrays)
    none, zero = np.zeros(len(probes), bool), np.zeros(len(probes))
    return Derivatives(loss, values_at(probes, gradient), none, zero if error is None else error)


STEP = 2.0**-400
"""The imaginary step, whose square is nothing beside 1."""


def _complex_step(student: Student, point: Point, probes: list[Probe]) -> Derivatives:
    """Im L(theta + i h V) / h: NumPy's complex numbers as duals, since h^2 vanishes (squire1998using).

    Code that takes an absolute value loses the derivative silently, so differences must agree along dense directions.
    """
    wide = point.widened()

    def along(direction: dict[str, np.ndarray]) -> float:
        moved = {
            path: array + 1j * STEP * direction[path] if direction[path].any() else array
            for path, array in wide.arrays.items()
        }
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            returned = student.loss_at(dataclasses.replace(wide, arrays=moved))
        if not np.iscomplexobj(returned):
            raise CannotRun("the loss comes out as a real number")
        return float(np.imag(returned)) / STEP

    if not student.takes_complex:
        student.takes_complex.append(_agrees_with_differences(along, student, wide))
    if not student.takes_complex[0]:
        raise CannotRun("complex numbers lose a part of the derivative")
    loss = np.array([along(probe.direction(dict(wide.arrays))) for probe in probes])
    return _beside_gradient(loss, student, wide, probes)


def _agrees_with_differences(along: Callable, student: Student, point: Point) -> bool:
    """Whether derivatives along three dense directions are what differences find, within their own error."""
    draw, size = np.random.default_rng(0), size_of(dict(point.arrays))
    for _ in range(3):
        dense = {path: draw.normal(size=array.shape) / size**0.5 for path, array in point.arrays.items()}
        estimate, error = _difference(student, point, dense)
        if not abs(along(dense) - estimate) <= 16 * error:
            return False
    return True


def _differences(student: Student, point: Point, probes: list[Probe]) -> Derivatives:
    wide = point.widened()
    found = [_difference(student, wide, probe.direction(dict(wide.arrays))) for probe in probes]
    estimates, errors = (np.array(each) for each in zip(*found, strict=True))
    return _beside_gradient(estimates, student, wide, probes, errors)


STEPS = (2.0**-5, 2.0**-8, 2.0**-11, 2.0**-14)
"""Largest steps of differences, tried in turn: a kink nearer than the step shows in the estimated error."""

LEVELS = 4
"""Central differences at steps halved each time; extrapolated, they leave an error of order step^8."""


def _difference(student: Student, point: Point, direction: dict[str, np.ndarray]) -> tuple[float, float]:
    """A derivative by Richardson's extrapolation of central differences, and an estimate of its error."""
    best = (0.0, np.inf)
    for step in STEPS:
        estimate, error = _extrapolated(student, point, direction, step)
        if error < best[1]:
            best = (estimate, error)
        if error <= 1e-10 * max(abs(estimate), 1e-3):
            break
    return best


def _extrapolated(student: Student, point: Point, direction: dict, step: float) -> tuple[float, float]:
    largest = 0.0

    def loss(amount: float) -> float:
        nonlocal largest
        moved = {path: array + amount * direction[path] for path, array in point.arrays.items()}
        value = float(student.loss_at(dataclasses.replace(point, arrays=moved)))
        largest = max(largest, abs(value))
        return value

    row: list[float] = []
    previous: list[float] = []
    for level in range(LEVELS):
        h = step / 2**level
        fresh = [(loss(h) - loss(-h)) / (2 * h)]
        for order, coarse in enumerate(row, 1):
            fresh.append(fresh[-1] + (fresh[-1] - coarse) / (4**order - 1))
        previous, row = row, fresh
    rounding = np.finfo(float).eps * largest / (step / 2 ** (LEVELS - 1))
    return row[-1], abs(row[-1] - previous[-1]) + rounding


EXACT = System(
    "exact numbers",
    "your loss ran on exact numbers of 256 bits, which gave its derivative in every entry",
    False,
    _exact,
)
FORWARD_MODE = System("jax.jvp", "jax.jvp differentiated your loss forwards, in float64", False, _forward_mode)
COMPLEX_STEP = System(
    "complex step",
    "your loss ran on complex numbers with a vanishing imaginary step, which gave its derivative to rounding",
    False,
    _complex_step,
)
DIFFERENCES = System(
    "differences",
    "high-order differences of your loss, weaker evidence than its exact derivative",
    True,
    _differences,
)


def systems_for(student: Student) -> tuple[System, ...]:
    """The systems to try, in turn."""
    if student.in_jax:
        return (FORWARD_MODE, DIFFERENCES)
    if student.quick:
        return (COMPLEX_STEP, DIFFERENCES)
    return (EXACT, FORWARD_MODE, COMPLEX_STEP, DIFFERENCES)


def differentiate(student: Student, point: Point, probes: list[Probe]) -> tuple[System, Derivatives, list[str]]:
    """The derivatives by the most exact system that runs the student's code, and why those before it do not."""
    refused = []
    for system in systems_for(student):
        try:
            return system, system.derivatives(student, point, probes), refused
        except Exception as error:
            if system is DIFFERENCES:
                raise
            refused.append(f"{system.name}: {_reason(error)}")
    raise AssertionError("differences run whatever runs at all")


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text else type(error).__name__
