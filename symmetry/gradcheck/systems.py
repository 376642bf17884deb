"""Ways to differentiate a student's loss along a direction, the most exact first: each runs the student's own code.

Exact numbers come first and have files of their own. Code that does not run on them is differentiated by `jax.jvp` in
float64 (JAX), the complex step (NumPy), or high-order differences, which run anything and are weaker evidence.
"""

import dataclasses
import warnings
from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.parameters import Leaf, Leaves
from symmetry.gradcheck.student import Point, Student, or_none
from symmetry.gradcheck.tape import CannotRun
from symmetry.yardstick import FACTOR

Direction = Mapping[str, np.ndarray]
"""How far each parameter moves, as arrays like the parameters."""

Derivative = tuple[float, float]
"""A derivative, and what is known of its own error; infinite where it is unknown."""


@dataclasses.dataclass(frozen=True)
class System:
    """A way to differentiate, with a sentence that says what its evidence is, "your loss ..."."""

    name: str
    words: str


@dataclasses.dataclass(frozen=True)
class FloatSystem(System):
    """A way that finds, of a student and a point in float64, the derivative along directions."""

    along: Callable[[Student, Point, list[Direction]], list[Derivative]]


RATIO = float(np.finfo(np.float64).eps / np.finfo(np.float32).eps)
"""How much finer float64 is than float32."""

CHUNK = 64
"""Directions that are differentiated along at once in JAX."""


def _forward_mode(student: Student, point: Point, directions: list[Direction]) -> list[Derivative]:
    with jax.enable_x64(True):
        chunks = [directions[start : start + CHUNK] for start in range(0, len(directions), CHUNK)]
        found = [rate for chunk in chunks for rate in _rates(student, point, chunk, np.dtype(np.float64))]
        try:  # how much of the derivative is rounding shows in float32
            single = np.dtype(np.float32)
            narrow = _rates(student, point.converted(single), directions[:CHUNK], single)
        except Exception:  # the code asks for its own type
            narrow = [np.inf] * len(directions[:CHUNK])
    return list(zip(found, _errors(found, narrow, RATIO), strict=True))


def _rates(student: Student, point: Point, directions: list[Direction], dtype: np.dtype) -> list[float]:
    arrays = {path: jnp.asarray(array, dtype) for path, array in point.arrays.items()}
    stacked = {path: jnp.asarray(np.stack([each[path] for each in directions]), dtype) for path in arrays}

    def along(direction: Leaves) -> jax.Array:
        return jax.jvp(lambda moved: student.loss_at(point.at(moved)), (arrays,), (direction,))[1]

    return np.asarray(jax.vmap(along)(stacked), float).tolist()


def _errors(found: list[float], other: list[float], ratio: float) -> list[float]:
    """The rounding of derivatives: the largest relative gap to others of another precision, times a ratio of units."""
    first = np.array(found[: len(other)])
    gaps = np.abs(first - np.array(other))
    size = np.max(np.abs(first), initial=0.0)
    if not size:
        return [0.0 if not np.any(gaps) else np.inf] * len(found)
    share = ratio * float(np.max(gaps, initial=0.0)) / size if np.isfinite(gaps).all() else np.inf
    return [share * max(abs(rate), size) for rate in found]


LONGER = 2
"""Directions in which the complex step is taken in NumPy's longest floats, which are slow, too."""

STEP = 2.0**-400
"""The imaginary step, whose square is nothing beside 1."""


def _complex_step(student: Student, point: Point, directions: list[Direction]) -> list[Derivative]:
    """Im L(theta + i h V) / h: NumPy's complex numbers as duals, since h^2 vanishes (squire1998using).

    Along a few directions it runs in NumPy's longest floats, too: the difference is what rounding does.
    """
    usual = [_complex_derivative(student, point, direction, np.complex128) for direction in directions]
    wide = [_complex_derivative(student, point, direction, np.clongdouble) for direction in directions[:LONGER]]
    return list(zip(usual, _errors(usual, wide, 1.0), strict=True))


def _complex_derivative(student: Student, point: Point, direction: Direction, kind: type) -> float:
    moved = {path: array.astype(kind) for path, array in point.arrays.items()}
    for path in moved:
        if direction[path].any():
            moved[path] = np.asarray(moved[path] + kind(1j) * kind(STEP) * direction[path])
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        returned = student.loss_at(point.at(moved))
    if not np.iscomplexobj(returned):
        raise CannotRun("the loss comes out as a real number")
    return float(np.imag(returned) / STEP)


def _differences(student: Student, point: Point, directions: list[Direction]) -> list[Derivative]:
    rounded = rounding_of(student, point)
    return [difference(student, point, direction, rounded) for direction in directions]


