"""Parameters near the start: changed by one unit in the last place, or drawn at random, all of them or some."""

import zlib
from collections.abc import Callable, Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Tree, has_floats
from symmetry.starts.problem import Problem
from symmetry.starts.trained_tree import Arrays

WHERE_ZERO = 1 / 8
"""Standard deviation of random numbers in the place of zeros."""

OTHER_INPUTS = 16
"""Sets of random inputs on which is tried what no gradient reaches on the given ones."""


def one_unit_off(arrays: Arrays, unit: float, seed: int) -> Arrays:
    """Every number one unit in the last place up or down, at random."""
    return {path: _off(array, unit, _generator(path, seed)) for path, array in arrays.items()}


def inputs_one_unit_off(inputs: tuple, unit: float, seed: int) -> tuple:
    """The same for the inputs; integers, and what else is no float, stay."""
    leaves, structure = jax.tree.flatten(inputs)
    generator = _generator("inputs", seed)
    return structure.unflatten([_off(leaf, unit, generator) if has_floats(leaf) else leaf for leaf in leaves])


def drawn(problem: Problem, seed: int, paths: Iterable[str] | None = None) -> Arrays:
    """The start with arrays of these paths (by default all) drawn at random, as large as they are: numbers without relations.

    What has no negative number, such as a variance, gets none. Where that makes the gradient overflow, the numbers stay near
    those of the start.
    """
    chosen = set(problem.start if paths is None else paths)

    def changed(draw: Callable) -> Arrays:
        return {
            path: draw(np.asarray(array), _generator(path, seed)) if path in chosen else array
            for path, array in problem.start.items()
        }

    far = changed(_like)
    return far if is_finite(problem.gradient(far, problem.inputs)) else changed(_near)


def is_finite(tree: Tree) -> bool:
    """Whether all floats in a tree are finite."""
    return all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(tree))


def _near(array: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Numbers that differ from these by about an eighth, and stand for zeros by about an eighth."""
    return array + _normal(generator, array) * WHERE_ZERO * np.where(array == 0, 1.0, np.abs(array))


def _like(array: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    size = np.sqrt(np.mean(np.abs(array) ** 2)) if array.size else 0.0
    if size == 0:
        return _normal(generator, array) * WHERE_ZERO
    numbers = _normal(generator, array) * size
    return np.abs(numbers) if np.isrealobj(array) and (array >= 0).all() else numbers


def drawn_inputs(inputs: tuple, seed: int) -> tuple:
    """Inputs of the same shapes, drawn at random: floats as large as the given ones, integers and booleans between them."""
    leaves, structure = jax.tree.flatten(inputs)
    generator = _generator("inputs", seed)
    return structure.unflatten([_other(leaf, generator) for leaf in leaves])


def _other(leaf: Any, generator: np.random.Generator) -> Any:
    if has_floats(leaf):
        return (_normal(generator, leaf) * (np.max(np.abs(leaf), initial=0.0) or 1.0)).astype(leaf.dtype)
    if isinstance(leaf, np.ndarray | jax.Array) and leaf.size and leaf.dtype.kind in "iub":
        values = np.asarray(leaf, int)
        return generator.integers(values.min(), values.max() + 1, values.shape).astype(leaf.dtype)
    return leaf


def _off(array: Any, unit: float, generator: np.random.Generator) -> np.ndarray:
    moved = np.asarray(array) * (1 + unit * generator.choice([-1.0, 1.0], np.shape(array)))
    return moved.astype(array.dtype)


def _normal(generator: np.random.Generator, array: Any) -> np.ndarray:
    drawn = generator.standard_normal(np.shape(array))
    return drawn + 1j * generator.standard_normal(np.shape(array)) if np.iscomplexobj(array) else drawn


def _generator(name: str, seed: int) -> np.random.Generator:
    return np.random.default_rng((seed, zlib.crc32(name.encode())))
