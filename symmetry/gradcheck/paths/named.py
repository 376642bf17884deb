"""What names and subscripts of a statement stand for while it runs, looked up without running any code of the student's."""

import ast
import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from symmetry.gradcheck.number import ExactNumber

Held = Any
"""What a name or a subscript of the student's stands for."""

Names = Mapping[str, Held]
"""Values by the names of a call, or of a module."""

MOST_ENTRIES = 10_000
"""Entries of an array up to which it is looked at."""


class Unknown(Exception):
    """An expression that cannot be looked up."""


@dataclasses.dataclass(frozen=True)
class Named:
    """An array under the name that the student's code has for it.

    Attributes:
        entries: a copy of the array.
        corner: of a window into another array, the place of its first entry there, and which axes there are its own.
    """

    text: str
    entries: np.ndarray
    corner: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @functools.cached_property
    def nodes(self) -> np.ndarray:
        """Every entry's place on the tape, -1 for a constant."""
        if self.entries.dtype != object:
            return np.full(self.entries.shape, -1)
        return np.array([_node(entry) for entry in self.entries.ravel().tolist()], int).reshape(self.entries.shape)

    @functools.cached_property
    def values(self) -> np.ndarray:
        """Every entry as a float; NaN where it is none."""
        if self.entries.dtype != object:
            return np.asarray(self.entries, float)
        return np.array([_float(entry) for entry in self.entries.ravel().tolist()]).reshape(self.entries.shape)

    @functools.cached_property
    def live(self) -> np.ndarray:
        """The places on the tape, each once."""
        return np.unique(self.nodes[self.nodes >= 0])

    def called(self, text: str) -> "Named":
        return dataclasses.replace(self, text=text)


def named(text: str, value: object) -> Named | None:
    """An array of numbers, or one number; None for anything else."""
    if isinstance(value, ExactNumber):
        value = np.fromiter([value], object, 1).reshape(())
    if not isinstance(value, np.ndarray) or not 0 < value.size <= MOST_ENTRIES or value.dtype.kind not in "fbiuO":
        return None
    if value.dtype == object and not isinstance(value.flat[0], ExactNumber | int | float | np.number):
        return None
    return Named(text, np.array(value))


def _node(entry: object) -> int:
    return -1 if not isinstance(entry, ExactNumber) or entry.node is None else entry.node


def _float(entry: object) -> float:
    if isinstance(entry, ExactNumber):
        return float(entry.value)
    return float(entry) if isinstance(entry, int | float | np.number) else np.nan


def found(parts: Iterable[tuple[str, ast.expr]], names: Names, beyond: Names) -> list[Named]:
    """The arrays among expressions, from the names of a call and those beyond it."""
    arrays = []
    for text, part in parts:
        with contextlib.suppress(Unknown, LookupError, TypeError, ValueError, ArithmeticError):
            value = _value(part, names, beyond)
            array = named(text, value)
            if array is not None and isinstance(part, ast.Subscript):
                array = dataclasses.replace(array, corner=_corner(_value(part.value, names, beyond), value))
            arrays.append(array)
    return [array for array in arrays if array is not None]


def _corner(whole: object, window: object) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Where a window into an array begins, and along which axes it extends; None if it is no such window."""
    if not isinstance(whole, np.ndarray) or not isinstance(window, np.ndarray) or not whole.flags.c_contiguous:
        return None
    if not np.shares_memory(whole, window) or len(set(whole.strides)) < whole.ndim:
        return None
    if not set(window.strides) <= set(whole.strides):
        return None
    first = (window.__array_interface__["data"][0] - whole.__array_interface__["data"][0]) // whole.itemsize
    return tuple(map(int, np.unravel_index(first, whole.shape))), tuple(map(whole.strides.index, window.strides))


def _value(part: ast.expr, names: Names, beyond: Names) -> Held:
    """The value of an expression of names, attributes, subscripts, and sums of whole numbers."""
    if isinstance(part, ast.Constant):
        return part.value
    if isinstance(part, ast.Name):
        if part.id in names:
            return names[part.id]
        return beyond[part.id]
    if isinstance(part, ast.Attribute):
        return _attribute(_value(part.value, names, beyond), part.attr)
    if isinstance(part, ast.Subscript):
        return _entry(_value(part.value, names, beyond), _value(part.slice, names, beyond))
    if isinstance(part, ast.Tuple):
        return tuple(_value(each, names, beyond) for each in part.elts)
    if isinstance(part, ast.Slice):
        ends = (part.lower, part.upper, part.step)
        return slice(*(None if each is None else _value(each, names, beyond) for each in ends))
    return _whole(part, names, beyond)


def _entry(owner: object, place: Held) -> Held:
    if not isinstance(owner, dict | list | tuple | np.ndarray) or (isinstance(owner, dict) and place not in owner):
        raise Unknown
    return owner[place]


def _attribute(owner: object, name: str) -> Held:
    if isinstance(owner, np.ndarray) and name == "T":
        return owner.T
    if name in getattr(owner, "__dict__", {}):
        return vars(owner)[name]
    raise Unknown


def _whole(part: ast.expr, names: Names, beyond: Names) -> Held:
    """Negations, sums and products of whole numbers, as they stand in subscripts."""
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        value = _value(part.operand, names, beyond)
        if isinstance(value, int):
            return -value
    if isinstance(part, ast.BinOp) and type(part.op) in _SUMS:
        one, other = _value(part.left, names, beyond), _value(part.right, names, beyond)
        if isinstance(one, int) and isinstance(other, int):
            return _SUMS[type(part.op)](one, other)
    raise Unknown


_SUMS: dict[type, Callable[[int, int], int]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
}
