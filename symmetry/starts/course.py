"""A training run, step by step, beside another that is one unit in the last place off before every step.

The second run shows what rounding can do: a gap that is no larger than 16 times the distance of the two runs may be rounding.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from symmetry.starts.judgement import gaps, inputs_off
from symmetry.starts.perturbation import is_finite, one_unit_off
from symmetry.starts.problem import Problem
from symmetry.starts.relation import Relation
from symmetry.starts.trained_tree import Arrays
from symmetry.yardstick import FACTOR


@dataclasses.dataclass(frozen=True)
class Gap:
    """How far the related units of each class are apart in one array, at every step: arrays of shape (steps + 1, classes).

    Attributes:
        size: the largest difference of two of them; step 0 is the start.
        allowed: what rounding may explain, one number a step.
        in_gradient: how far the first gradient is apart in each class, an array of shape (classes,).
        in_gradient_allowed: what rounding may explain of that.
    """

    size: np.ndarray
    allowed: np.ndarray
    in_gradient: np.ndarray
    in_gradient_allowed: float

    def torn(self, number: int, coarser: float = 1.0) -> bool:
        """Whether the first gradient parts class `number`."""
        return bool(self.in_gradient[number] > self.in_gradient_allowed * coarser)

    def first(self, number: int) -> int:
        """The first step after which class `number` is not exactly related; 0 if there is none."""
        return _first(self.size[1:, number] > 0)

    def first_beyond_rounding(self, number: int, coarser: float = 1.0) -> int:
        """The first step after which its gap is larger than rounding explains, to so much coarser floats; 0 if there is none."""
        return _first(self.size[1:, number] > self.allowed[1:] * coarser)


@dataclasses.dataclass(frozen=True)
class Course:
    """What a run did.

    Attributes:
        steps: how many steps were run; fewer than asked for if numbers overflowed.
        felt: for each entry of each array the first step whose gradient is not 0 beyond rounding; 0 if none is.
        moved: the first step after which it is not what it was at the start, beyond rounding; 0 if there is none.
        relations: for each relation its gap in each array.
    """

    steps: int
    felt: Arrays
    moved: Arrays
    relations: tuple[dict[str, Gap], ...]

    def first_felt(self, path: str) -> int:
        return _least(self.felt[path])

    def first_moved(self, path: str) -> int:
        return _least(self.moved[path])


def run(problem: Problem, steps: int, relations: Sequence[Relation] = ()) -> Course:
    """The course of so many steps from the start."""
    record = _Record(problem, relations)
    here, beside = dict(problem.start), dict(problem.start)
    state, other_state = problem.begin(here), problem.begin(beside)
    inputs = inputs_off(problem, seed=0)
    for step in range(1, steps + 1):
        beside = one_unit_off(beside, problem.unit, step)
        value, gradient = problem.gradient(here, problem.inputs)
        other_value, other_gradient = problem.gradient(beside, inputs)
        here, state = problem.update(gradient, state, here, problem.inputs, value)
        beside, other_state = problem.update(other_gradient, other_state, beside, inputs, other_value)
        if not is_finite(here):
            break
        record.note_gradient(step, gradient, gaps(gradient, other_gradient))
        record.note_step(step, here, gaps(here, beside))
    return record.course()


class _Record:
    """What is noted of a run."""

    def __init__(self, problem: Problem, relations: Sequence[Relation]):
        self.problem, self.relations, self.steps = problem, relations, 0
        self.start = {path: np.asarray(array) for path, array in problem.start.items()}
        self.felt, self.moved = (
            {path: np.zeros(each.shape, np.int32) for path, each in self.start.items()} for _ in range(2)
        )
        self.torn: list[dict[str, tuple[np.ndarray, float]]] = [{} for _ in relations]
        self.gaps = [{path: ([gap], [0.0]) for path, gap in each.gaps(self.start).items()} for each in relations]

    def note_gradient(self, step: int, gradient: Arrays, spread: dict[str, float]) -> None:
        for path, slope in gradient.items():
            _note(self.felt[path], np.abs(np.asarray(slope)) > FACTOR * spread[path], step)
        if step == 1:
            self.torn = [
                {path: (gap, FACTOR * spread[path]) for path, gap in each.gaps(gradient).items()}
                for each in self.relations
            ]

    def note_step(self, step: int, arrays: Arrays, spread: dict[str, float]) -> None:
        self.steps = step
        allowed = {path: FACTOR * spread[path] for path, array in arrays.items()}
        for path, array in arrays.items():
            _note(self.moved[path], np.abs(np.asarray(array) - self.start[path]) > allowed[path], step)
        for relation, noted in zip(self.relations, self.gaps, strict=True):
            for path, gap in relation.gaps(arrays).items():
                noted[path][0].append(gap)
                noted[path][1].append(allowed[path])

    def course(self) -> Course:
        relations = tuple(
            {path: Gap(np.array(size), np.array(allowed), *torn[path]) for path, (size, allowed) in noted.items()}
            for noted, torn in zip(self.gaps, self.torn, strict=True)
        )
        return Course(self.steps, self.felt, self.moved, relations)


def _note(first: np.ndarray, happened: np.ndarray, step: int) -> None:
    first[happened & (first == 0)] = step


def _first(happened: np.ndarray) -> int:
    return int(happened.argmax()) + 1 if happened.any() else 0


def _least(steps: np.ndarray) -> int:
    """The first of these steps; 0 if there is none."""
    return int(steps[steps > 0].min(initial=np.iinfo(np.int32).max)) if (steps > 0).any() else 0
