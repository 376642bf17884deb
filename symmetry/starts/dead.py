"""Units that no gradient reaches: on the given inputs, whatever else the parameters become, and on other inputs."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.starts.course import Course
from symmetry.starts.judgement import gaps
from symmetry.starts.perturbation import OTHER_INPUTS, drawn_inputs, one_unit_off
from symmetry.starts.problem import Problem
from symmetry.starts.slices import by_unit
from symmetry.starts.trained_tree import Arrays
from symmetry.yardstick import FACTOR

NEVER = np.iinfo(np.int32).max


@dataclasses.dataclass(frozen=True)
class DeadUnits:
    """Units of a group that the first gradient does not reach.

    Attributes:
        units: their numbers, counted through all blocks.
        revived: the first step whose gradient reaches each; 0 if none did.
        moved: the first step after which each differs from the start; 0 if it does not. A dead unit is moved by what needs
            no gradient, such as weight decay.
        elsewhere: whether random inputs reach each.
    """

    group: UnitGroup
    units: np.ndarray
    revived: np.ndarray
    moved: np.ndarray
    elsewhere: np.ndarray


def dead_units(problem: Problem, course: Course, groups: Sequence[UnitGroup], unreached: set[str]) -> list[DeadUnits]:
    """The dead units of each group; not those all of whose arrays are `unreached` as a whole, which has another reason."""
    found = []
    for group in groups:
        felt = _first_steps(group, course.felt)
        units = np.flatnonzero(felt > 1)
        if len(units) and not all(axis.path in unreached for axis in group.axes):
            revived, moved = (
                np.where(steps == NEVER, 0, steps)[units] for steps in (felt, _first_steps(group, course.moved))
            )
            found.append(DeadUnits(group, units, revived, moved, _reached_elsewhere(problem, group, units)))
    return found


def _first_steps(group: UnitGroup, steps: Arrays) -> np.ndarray:
    """For each unit the first step at which anything of it is noted; NEVER if nothing is."""
    least = [
        by_unit(group, axis, np.where(steps[axis.path] > 0, steps[axis.path], NEVER), np.minimum, NEVER)
        for axis in group.axes
    ]
    return np.min(least, axis=0)


def _reached_elsewhere(problem: Problem, group: UnitGroup, units: np.ndarray) -> np.ndarray:
    reached = np.zeros(len(units), bool)
    for seed in range(OTHER_INPUTS):
        inputs = drawn_inputs(problem.inputs, seed)
        _, slopes = problem.gradient(problem.start, inputs)
        _, moved = problem.gradient(one_unit_off(problem.start, problem.unit, seed), inputs)
        spread = gaps(slopes, moved)
        alive = {path: (np.abs(slope) > FACTOR * spread[path]).astype(int) for path, slope in slopes.items()}
        reached |= _first_steps(group, alive)[units] != NEVER
    return reached
