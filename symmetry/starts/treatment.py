"""What treats units alike: whether exchanging, flipping or rescaling them commutes with the loss and the optimiser's steps."""

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.starts.judgement import agree, gaps, inputs_off, within
from symmetry.starts.perturbation import drawn, is_finite, one_unit_off
from symmetry.starts.problem import Problem
from symmetry.starts.relation import scaled
from symmetry.starts.trained_tree import Arrays

STEPS = 3
"""Steps on which an optimiser is tried; the second and third read what the first has left in its state."""


DRAWS = 2
"""Random parameters on which a loss is tried."""


@dataclasses.dataclass(frozen=True)
class Treatment:
    """Whether units are treated alike.

    Attributes:
        by_loss: whether the loss stays the same when units are exchanged, on parameters drawn at random.
        by_training: whether training from exchanged units leads to the exchanged result; None where numbers overflow.
    """

    by_loss: bool
    by_training: bool | None


def treatment(problem: Problem, change: Callable[[Arrays], Arrays]) -> Treatment:
    """How a change of the parameters, such as an exchange of units, is treated."""
    by_loss = all(_keeps_loss(problem, change, drawn(problem, seed)) for seed in range(DRAWS))
    by_training = _commutes(problem, change, drawn(problem, seed=5)) if by_loss else False
    return Treatment(by_loss, by_training)


def _keeps_loss(problem: Problem, change: Callable[[Arrays], Arrays], arrays: Arrays) -> bool:
    """Whether the loss stays the same; where it is not finite nothing is known, and so nothing is held against it."""

    def loss(at: Arrays, inputs: tuple) -> Arrays:
        return {"loss": problem.gradient(at, inputs)[0]}

    return not is_finite(loss(arrays, problem.inputs)) or agree(problem, loss, arrays, change(arrays))


def _commutes(problem: Problem, change: Callable[[Arrays], Arrays], arrays: Arrays) -> bool | None:
    still, moved = trained(problem, arrays), trained(problem, change(arrays))
    off = trained(problem, one_unit_off(arrays, problem.unit, seed=6), inputs_off(problem, seed=6))
    if not is_finite((still, moved)):
        return None
    return within(change(still), moved, gaps(still, off), problem.unit)


def trained(problem: Problem, arrays: Arrays, inputs: tuple | None = None) -> dict[str, np.ndarray]:
    """The parameters after a few steps."""
    given = problem.inputs if inputs is None else inputs
    state = problem.begin(arrays)
    for _ in range(STEPS):
        value, gradient = problem.gradient(arrays, given)
        arrays, state = problem.update(gradient, state, arrays, given, value)
    return {path: np.asarray(array) for path, array in arrays.items()}


def exchanging(group: UnitGroup) -> Callable[[Arrays], Arrays]:
    """Each unit of a group moved to the place of another: in each block along a cycle through all, in an order of its own."""
    generator = np.random.default_rng(7)
    cycle = generator.permuted(np.broadcast_to(np.arange(group.size), (*group.blocks, group.size)), axis=-1)
    order = np.empty_like(cycle)
    np.put_along_axis(order, cycle, np.roll(cycle, 1, axis=-1), axis=-1)
    return lambda arrays: group.act(order, dict(arrays))


def flipping(group: UnitGroup) -> Callable[[Arrays], Arrays]:
    """The sign of every other unit turned, in everything that it has."""
    signs = np.where(np.arange(np.prod(group.blocks, dtype=int) * group.size) % 2, 1.0, -1.0)
    return lambda arrays: scaled(group, group.axes, signs, arrays)


def rescaling(group: UnitGroup, outgoing: tuple[GroupAxis, ...]) -> Callable[[Arrays], Arrays]:
    """Units enlarged by powers of 2, exactly: incoming numbers times c, outgoing ones over c."""
    factors = 2.0 ** (np.arange(np.prod(group.blocks, dtype=int) * group.size) % 3)
    incoming = [axis for axis in group.axes if all(axis is not each for each in outgoing)]
    return lambda arrays: scaled(group, outgoing, 1 / factors, scaled(group, incoming, factors, arrays))


def is_linear(problem: Problem) -> bool:
    """Whether the optimiser moves each number in proportion to it and its gradients, as gradient descent with momentum does.

    Every number and its gradients are multiplied by a power of 2 of its own; then so must be what the optimiser makes of them.
    """
    generator = np.random.default_rng(8)
    powers = {path: 2.0 ** generator.integers(-2, 3, array.shape) for path, array in problem.start.items()}
    ones = {path: np.ones(array.shape) for path, array in problem.start.items()}
    *_, plain = _optimised(problem, ones)
    *_, large = _optimised(problem, powers)
    *_, off = _optimised(problem, one_unit_off(ones, problem.unit, seed=8))
    expected = {path: plain[path] * powers[path] for path in plain}
    return within(expected, large, gaps(plain, off), problem.unit)


def is_descent(problem: Problem) -> bool:
    """Whether every step takes from each number one step size times its gradient, and does nothing else."""
    ones = {path: np.ones(array.shape) for path, array in problem.start.items()}
    off = _optimised(problem, one_unit_off(ones, problem.unit, seed=8))
    course = _optimised(problem, ones)
    for (before, after), moved, slopes in zip(
        itertools.pairwise(course), off[1:], _random_gradients(problem), strict=True
    ):
        rates = np.concatenate([((before[path] - after[path]) / slopes[path]).ravel() for path in before])
        rate = np.median(rates)
        expected = {path: before[path] - rate * slopes[path] for path in before}
        if not within(expected, after, gaps(after, moved), problem.unit):
            return False
    return True


def _random_gradients(problem: Problem) -> list[dict[str, np.ndarray]]:
    generator = np.random.default_rng(9)
    return [
        {path: generator.standard_normal(array.shape) for path, array in problem.start.items()} for _ in range(STEPS)
    ]


def _optimised(problem: Problem, factors: Arrays) -> list[dict[str, np.ndarray]]:
    """What an optimiser makes of random numbers with random gradients, both multiplied by factors: before and after each step."""
    generator = np.random.default_rng(10)
    arrays = {path: generator.standard_normal(factor.shape) * factor for path, factor in factors.items()}
    state, course = problem.begin(arrays), [arrays]
    for slopes in _random_gradients(problem):
        gradient = {path: slope * factors[path] for path, slope in slopes.items()}
        moved, state = problem.update(gradient, state, course[-1], problem.inputs, 0.0)
        course.append({path: np.asarray(array) for path, array in moved.items()})
    return course
