"""The same random numbers in every call of code that draws them, such as a dropout's mask."""

import functools
import random
import types
from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.allocation import closure_of
from symmetry.gradcheck.hand_in.members import nodes_in

MOST_FUNCTIONS = 200
"""Functions that are searched for generators."""

Generator = np.random.Generator | np.random.RandomState | random.Random


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
        self.generators = _generators(roots)
        """Those that were found, other than the global ones."""
        self._starts = [_return_to_now(each) for each in self.generators]

    def __enter__(self) -> "SameDraws":
        self._outer = [_return_to_now(each) for each in self.generators]
        self._outer.append(functools.partial(np.random.set_state, np.random.get_state()))  # noqa: NPY002
        self._outer.append(functools.partial(random.setstate, random.getstate()))
        self.rewind()
        return self

    def __exit__(self, *_: object) -> None:
        for return_to in self._outer:
            return_to()

    def rewind(self) -> None:
        """Every generator draws the same again."""
        np.random.seed(self.seed % 2**32)  # noqa: NPY002
        random.seed(self.seed)
        for return_to in self._starts:
            return_to()


def _return_to_now(generator: Generator) -> Callable[[], None]:
    """A function that puts a generator back to where it is now."""
    if isinstance(generator, np.random.Generator):
        return functools.partial(setattr, generator.bit_generator, "state", generator.bit_generator.state)
    if isinstance(generator, random.Random):
        return functools.partial(generator.setstate, generator.getstate())
    return functools.partial(generator.set_state, generator.get_state())


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
