"""Which parameters get a gradient at which step, foreseen without training, and which zeros they wait for.

What has moved may have any value, so it is drawn at random; what has not is as it was. A gradient that is 0 at such points is
0 wherever training has led, and parameters that never get one never move: this is the induction by which TIE.8 is shown.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from symmetry.starts.course import Course
from symmetry.starts.judgement import gaps, inputs_off
from symmetry.starts.perturbation import OTHER_INPUTS, drawn, drawn_inputs, is_finite, one_unit_off
from symmetry.starts.problem import Problem
from symmetry.starts.trained_tree import Arrays
from symmetry.yardstick import FACTOR

Tie = Callable[[Arrays], Arrays]

DRAWS = 4
"""Random points at which a gradient must be 0 to count as such."""


@dataclasses.dataclass(frozen=True)
class Foresight:
    """What is foreseen of gradients.

    Attributes:
        step: the first step with a gradient, by path; 0 if there is never one.
        causes: for what waits or never gets a gradient, the arrays that are 0 any one of which would give it one, if it
            were not.
        without_effect: arrays that get no gradient wherever the parameters are: not the start's doing.
        elsewhere: arrays that get none on the given inputs, but on random ones.
        exact: whether gradients alone move what has none at the start. Otherwise a step is the first possible one: weight
            decay, say, does not move a number to any value.
    """

    step: Mapping[str, int]
    causes: Mapping[str, tuple[str, ...]]
    without_effect: frozenset[str]
    elsewhere: frozenset[str]
    exact: bool

    @property
    def never(self) -> tuple[str, ...]:
        """The arrays that never get a gradient because of the start."""
        return tuple(path for path, step in self.step.items() if not step and path not in self.without_effect)


def untied(arrays: Arrays) -> Arrays:
    return arrays


def foresee(problem: Problem, course: Course, tie: Tie = untied) -> Foresight:
    """What is foreseen of the gradients; of the course only by how many steps the optimiser delays a move, as a warm-up does.

    `tie` makes those units equal in parameters drawn at random that stay equal in training.
    """
    step = dict.fromkeys(_live(problem, ()), 1)
    moves = {path: _moves(path, 1, course) for path in step}
    alone = {
        path: course.first_moved(path) for path in problem.start if path not in step and _moves_alone(path, course)
    }
    moves |= alone
    now = 1
    while True:
        later = [when for when in moves.values() if when and when >= now]
        if not later:
            break
        now = min(later) + 1
        have_moved = [path for path, when in moves.items() if when and when < now]
        for path in _live(problem, have_moved, tie):
            if path not in step:
                step[path] = now
                moves[path] = _moves(path, now, course)
    late = [path for path in problem.start if step.get(path, 0) != 1]
    felt = {path for path in problem.start if course.first_felt(path)}
    without_effect = frozenset(late) - set(step) - felt - (_live(problem, problem.start) if late else set())
    never = [path for path in late if path not in step and path not in without_effect]
    causes = _causes(problem, [path for path in late if path not in without_effect], tie)
    steps = {path: step.get(path, 0) for path in problem.start}
    return Foresight(steps, causes, without_effect, _live_elsewhere(problem, never), not alone)


def _live_elsewhere(problem: Problem, paths: list[str]) -> frozenset[str]:
    """Those of the arrays that the first gradient reaches on random inputs."""
    found: set[str] = set()
    for seed in range(OTHER_INPUTS if paths else 0):
        found |= live_at(dataclasses.replace(problem, inputs=drawn_inputs(problem.inputs, seed)), problem.start)
    return frozenset(found & set(paths))


def _moves_alone(path: str, course: Course) -> bool:
    """Whether the optimiser moves an array before any gradient does."""
    felt, moved = course.first_felt(path), course.first_moved(path)
    return bool(moved) and not 0 < felt <= moved


def _moves(path: str, step: int, course: Course) -> int:
    """When an array moves that gets its first gradient at this step; 0 if the optimiser holds it still."""
    felt, moved = course.first_felt(path), course.first_moved(path)
    return step + moved - felt if felt and moved >= felt else moved


def _causes(problem: Problem, late: list[str], tie: Tie) -> dict[str, tuple[str, ...]]:
    zeros = [path for path, array in problem.start.items() if not np.any(array)] if late else []
    revived = {path: _live(problem, (path,), tie) for path in zeros}
    return {path: tuple(zero for zero in zeros if path in revived[zero] and zero != path) for path in late}


def _live(problem: Problem, paths: Iterable[str], tie: Tie = untied) -> set[str]:
    """The arrays whose gradient is not 0 beyond rounding, where these are drawn at random and the others as at the start."""
    found, chosen = set(), list(paths)
    for seed in range(DRAWS if chosen else 1):
        found |= live_at(problem, tie(drawn(problem, seed, chosen)))
    return found


def live_at(problem: Problem, arrays: Arrays) -> set[str]:
    """The arrays whose gradient is not 0 beyond rounding at these parameters."""
    _, slopes = problem.gradient(arrays, problem.inputs)
    if not is_finite(slopes):  # nothing is known there, and so nothing is claimed
        return set(slopes)
    _, moved = problem.gradient(one_unit_off(arrays, problem.unit, seed=4), inputs_off(problem, seed=4))
    spread = gaps(slopes, moved)
    return {path for path, slope in slopes.items() if np.abs(slope).max(initial=0.0) > FACTOR * spread[path]}
