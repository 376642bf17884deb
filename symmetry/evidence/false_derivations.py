"""Derivations with one thing wrong, the last of its kind, to be planted in a run: each must fail."""

from collections.abc import Iterator

import numpy as np
import sympy

from symmetry.array import Array
from symmetry.cases import Scalar
from symmetry.engine.conclude import Setting, Sides
from symmetry.engine.derive import AnyStep, Run, Step
from symmetry.numbers.symbol import Symbol

M = sympy.Symbol("m", integer=True, nonnegative=True)
J = sympy.Idx("j", M)
A = sympy.IndexedBase("a", shape=(M,))


def off_at_the_end(array: Array) -> Symbol:
    """The array with 1 added to its last entry."""
    wrong = np.array(array, dtype=object)
    wrong.flat[-1] += 1
    return Symbol.of(wrong)


def law(array: Scalar):
    """2 a = a + a, twice."""
    return (2 * array, 2 * array), (array + array, array + array)


def false_law(array: Scalar):
    """The same; but the second of its left sides is wrong in the last entry."""
    return (2 * array, off_at_the_end(2 * array)), (array + array, 2 * array)


def _setting(at) -> Setting:
    return Setting({"array": at.array("a", M)}, at)


def _step(right: sympy.Expr, *places: str) -> Step:
    """A step that concludes in these places of the law: it is true of 2 a."""
    sides = tuple(Sides(_setting, place, (J,), widths=(M,)) for place in places)
    return Step("The sides of the law.", (A[J] + 1) ** 2 - A[J] ** 2 - 1, right, concludes=sides)


WHOLE = _step(2 * A[J], "[0]", "[1]")
"""The one step that the law needs."""


def no_fault(fault: str = "") -> Iterator[AnyStep]:
    """All that the law needs."""
    yield WHOLE


def a_false_step(fault: str = "") -> Iterator[AnyStep]:
    """Among steps that carry the law, one is false."""
    yield WHOLE
    yield Step("False.", (A[J] + 1) ** 2, A[J] ** 2 + 2 * A[J] + 2)
    yield WHOLE


def a_false_last_step(fault: str = "") -> Iterator[AnyStep]:
    """After steps that carry the law, the last is false."""
    yield WHOLE
    yield _step(3 * A[J], "[1]")


def a_false_run(fault: str = "") -> Iterator[AnyStep]:
    """The program's last entry is not that of the formula."""
    yield Run("Wrong at the end.", lambda at: off_at_the_end(at.array("a", M)), A[J], (J,), (M,))
    yield WHOLE


def a_part_of_the_law(fault: str = "") -> Iterator[AnyStep]:
    """It ends before the last place of the law."""
    yield _step(2 * A[J], "[0]")
