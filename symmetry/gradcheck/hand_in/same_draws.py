"""The same random numbers in every call of code that draws them, such as a dropout's mask."""

import random
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from symmetry.gradcheck.allocation import closure_of
from symmetry.gradcheck.hand_in.members import nodes_in

MOST_FUNCTIONS = 200
"""Functions that are searched for generators."""

Generator = np.random.Generator | np.random.RandomState | random.Random

State = Any
"""Where a generator is in its sequence; each kind has its own form."""


class SameDraws:
    """Generators of random numbers that code can reach, each put back to where it was.

    NumPy's and Python's global generators start from a seed instead, and get their own state back at the end.

    >>> draw = lambda: float(np.random.rand())
    >>> with SameDraws(draw) as draws:
    ...     first = draw()
    ...     draws.rewind()
    ...     first == draw()
    True
    """

    def __init__(self, *roots: object, seed: int = 0) -> None:
        self.seed = seed
        self._own = [(each, _state(each)) for each in _generators(roots)]

    @property
    def generators(self) -> list[Generator]:
        """The generators that were found, other than the global ones."""
        return [each for each, _ in self._own]

    def __enter__(self) -> "SameDraws":
        self._outer = np.random.get_state(), random.getstate()  # noqa: NPY002
        self._entered = [(each, _state(each)) for each, _ in self._own]
        self.rewind()
        return self

    def __exit__(self, *_: object) -> None:
        np.random.set_state(self._outer[0])  # noqa: NPY002
        random.setstate(self._outer[1])
        for generator, state in self._entered:
            _put_back(generator, state)

    def rewind(self) -> None:
        """Every generator draws the same again."""
        np.random.seed(self.seed % 2**32)  # noqa: NPY002
        random.seed(self.seed)
        for generator, state in self._own:
            _put_back(generator, state)


def _state(generator: Generator) -> State:
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    return generator.getstate() if isinstance(generator, random.Random) else generator.get_state()


def _put_back(generator: Generator, state: State) -> None:
    if isinstance(generator, np.random.Generator):
        generator.bit_generator.state = state
    elif isinstance(generator, random.Random):
        generator.setstate(state)
    else:
        generator.set_state(state)


def _generators(roots: tuple) -> list[Generator]:
    kinds = (np.random.Generator, np.random.RandomState, random.Random)
    found: dict[int, Generator] = {}
    seen: set[int] = set()
    waiting = list(roots)
    while waiting and len(seen) < MOST_FUNCTIONS:
        for node in nodes_in(waiting.pop()):
            if isinstance(node, kinds):
                found[id(node)] = node
            function = node.__func__ if isinstance(node, types.MethodType) else node
            if isinstance(node, types.MethodType):
                waiting += [node.__self__] if id(node.__self__) not in seen else []
                seen.add(id(node.__self__))
            for code in _functions_of(function):
                if id(code) not in seen:
                    seen.add(id(code))
                    waiting += list(_named_by(code))
    return list(found.values())


def _functions_of(node: object) -> Iterator[types.FunctionType]:
    """A function itself, or the methods of an object's class as they are written in it."""
    if isinstance(node, types.FunctionType):
        yield node
    elif not isinstance(node, types.BuiltinFunctionType | type | types.ModuleType):
        held = (each for kind in type(node).__mro__ for each in vars(kind).values())
        yield from (each for each in held if isinstance(each, types.FunctionType) and not _of_library(each))


def _of_library(function: object) -> bool:
    package = (getattr(function, "__module__", None) or "").split(".")[0]
    return package in ("numpy", "jax", "scipy", "builtins", "random")


def _named_by(function: types.FunctionType) -> Iterator[object]:
    """What a function holds in its closure, in its defaults and under the global names that it mentions."""
    yield from closure_of(function)
    yield from function.__defaults__ or ()
    for name in function.__code__.co_names:
        held = function.__globals__.get(name)
        if held is not None and not (callable(held) and _of_library(held)):
            yield held
