"""The inputs at which two functions are compared: those that were given, and generated ones of the same shapes and types."""

import dataclasses
from collections.abc import Callable, Sequence

import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.jaxpr.values import is_inexact, is_key
from symmetry.same.sides import Leaf

SCALES = (1.0, 1e-3, 1e3, 1e-6)
"""Sizes of generated numbers: an epsilon shows where they are small, a clipped or large value where they are large."""


@dataclasses.dataclass(frozen=True)
class Point:
    """Arrays for all inputs, and how they were made."""

    words: str
    leaves: tuple[Leaf, ...]


Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]
"""Floats of the shape of an array that was given."""


def points(given: Sequence[Leaf], generated: int, seed: int) -> list[Point]:
    """The point given, and so many others; none if there is no number that could be another one."""
    first = Point("the inputs given", tuple(given))
    if not any(_can_vary(leaf) for leaf in given):
        return [first]
    draws = np.random.default_rng(seed)
    return [first, *(_point(draws, given, number) for number in range(generated))]


def _point(draws: np.random.Generator, given: Sequence[Leaf], number: int) -> Point:
    """The point of a number: kinds and scales take turns, and whole numbers are redrawn in every second one."""
    words, draw = ("zeros", _zeros) if number == ZEROS else KINDS[number % len(KINDS)]
    scale = SCALES[(number // len(KINDS) + number) % len(SCALES)]
    leaves = tuple(_drawn(draws, leaf, draw, scale, redrawn=bool(number % 2)) for leaf in given)
    return Point(words.format(f"{scale:g}"), leaves)


def _drawn(draws: np.random.Generator, leaf: Leaf, draw: Draw, scale: float, redrawn: bool) -> Leaf:
    if not _can_vary(leaf):
        return leaf
    if is_inexact(leaf.dtype) and not _is_mask(leaf):
        largest = float(jnp.finfo(leaf.dtype).max)
        made = np.clip(scale * draw(draws, np.asarray(leaf, np.float64)), -largest, largest)
        return np.asarray(made).astype(leaf.dtype)
    if not redrawn:
        return leaf
    if is_inexact(leaf.dtype) or leaf.dtype == bool:
        return draws.choice(np.unique(leaf), leaf.shape)
    low, high = int(leaf.min()), int(leaf.max())
    return draws.integers(low, high, leaf.shape, endpoint=True).astype(leaf.dtype)


def _can_vary(leaf: Leaf) -> bool:
    return not is_key(leaf) and leaf.size > 0


def _is_mask(leaf: np.ndarray) -> bool:
    """Whether an array of floats marks places rather than measures: 0 and 1, or with infinities."""
    values = np.asarray(leaf, np.float64)
    return bool(np.isinf(values).any()) or (leaf.size > 2 and set(np.unique(values).tolist()) == {0.0, 1.0})


def _normal(draws: np.random.Generator, like: np.ndarray) -> np.ndarray:
    return draws.standard_normal(like.shape)


def _alone(draws: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """One entry other than 0 in each row along the last axis."""
    if not like.ndim:
        return np.ones(())
    chosen = draws.integers(0, like.shape[-1], like.shape[:-1])
    return (np.arange(like.shape[-1]) == chosen[..., None]).astype(float)


def _zeros(draws: np.random.Generator, like: np.ndarray) -> np.ndarray:
    return np.zeros(like.shape)


KINDS: tuple[tuple[str, Draw], ...] = (
    ("normal numbers of scale {}", _normal),
    ("one number other than 0 in each row, of scale {}", _alone),
    ("positive numbers of scale {}", lambda draws, like: np.abs(_normal(draws, like))),
    (
        "the inputs given times {}, in another order",
        lambda draws, like: draws.permuted(like.ravel()).reshape(like.shape),
    ),
    ("normal numbers of scale {}", _normal),
)
"""How floats are generated: at five kinds and four scales, twenty points in a row are of twenty sorts."""

ZEROS = 2
"""Which of the generated points holds zeros."""
