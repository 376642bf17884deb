"""What rounding is allowed in code that does not run on exact numbers: the yardstick, applied to a student's gradient."""

from collections.abc import Iterable, Mapping

import jax
import numpy as np

from symmetry.gradcheck.parameters import Arrays
from symmetry.gradcheck.student import Point, Student, or_none
from symmetry.yardstick import FACTOR, opposite_ways

SHARE = 2.0**-10
"""Share of the gradient that floats as returned may be off without a remark, and differences at most, to confirm a derivative."""

TIGHT, ROUGH = 2.0**-36, 2.0**-20
"""Share of an array's largest derivative: where more than that is allowed for, a comparison in float64 decides nothing; the
second where the derivative is found by differences."""


def allowed_by_array(student: Student, point: Point, dtype: np.dtype | type) -> dict[str, float]:
    """What rounding is allowed in every entry of each array of the gradient.

    It is 16 times the largest of three: the array's spread, which is how far any entry of it moves when every parameter moves
    by one unit in the last place of `dtype`; in float64, what any entry is off by when the code runs in float32, times the
    ratio of the units, since numbers that cancel are rounded on the way; and one unit in the last place of the largest entry
    of all. Inputs and targets stay: they may stand for categories.
    """
    kind = np.dtype(dtype)
    with jax.enable_x64(kind == np.float64):
        still = student.gradient_at(point)
        unit = float(jax.numpy.finfo(kind).eps)
        spreads = []
        for step in (unit, -unit):
            moved = point.changed(lambda array, step=step: np.asarray(array * (1 + step * opposite_ways(array.shape))))
            spreads.append(gaps_between(student.gradient_at(moved), still))
        if kind == np.float64:
            ratio = unit / float(np.finfo(np.float32).eps)
            # Nothing where that overflows, or the code asks for its own type.
            single = or_none(lambda: student.gradient_at(point.converted(np.dtype(np.float32)))) or {}
            finite = {path: array for path, array in single.items() if np.isfinite(np.float64(array)).all()}
            spreads.append({path: ratio * gap for path, gap in gaps_between(finite, still).items()})
    largest = max(np.max(np.abs(np.float64(array)), initial=0.0) for array in still.values())
    return {path: FACTOR * max(unit * largest, *(spread.get(path, 0.0) for spread in spreads)) for path in still}


def coarsest(*trees: Mapping[str, np.ndarray], casts: Iterable[np.dtype] = ()) -> np.dtype:
    """The float type with the largest unit among arrays, such as gradients and parameters, and types that code cast to."""
    types = [*(np.asarray(array).dtype for tree in trees for array in tree.values()), *casts]
    floats = [dtype for dtype in types if dtype.kind not in "iubO"]
    return max(floats or [np.dtype(np.float64)], key=lambda dtype: jax.numpy.finfo(dtype).eps)


def gaps_between(one: Arrays, other: Arrays) -> dict[str, float]:
    """The largest difference of any entry, for each array that the first has."""
    return {path: float(np.max(np.abs(np.float64(one[path]) - np.float64(other[path])), initial=0.0)) for path in one}
