"""Pieces: functions of the program that many laws call on arrays of the same shapes, and that are then compiled once.

Compilation is the cost of gathering evidence; see `symmetry.engine.assembly`.
"""

import contextlib
import contextvars
import dataclasses
import functools
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar, cast

import jax

from symmetry.replaceable import in_place, note_ran, noting

Function = TypeVar("Function", bound=Callable)

_apart: contextvars.ContextVar[bool] = contextvars.ContextVar("apart", default=False)


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class _Ran:
    """Functions of the program whose stand-ins ran while a piece was traced."""

    names: frozenset[str]


def piece(function: Function) -> Function:
    """Marks a function of trees of arrays: within `pieces_apart` it is traced once for each shape, and called.

    It is traced anew wherever other functions of the reader stand in for functions of the program. Symbols are no arrays
    of JAX, and are never traced.
    """

    def noted(*arguments: object) -> tuple[object, _Ran]:
        ran: set[str] = set()
        with noting(ran):
            result = function(*arguments)
        return result, _Ran(frozenset(ran))

    @functools.lru_cache(maxsize=8)
    def traced_once(stand_ins: Hashable) -> Callable:
        # A new function each time, since `jax.jit` shares what it traced among those of one function.
        return jax.jit(functools.wraps(function)(lambda *arguments: noted(*arguments)))

    @functools.wraps(function)
    def either(*arguments: object) -> object:
        if not _apart.get() or not all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(arguments)):
            return function(*arguments)
        result, ran = traced_once(in_place())(*arguments)
        note_ran(ran.names)
        return result

    return cast(Function, either)


@contextlib.contextmanager
def pieces_apart() -> Iterator[None]:
    """Pieces are traced as calls meanwhile."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)
