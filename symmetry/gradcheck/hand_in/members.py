"""Places in an object that someone wrote, such as `weights[1]` or `layers[0].W`: reading, setting and listing them."""

import re
import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symmetry.gradcheck.exact import ExactNumber
from symmetry.gradcheck.parameters import is_array, is_float

Node = Any
"""An object that someone wrote, or anything that it holds."""

Step = str | int
"""From an object to what it holds: the name of an attribute, a key, or an index."""

Place = tuple[Step, ...]
"""The steps to a place."""

MOST_LEVELS = 6
"""How deep objects are searched."""


def place_of(path: str) -> Place:
    """The steps that a path spells.

    >>> place_of("layers[0].W"), place_of("params['W1']")
    (('layers', 0, 'W'), ('params', 'W1'))

    Raises:
        ValueError: it is not written like one.
    """
    step = r"""\.?([^.\[\]'"\s]+)|\[(-?\d+)\]|\[['"]([^'"]*)['"]\]"""
    if not re.fullmatch(f"({step})+", path):
        raise ValueError(f"params: {path!r} is no path; write one like 'W1', 'weights[0]' or 'layers[0].W'.")
    return tuple(int(index) if index else name or key for name, index, key in re.findall(step, path))


def spelled(place: Place) -> str:
    """The path of a place.

    >>> spelled(("layers", 0, "W"))
    'layers[0].W'
    """
    path = ""
    for step in place:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def members(node: object) -> dict[Step, Node]:
    """What an object holds, by name, key or index; nothing for arrays and for what has no parts."""
    if is_array(node) or isinstance(node, str | bytes | type | types.ModuleType):
        return {}
    if isinstance(node, Mapping):
        return dict(node)
    if isinstance(node, tuple) and hasattr(node, "_asdict"):
        return dict(zip(node._fields, node, strict=True))  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(node, list | tuple):
        return dict(enumerate(node))
    slots = [name for kind in type(node).__mro__ for name in getattr(kind, "__slots__", ()) if isinstance(name, str)]
    held = {name: getattr(node, name) for name in slots if hasattr(node, name)} if type(node) is not ExactNumber else {}
    return held | getattr(node, "__dict__", {})


def read(root: Node, place: Place) -> Node:
    """What lies at a place.

    Raises:
        LookupError: there is no such place.
    """
    for step in place:
        root = _step(root, step)
    return root


def _step(node: Node, step: Step) -> Node:
    if isinstance(node, Mapping):
        return node[step]
    if isinstance(step, int):
        try:
            return node[step]
        except TypeError:
            raise LookupError(step) from None
    if isinstance(node, str | bytes) or not hasattr(node, step):
        raise LookupError(step)
    return getattr(node, step)


def write(root: Node, place: Place, value: object) -> None:
    """Puts a value at a place, unless it is there already."""
    parent = read(root, place[:-1])
    step = place[-1]
    if _step(parent, step) is value:
        return
    if isinstance(parent, Mapping) or isinstance(step, int):
        parent[step] = value  # pyright: ignore[reportIndexIssue]
        return
    try:
        object.__setattr__(parent, step, value)  # frozen dataclasses and modules of JAX, too
    except (AttributeError, TypeError) as error:
        raise ValueError(
            f"params: {spelled(place)} cannot be set on a {type(parent).__name__}: {error}; "
            "name the attribute that holds the array."
        ) from error


def is_number(node: object) -> bool:
    """Whether this is an array or one number of any kind, other than a truth value."""
    return is_array(node) or (
        isinstance(node, int | float | complex | np.number | ExactNumber) and not isinstance(node, bool)
    )


def leaves_at(root: Node, place: Place) -> dict[Place, Node]:
    """The arrays and numbers in nested lists and dictionaries at a place; other objects are given as they are."""
    node = read(root, place)
    if isinstance(node, np.ndarray) or not isinstance(node, list | tuple | Mapping):
        return {place: node}
    found: dict[Place, Node] = {}
    for step in members(node):
        found |= leaves_at(root, (*place, step))
    return found


def arrays_in(root: Node) -> dict[Place, Node]:
    """Every array of floats that an object holds, however deep, once each."""
    return {place: node for place, node in _walk(root, (), {}) if is_array(node) and is_float(node)}


def nodes_in(root: Node) -> Iterator[Node]:
    """The object and everything that it holds, once each."""
    return (node for _, node in _walk(root, (), {}))


def _walk(node: Node, place: Place, seen: dict[int, Node]) -> Iterator[tuple[Place, Node]]:
    if id(node) in seen or len(place) > MOST_LEVELS:
        return
    seen[id(node)] = node
    yield place, node
    for step, member in members(node).items():
        yield from _walk(member, (*place, step), seen)
