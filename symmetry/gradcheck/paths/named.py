"""What names and subscripts of a statement stand for while it runs, looked up without running any code of the student's."""

import ast
import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symmetry.gradcheck.number import Number
from symmetry.gradcheck.paths.source import parts_of

MOST_ENTRIES = 20_000
"""Entries of an array up to which it is looked at."""


class Unknown(Exception):
    """An expression that cannot be looked up."""


@dataclasses.dataclass(frozen=True)
class Named:
    """An array under the name that the student's code has for it.

    Attributes:
        text: the expression.
        nodes: every entry's place on the tape, -1 for a constant.
        values: every entry.
    """

    text: str
    nodes: np.ndarray
    values: np.ndarray

    @functools.cached_property
    def live(self) -> np.ndarray:
        """The places on the tape, each once."""
        return np.unique(self.nodes[self.nodes >= 0])

    def called(self, text: str) -> "Named":
        return dataclasses.replace(self, text=text)


def named(text: str, value: Any) -> Named | None:
    """An array of numbers, or one number; None for anything else."""
    if isinstance(value, Number):
        return Named(text, np.array(_node(value)), np.array(_float(value)))
    if not isinstance(value, np.ndarray) or value.size > MOST_ENTRIES or value.size == 0:
        return None
    if value.dtype.kind in "fbiu":
        return Named(text, np.full(value.shape, -1), np.asarray(value, float))
    if value.dtype != object:
        return None
    entries = value.ravel().tolist()
    if not all(isinstance(entry, Number | int | float | np.number) for entry in entries):
        return None
    nodes = np.array([_node(entry) for entry in entries], int).reshape(value.shape)
    return Named(text, nodes, np.array([_float(entry) for entry in entries]).reshape(value.shape))


def _node(entry: Any) -> int:
    return -1 if not isinstance(entry, Number) or entry.node is None else entry.node


def _float(entry: Any) -> float:
    return float(entry.value if isinstance(entry, Number) else entry)


def operands(statement: ast.stmt, source: str, names: Mapping[str, Any], beyond: Mapping[str, Any]) -> Iterator[Named]:
    """The arrays that a statement reads, by the expressions in it, the shortest first."""
    read = {
        _text(part, source): part
        for part in parts_of(statement)
        if isinstance(part, ast.Name | ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Load)
    }
    for text in sorted(read, key=len):
        yield from _found(read[text], text, names, beyond)


def _text(part: Any, source: str) -> str:
    return ast.get_source_segment(source, part) or ast.unparse(part)


def targets(statement: ast.stmt, source: str, names: Mapping[str, Any], beyond: Mapping[str, Any]) -> Iterator[Named]:
    """The arrays that a statement has assigned."""
    assigned: list[Any] = list(statement.targets) if isinstance(statement, ast.Assign) else []
    while assigned:
        target = assigned.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            assigned += target.elts
        else:
            yield from _found(target, _text(target, source), names, beyond)


def _found(part: Any, text: str, names: Mapping[str, Any], beyond: Mapping[str, Any]) -> Iterator[Named]:
    try:
        found = named(text, _value(part, names, beyond))
    except (Unknown, LookupError, TypeError, ValueError, ArithmeticError):
        return
    if found is not None:
        yield found


def _value(part: Any, names: Mapping[str, Any], beyond: Mapping[str, Any]) -> Any:
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


def _entry(owner: Any, place: Any) -> Any:
    if not isinstance(owner, dict | list | tuple | np.ndarray) or (isinstance(owner, dict) and place not in owner):
        raise Unknown
    return owner[place]


def _attribute(owner: Any, name: str) -> Any:
    if isinstance(owner, np.ndarray) and name == "T":
        return owner.T
    if name in getattr(owner, "__dict__", {}):
        return vars(owner)[name]
    raise Unknown


def _whole(part: Any, names: Mapping[str, Any], beyond: Mapping[str, Any]) -> Any:
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


_SUMS: Any = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
}
