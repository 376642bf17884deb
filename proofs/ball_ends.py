"""Wide balls, the members at their ends, and trials of whether results hold them and are no wider than they must be."""

from collections.abc import Callable

import numpy as np

from proofs.real_functions import excess, rational
from symmetry.engine.measure import Trials
from symmetry.numbers import Ball


def wide_balls(trials: Trials, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Centers of size 1/4 to 4 and either sign, and radii of 1/8 to 1/32 of them."""
    generator = trials.generator
    sizes = 2.0 ** generator.uniform(-2, 2, shape)
    centers = (sizes * generator.choice([-1.0, 1.0], shape)).astype(trials.dtype)
    return centers, np.abs(centers.astype(float)) * 2.0 ** -generator.integers(3, 6, shape)


def at_ends(ball: tuple[np.ndarray, np.ndarray], signs) -> np.ndarray:
    """The members at one end of each ball, as fractions."""
    fractions = [np.array(list(map(rational, part.ravel())), dtype=object).reshape(part.shape) for part in ball]
    return fractions[0] + fractions[1] * np.asarray(signs, dtype=int)


def ratios(ball: Ball, exact: np.ndarray) -> np.ndarray:
    """The distances of exact values from the centers, in radii."""
    parts = (np.ravel(exact), np.ravel(ball.center).astype(float), np.ravel(ball.radius).astype(float))
    return np.array([excess(value, center, radius) for value, center, radius in zip(*parts, strict=True)])


def add(trials: Trials, what: str, ball: Ball, ends: list[np.ndarray], share: float, *, each: bool = True) -> None:
    """Adds the trials of one operation: no end is outside, and the furthest is a stated share of the radius away.

    With `each` that holds in each trial, otherwise in the worst of them. Half of that share will do in 16-bit types, whose own
    rounding is no small part of these radii.
    """
    reached = np.max([ratios(ball, exact) for exact in ends], axis=0)
    trials.add(what, reached, ~np.isfinite(np.ravel(ball.radius).astype(float)))
    if trials.dtype.itemsize == 2:
        share /= 2
    if share > 0:
        furthest = reached if each else reached.max(keepdims=True)
        trials.add(f"{what}: wider than it must be", share / np.maximum(furthest, 1e-300))


def each_entry(function: Callable, entries: np.ndarray) -> np.ndarray:
    """A function of every entry of an array of exact numbers."""
    return np.array([function(entry) for entry in entries.ravel()], dtype=object).reshape(entries.shape)
