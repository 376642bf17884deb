"""Findings about units that no gradient reaches."""

import numpy as np

from symmetry.starts.course import Course
from symmetry.starts.dead import DeadUnits
from symmetry.starts.finding import Finding
from symmetry.starts.relation import UnitClass
from symmetry.starts.ties import plain
from symmetry.starts.words import capitalised, units_in_words, verb


def dead_findings(dead: DeadUnits, course: Course, optimiser: str) -> list[Finding]:
    """One finding for all units of a group with which training, and other inputs, did the same."""
    outcomes: dict[tuple[int, bool, bool], list[int]] = {}
    for place, unit in enumerate(dead.units):
        outcome = int(dead.revived[place]), bool(dead.moved[place]), bool(dead.elsewhere[place])
        outcomes.setdefault(outcome, []).append(int(unit))
    return [_finding(dead, course, optimiser, units, *outcome) for outcome, units in outcomes.items()]


def _finding(
    dead: DeadUnits, course: Course, optimiser: str, units: list[int], revived: int, moved: bool, elsewhere: bool
) -> Finding:
    classes = _classes(dead, units)
    subject = capitalised(units_in_words(dead.group, classes))
    wrong = not revived and not elsewhere
    sentence = (
        f"{subject} {verb(units, 'is', 'are')} dead: no gradient reaches {verb(units, 'it', 'them')} on these inputs"
    )
    it = verb(units, "it", "them")
    alone = f"{optimiser} itself moves {it}, as weight decay does"
    if revived:
        sentence += f" until step {revived}; until then {alone if moved else f'nothing moves {it}'}."
    else:
        sentence += f", and in {course.steps} steps {f'only {alone}' if moved else f'nothing moves {it}'}."
    sentence += f" Random inputs of their size {f'reach {it}' if elsewhere else f'do not reach {it} either'}."
    measured = {"revived at step": revived or None, "moved": moved, "reached by random inputs": elsewhere}
    return Finding("dead units", dead.group.name, plain(classes), sentence, (), wrong, measured=measured)


def _classes(dead: DeadUnits, units: list[int]) -> list[UnitClass]:
    by_block: dict[tuple[int, ...], list[int]] = {}
    for unit in units:
        *block, number = np.unravel_index(unit, (*dead.group.blocks, dead.group.size))
        by_block.setdefault(tuple(map(int, block)), []).append(int(number))
    return [UnitClass(tuple(numbers), block) for block, numbers in by_block.items()]
