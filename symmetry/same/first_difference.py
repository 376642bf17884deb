"""The first value at which two programs of like structure part, and what differs in the equation that computes it."""

import dataclasses
import difflib
from collections.abc import Sequence

import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

from symmetry.gradcheck.exact import values_of
from symmetry.same.arithmetic import EXACT
from symmetry.same.comparison import WIDE, centres, distances
from symmetry.same.evaluate import Arithmetic
from symmetry.same.pair import Pair
from symmetry.same.places import place_of
from symmetry.same.points import Point
from symmetry.wording import shortened
from symmetry.yardstick import FACTOR

MOST_STEPS = 3_000
"""Equations up to which two runs are matched."""


@dataclasses.dataclass(frozen=True)
class FirstDifference:
    """An equation of both programs whose results differ while those of all matched ones before it agree.

    Attributes:
        primitive: what it does, such as `add`.
        number: its number among the equations of f that depend on parameters or inputs, from 1.
        lines: where it stands in f and in g; "" if that is unknown.
        place: the entry where its results differ the most.
        values: its values there, of f and of g.
        why: what differs in the equation itself, such as a constant; "" if its operands do.
    """

    primitive: str
    number: int
    lines: tuple[str, str]
    place: tuple[int, ...]
    values: tuple[float, float]
    why: str


@dataclasses.dataclass(frozen=True)
class _Step:
    number: int
    equation: JaxprEqn
    operands: tuple[np.ndarray, ...]
    outcome: np.ndarray

    @property
    def key(self) -> tuple[str, tuple[int, ...]]:
        return self.equation.primitive.name, self.outcome.shape


class _Steps(Arithmetic):
    """Another arithmetic, which keeps every equation with its operands and result."""

    def __init__(self, inner: Arithmetic) -> None:
        self.inner = inner
        self.steps: list[_Step] = []
        self.count = 0

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        result = self.inner.rounded(equation, place, operands, outcome)
        self.count += 1
        if equation.primitive.name not in EXACT:
            self.steps.append(_Step(self.count, equation, tuple(map(np.asarray, operands)), np.asarray(result)))
        return result


def first_difference(pair: Pair, point: Point, level: float) -> FirstDifference | None:
    """The first matched equations whose results differ; None if no matched ones do.

    Equations match that do the same to arrays of the same shapes, in the same order; what only moves or chooses entries is
    left out. If not all match, only those are looked at whose operands agree. `level` is a share of the largest number:
    differences up to it are rounding.
    """
    runs = []
    for place in (0, 1):
        arithmetic = _Steps(pair.system.arithmetic())
        pair.run(place, point, arithmetic)
        runs.append(arithmetic.steps[:MOST_STEPS])
    keys = [[step.key for step in steps] for steps in runs]
    same = keys[0] == keys[1]
    blocks = difflib.SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    for number, other in [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]:
        one, two = runs[0][number], runs[1][other]
        why = _why(one.equation, two.equation)
        if not _agree(one.outcome, two.outcome, WIDE if why else level) and (same or _operands_agree(one, two, level)):
            return _found(one, two, why)
    return None


def _operands_agree(one: _Step, other: _Step, level: float) -> bool:
    """Whether both equations get the same numbers; constants that are written in the program do not count."""
    pairs = zip(one.equation.invars, one.operands, other.operands, strict=False)
    return all(isinstance(atom, Literal) or (a.shape == b.shape and _agree(a, b, level)) for atom, a, b in pairs)


def _agree(one: np.ndarray, other: np.ndarray, level: float) -> bool:
    gaps, largest = _apart(one, other)
    return float(np.max(gaps, initial=0.0)) <= max(level, WIDE) * largest


def _apart(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """How far two arrays are apart, 0 where one is not finite, and their largest number."""
    arrays = [values_of(each) if each.dtype == object else each for each in (one, other)]
    if (arrays[0].dtype == object) != (arrays[1].dtype == object):
        arrays = [centres(each) for each in arrays]
    with np.errstate(all="ignore"):
        gaps = distances(*arrays)
    sizes = np.abs(np.nan_to_num(np.stack([centres(each) for each in arrays]), posinf=0.0, neginf=0.0))
    return np.where(np.isfinite(gaps), gaps, 0.0), float(np.max(sizes, initial=0.0))


def _found(one: _Step, other: _Step, why: str) -> FirstDifference:
    gaps, _ = _apart(one.outcome, other.outcome)
    place = tuple(int(each) for each in np.unravel_index(int(np.argmax(gaps)), gaps.shape))
    arrays = [values_of(step.outcome) if step.outcome.dtype == object else step.outcome for step in (one, other)]
    f, g = (float(centres(array)[place]) for array in arrays)
    lines = place_of(one.equation), place_of(other.equation)
    return FirstDifference(one.equation.primitive.name, one.number, lines, place, (f, g), why)


def _why(one: JaxprEqn, other: JaxprEqn) -> str:
    """What differs in two equations of one primitive: a constant, or how it is done."""
    for a, b in zip(one.invars, other.invars, strict=False):
        if isinstance(a, Literal) and isinstance(b, Literal) and _far(a.val, b.val):
            return f"its constant is {_short(a.val)} in f and {_short(b.val)} in g"
    for name, value in one.params.items():
        theirs = other.params.get(name)
        if not isinstance(value, Jaxpr | ClosedJaxpr) and name not in _UNTOLD and repr(value) != repr(theirs):
            return f"{name} is {shortened(str(value), 80)} in f and {shortened(str(theirs), 80)} in g"
    return ""


def _far(one: object, other: object) -> bool:
    """Whether two constants differ by more than rounding does."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    with np.errstate(invalid="ignore"):  # two infinities
        return bool(np.any(np.abs(a - b) > FACTOR * 2.0**-23 * np.maximum(np.abs(a), np.abs(b))))


_UNTOLD = ("sharding", "out_sharding", "jaxpr", "call_jaxpr", "name", "weak_type")
"""What JAX keeps with an equation that changes no value."""


def _short(constant: object) -> str:
    return f"{float(np.asarray(constant, np.float64)):.6g}"
