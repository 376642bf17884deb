"""Units, parameters, steps and gaps in words."""

import itertools
from collections.abc import Iterable, Sequence

from symmetry.discovery.groups import UnitGroup
from symmetry.starts.course import Course, Gap
from symmetry.starts.relation import UnitClass

MOST = 4
"""Classes or parameters that are listed before the rest is counted."""

MARKS = (1, 2, 10, 100, 1_000)
"""Steps at which gaps are printed."""


def units_in_words(group: UnitGroup, classes: Sequence[UnitClass]) -> str:
    """Such as "all 4 units of Dense_0", "units 0-3 of Dense_0", "units 0-3, and 5 and 7, of Dense_0".

    >>> units_in_words(UnitGroup("Dense_0", 8, ()), [UnitClass((0, 1, 2, 5))])
    'units 0-2 and 5 of Dense_0'
    """
    blocks = len({each.block for each in classes})
    if all(len(each.units) == group.size for each in classes):
        each = f" in each of {blocks} blocks" if blocks > 1 else _block(classes[0])
        every = "both" if group.size == 2 else f"all {group.size}"
        return f"{every} units of {group.name}{each}"
    shown = [f"{numbers(each.units)}{_block(each)}" for each in classes[:MOST]]
    more = f" (and {len(classes) - MOST} more classes)" if len(classes) > MOST else ""
    if len(classes) == 1 and len(classes[0].units) == 1:
        return f"unit {shown[0]} of {group.name}"
    return f"units {', and '.join(shown)}{',' if len(shown) > 1 else ''} of {group.name}{more}"


def _block(each: UnitClass) -> str:
    return f" in block {', '.join(map(str, each.block))}" if each.block else ""


def numbers(units: Iterable[int]) -> str:
    """Numbers with runs of three or more shortened.

    >>> numbers([0, 1, 2, 3, 7, 8])
    '0-3, 7 and 8'
    """
    runs: list[list[int]] = []
    for unit in sorted(units):
        if runs and unit == runs[-1][-1] + 1:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    shown = [[f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run) for run in runs]
    return listed(itertools.chain.from_iterable(shown), most=8)


def listed(words: Iterable[str], most: int = MOST) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    shown = list(words)
    if len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"


def verb(names: Sequence, one: str, several: str) -> str:
    """The form of a verb for so many subjects."""
    return one if len(names) == 1 else several


def gap_in_words(gaps: Iterable[Gap], number: int, course: Course, first: int = 1) -> str:
    """How far a class is apart, over the course of training: "1e-16 at step 1, 4e-10 at step 10, 0.9 at step 100"."""
    sizes = gap_at_marks(gaps, number, course, first)
    return ", ".join(f"{short(size)} at step {mark}" for mark, size in sizes.items())


def gap_at_marks(gaps: Iterable[Gap], number: int, course: Course, first: int = 1) -> dict[int, float]:
    """The gap of a class in any of some arrays, from the first step on, by step."""
    marks = sorted({first, *MARKS, course.steps})
    held = list(gaps)
    return {mark: max(float(gap.size[mark, number]) for gap in held) for mark in marks if first <= mark <= course.steps}


def short(number: float) -> str:
    """A gap with one digit."""
    if number == 0:
        return "0"
    return f"{number:.0e}" if number < 0.01 else f"{number:.1g}"


def capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
