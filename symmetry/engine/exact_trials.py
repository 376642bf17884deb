"""Measured laws on exact numbers: code that is not ours, such as a module of Flax, traced by JAX and run on SymPy's numbers."""

import dataclasses
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import sympy

from symmetry.array import Tree
from symmetry.numbers.comparison import Leaf
from symmetry.numbers.symbol import Symbol
from symmetry.numbers.symbol.program import run_exactly


class SmallNumbers:
    """A generator whose normal numbers are small even whole numbers, so that floats compute with them exactly."""

    def __init__(self, seed: int):
        self._generator = np.random.default_rng(seed)

    def standard_normal(self, shape: Any = None) -> np.ndarray:
        return 2.0 * self._generator.integers(-1, 2, shape)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)


@dataclasses.dataclass(frozen=True)
class PowersOfTwo:
    """2^x, which stands for exp(x): of that, only exp(x + y) = exp(x) exp(y) and its sign are used."""

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(lambda entry: sympy.Integer(2) ** entry)


class ExactTrials:
    """What a measured law draws from and compares with, in the place of `Trials`: one case of each network, exactly."""

    dtype, budget = np.dtype(np.float64), 1

    def __init__(self, seed: int):
        self.seed, self.generator, self.leaves = seed, SmallNumbers(seed), []

    def compare(self, what: str, function: Callable, one: Tree, other: Tree, *, optimise: bool = False) -> None:
        """Keeps the two results that are claimed to be equal, at the first case of each stack."""
        meanings = {"exp": lambda entry: sympy.Integer(2) ** entry}
        cases = [jax.tree.map(lambda leaf: np.asarray(leaf)[0], stack) for stack in (one, other)]
        left, right = (run_exactly(function, case, meanings) for case in cases)
        self.leaves.append(Leaf(what, left, right))
