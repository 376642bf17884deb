"""What names and subscripts of a statement stand for while it runs, looked up without running any code of the student's."""

import ast
import contextlib
import dataclasses
import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from flint import arb

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
        return np.array([_node(entry) for entry in self.entries.flat], int).reshape(self.entries.shape)

    @functools.cached_property
    def values(self) -> np.ndarray:
        """Every entry as a float; NaN where it is none."""
        if self.entries.dtype != object:
            return np.asarray(self.entries, float)
        return np.array([_float(entry) for entry in self.entries.flat]).reshape(self.entries.shape)

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
    return entry.node if isinstance(entry, ExactNumber) and entry.node is not None else -1


def _float(entry: object) -> float:
    value = entry.value if isinstance(entry, ExactNumber) else entry
    return float(value) if isinstance(value, arb | int | float | np.number) else np.nan


def found(parts: Iterable[tuple[str, ast.expr]], names: Names) -> list[Named]:
    """The arrays among expressions."""
    arrays = []
    for text, part in parts:
        with contextlib.suppress(Unknown, LookupError, TypeError, ValueError, ArithmeticError):
            value = _value(part, names)
            if (array := named(text, value)) is not None:
                corner = _corner(_value(part.value, names), value) if isinstance(part, ast.Subscript) else None
                arrays.append(dataclasses.replace(array, corner=corner))
    return arrays


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


def _value(part: ast.expr, names: Names) -> Held:
    """The value of an expression of names, attributes, subscripts, and sums of whole numbers, as subscripts have them."""
    match part:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names[name]
        case ast.Attribute(value=part, attr=name):
            owner = _value(part, names)
            if isinstance(owner, np.ndarray) and name == "T":
                return owner.T
            if name in getattr(owner, "__dict__", {}):
                return vars(owner)[name]
        case ast.Subscript(value=part, slice=index):
            owner, place = _value(part, names), _value(index, names)
            if isinstance(owner, list | tuple | np.ndarray) or (isinstance(owner, dict) and place in owner):
                return owner[place]
        case ast.Tuple(elts=parts):
            return tuple(_value(each, names) for each in parts)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if each is None else _value(each, names) for each in (lower, upper, step)))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _whole(operator.neg, _value(operand, names))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _SUMS:
            return _whole(_SUMS[type(operation)], _value(left, names), _value(right, names))
    raise Unknown


_SUMS: dict[type, Callable[[int, int], int]] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def _whole(operation: Callable, *numbers: Held) -> int:
    if not all(isinstance(number, int) for number in numbers):
        raise Unknown
    return operation(*numbers)
