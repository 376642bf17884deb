"""Functions of the program that the reader's own functions can replace, and which replacements have run.

A replacement takes effect wherever the function is called, under whatever name it was imported.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable)

PROGRAM: dict[str, Callable] = {}
"""The program's functions that can be replaced, by name."""

_stand_ins: dict[str, Callable] = {}
_running: list[str] = []
_notes: list[set[str]] = []


def replaceable(function: Function) -> Function:
    """The function, or its stand-in within `replaced`; a stand-in that calls the function by its name calls ours."""
    name, signature = function.__name__, inspect.signature(function)

    @functools.wraps(function)
    def whichever(*arguments: object, **named: object) -> object:
        stand_in = _stand_ins.get(name)
        if stand_in is None or name in _running:
            return function(*arguments, **named)
        note_ran({name})
        _running.append(name)
        try:
            return stand_in(*signature.bind(*arguments, **named).args)
        finally:
            _running.pop()

    PROGRAM[name] = whichever
    return cast(Function, whichever)


@contextlib.contextmanager
def replaced(functions: Mapping[str, Callable]) -> Iterator[None]:
    """Stand-ins for functions of the program, by name.

    >>> from symmetry.network import bias_gradient
    >>> with replaced({"bias_gradient": lambda error: "mine"}):
    ...     bias_gradient(None)
    'mine'
    """
    with _standing_in({**_stand_ins, **functions}):
        yield


def ours() -> contextlib.AbstractContextManager[None]:
    """The program's own functions, whatever stands in for them outside."""
    return _standing_in({})


@contextlib.contextmanager
def _standing_in(functions: Mapping[str, Callable]) -> Iterator[None]:
    """These stand-ins and no others."""
    before = dict(_stand_ins)
    _stand_ins.clear()
    _stand_ins.update(functions)
    try:
        yield
    finally:
        _stand_ins.clear()
        _stand_ins.update(before)


def in_place() -> Hashable:
    """What decides which functions run now: the stand-ins, and those of them that are running."""
    return tuple(_stand_ins.items()), tuple(_running)


def note_ran(names: Iterable[str]) -> None:
    """Notes that the stand-ins of these functions ran."""
    for note in _notes:
        note.update(names)


@contextlib.contextmanager
def noting(note: set[str]) -> Iterator[None]:
    """Adds to a set the names of the functions whose stand-ins run meanwhile."""
    _notes.append(note)
    try:
        yield
    finally:
        _notes[:] = [each for each in _notes if each is not note]
