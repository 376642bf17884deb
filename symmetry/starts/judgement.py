"""Whether two computations agree, by the one-ulp yardstick: the models and optimisers here are not ours to bound."""

from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Tree, named_leaves
from symmetry.starts.perturbation import inputs_one_unit_off, one_unit_off
from symmetry.starts.problem import Problem
from symmetry.starts.trained_tree import Arrays
from symmetry.yardstick import FACTOR


def agree(problem: Problem, function: Callable[[Arrays, tuple], Tree], one: Arrays, other: Arrays) -> bool:
    """Whether a function of parameters and inputs gives the same for two sets of parameters, within the yardstick."""
    first, second = floats_in(function(one, problem.inputs)), floats_in(function(other, problem.inputs))
    moved = floats_in(function(one_unit_off(one, problem.unit, seed=3), inputs_off(problem, seed=3)))
    return within(first, second, gaps(first, moved), problem.unit)


def inputs_off(problem: Problem, seed: int) -> tuple:
    """The inputs, each float one unit in the last place off."""
    return inputs_one_unit_off(problem.inputs, problem.unit, seed)


def within(one: Arrays, other: Arrays, spread: Mapping[str, float], unit: float) -> bool:
    """Whether no entry of an array differs by more than FACTOR times the array's spread, or a unit of its largest entry."""
    apart, largest = gaps(one, other), {path: np.abs(array).max(initial=0.0) for path, array in one.items()}
    return all(apart[path] <= FACTOR * max(spread[path], unit * largest[path]) for path in one)


def gaps(one: Arrays, other: Arrays) -> dict[str, float]:
    """The largest difference of any entry of each array; infinite where one is not finite."""
    found = {}
    for path, array in one.items():
        gap = float(np.abs(np.asarray(array) - np.asarray(other[path])).max(initial=0.0))
        found[path] = gap if np.isfinite(gap) else np.inf
    return found


def floats_in(tree: Tree) -> dict[str, np.ndarray]:
    """The arrays of floats in a tree, by path."""
    named = named_leaves(jax.tree.map(lambda leaf: leaf, tree))
    return {path: np.asarray(leaf) for path, leaf in named.items() if jnp.issubdtype(leaf.dtype, jnp.inexact)}