STEPS = (2.0**-5, 2.0**-8, 2.0**-11, 2.0**-14)
"""Largest steps of differences, tried in turn, over the length of the direction."""

FINE = (2.0**-14, 2.0**-20)
"""Steps at which estimates are held against simpler ones: what is narrower than a step, such as a kink, shows there."""

LEVELS, FEWER = 4, 2
"""Central differences at steps halved each time; extrapolated, they leave an error of order step^8, or step^4."""

GOOD = 1e-10
"""Relative error at which no smaller step is tried."""


def difference(student: Student, point: Point, direction: Direction, rounded: float) -> Derivative:
    """A derivative by Richardson's extrapolation of central differences, and an estimate of its error.

    The error is that of the extrapolation, that of rounding, and what finer steps contradict beyond their own rounding.

    `rounded` is the rounding of the loss there, as `rounding_of` finds it.
    """
    length, best = _length(direction), (0.0, np.inf)
    with np.errstate(all="ignore"):
        fine = [_extrapolated(student, point, direction, step / length, FEWER, rounded) for step in FINE]
        for step in STEPS:
            estimate, spread, rounding = _extrapolated(student, point, direction, step / length, LEVELS, rounded)
            contradicted = max(abs(estimate - each) - FACTOR * noise for each, _, noise in fine)
            error = spread + rounding + max(contradicted, 0.0)
            if error < best[1]:
                best = (estimate, error)
            if error <= GOOD * max(abs(estimate), 1e-3):
                break
    return best


def has_kink(student: Student, point: Point, direction: Direction, rounded: float) -> bool:
    """Whether the slopes of the loss to both sides differ by what does not shrink with the step; arguments as above."""
    still, gaps = float(student.loss_at(point)), []
    for step in FINE:
        h = step / _length(direction)
        up, down = (float(student.loss_at(point.along(direction, amount))) for amount in (h, -h))
        noise = 4 * max(float(np.finfo(float).eps) * abs(still), rounded) / h
        gaps.append((abs(up - 2 * still + down) / h, noise))
    (far, _), (near, noise) = gaps
    return near > FACTOR * noise and near > far / FACTOR


def _length(direction: Direction) -> float:
    return float(np.sqrt(sum(np.sum(np.square(each)) for each in direction.values())))


def _extrapolated(
    student: Student, point: Point, direction: Direction, step: float, levels: int, rounded: float
) -> tuple[float, float, float]:
    """An estimate, how far the last extrapolation moved it, and what rounding may do to it; NaN where the code fails."""
    values: list[Leaf] = []

    def loss(amount: float) -> float:
        values.append(student.loss_at(point.along(direction, amount)))
        return float(values[-1])

    row: list[float] = []
    previous: list[float] = []
    try:
        for level in range(levels):
            h = step / 2**level
            fresh = [(loss(h) - loss(-h)) / (2 * h)]
            for order, coarse in enumerate(row, 1):
                fresh.append(fresh[-1] + (fresh[-1] - coarse) / (4**order - 1))
            previous, row = row, fresh
    except Exception:  # the code does not take such parameters
        return np.nan, np.nan, np.nan
    floats = np.array([float(value) for value in values])
    # A loss that is rounded to float32 at its end has no more digits than that.
    narrow = bool(np.all(np.float32(floats) == floats))
    unit = float(np.finfo(np.float32 if narrow else np.float64).eps)
    noise = max(unit * float(np.max(np.abs(floats))), rounded)
    return row[-1], abs(row[-1] - previous[-1]), noise / (step / 2 ** (levels - 1))


def rounding_of(student: Student, point: Point) -> float:
    """How far the loss is from itself in NumPy's longest floats; 0 for JAX, and where it does not run on them."""
    if student.in_jax:
        return 0.0
    longer = point.at({path: array.astype(np.longdouble) for path, array in point.arrays.items()})
    return or_none(lambda: abs(float(student.loss_at(longer)) - float(student.loss_at(point)))) or 0.0


EXACT = System("exact numbers", "your loss ran on exact numbers of 256 bits, which gave its derivative in every entry")
FORWARD_MODE = FloatSystem("jax.jvp", "jax.jvp differentiated your loss forwards, in float64", _forward_mode)
COMPLEX_STEP = FloatSystem(
    "complex step",
    "your loss ran on complex numbers with a vanishing imaginary step, which gave its derivative to rounding",
    _complex_step,
)
DIFFERENCES = FloatSystem(
    "differences", "high-order differences of your loss, weaker evidence than its exact derivative", _differences
)


def reason(error: Exception) -> str:
    """The first line of what an error says."""
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text else type(error).__name__
