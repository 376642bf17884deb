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


def two_sides(array: Scalar):
    """A law: 2 a = a + a, twice; but the second of its left sides is wrong in the last entry."""
    return (2 * array, off_at_the_end(2 * array)), (array + array, 2 * array)


def _setting(at) -> Setting:
    return Setting({"array": at.array("a", M)}, at)


def a_false_step(fault: str = "") -> Iterator[AnyStep]:
    """Of two steps, the second is false."""
    yield Step("True.", (A[J] + 1) ** 2, A[J] ** 2 + 2 * A[J] + 1)
    yield Step("False.", (A[J] + 1) ** 2, A[J] ** 2 + 2 * A[J] + 2)


def a_false_run(fault: str = "") -> Iterator[AnyStep]:
    """The program's last entry is not that of the formula."""
    yield Run("Wrong at the end.", lambda at: off_at_the_end(at.array("a", M)), A[J], (J,), (M,))


def a_part_of_the_law(fault: str = "") -> Iterator[AnyStep]:
    """It ends before the last place of the law."""
    yield next(a_law_that_computes_something_else())


def a_law_that_computes_something_else(fault: str = "") -> Iterator[AnyStep]:
    """The last of the places that the law returns is not what the last step says."""
    for place in range(2):
        yield Step(
            "The sides of the law.",
            (A[J] + 1) ** 2 - A[J] ** 2 - 1,
            2 * A[J],
            concludes=Sides(_setting, f"[{place}]", (J,), widths=(M,)),
        )
