"""Dataclasses as JSON: how a field is written, read back and described in a schema, all from its type.

A field made by `recorded` may be absent: it is None then. Every other field is always there. A float that is not finite is
null in JSON.
"""

import dataclasses
import functools
import math
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from symmetry.evidence.constraints import expected
from symmetry.wording import shortened

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a JSON file holds."""

Recorded = TypeVar("Recorded")

_hints = functools.cache(typing.get_type_hints)

WORDS: dict[object, str] = {
    int: "a whole number",
    float: "a number or null",
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
"""Types of JSON as a person reads them."""


def recorded(description: str = "", *, when_passed: bool = False, null: float = math.inf, **constraints: Json):
    """A field that may be absent.

    Args:
        description: what the schema says of it.
        when_passed: whether a line of evidence that passed must have it.
        null: the number that null stands for.
        constraints: further keywords of its JSON schema, such as minimum=0.
    """
    metadata = {"description": description, "when_passed": when_passed, "null": null, "constraints": constraints}
    return dataclasses.field(default=None, metadata={"recorded": True, **metadata})


def described(description: str, **constraints: Json):
    """A field that is always there, with what the schema says of it."""
    return dataclasses.field(metadata={"description": description, "constraints": constraints})


def unrecorded(default: str = ""):
    """A field that a record does not hold."""
    return dataclasses.field(default=default, metadata={"unrecorded": True})


def fields_of(kind: type) -> list[dataclasses.Field]:
    """The fields of a dataclass that a record holds, its own before inherited ones."""
    fields = [each for each in dataclasses.fields(kind) if not each.metadata.get("unrecorded")]
    inherited = {name for base in kind.__mro__[1:] for name in getattr(base, "__dataclass_fields__", {})}
    return sorted(fields, key=lambda field: field.name in inherited)


def to_json(thing: object) -> dict[str, Json]:
    """A dataclass as builtin types."""
    return {
        field.name: _encoded(value)
        for field in fields_of(type(thing))
        if (value := getattr(thing, field.name)) is not None or not field.metadata.get("recorded")
    }


def _encoded(value: object) -> Json:
    if dataclasses.is_dataclass(value):
        return to_json(value)
    if isinstance(value, tuple | list):
        return [_encoded(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return cast(Json, value)


def from_json(kind: type[Recorded], content: Json, where: str) -> Recorded:
    """A dataclass from builtin types.

    Raises:
        ValueError: a field is missing, unknown or of another type; `where` says where.
    """
    if not isinstance(content, dict):
        raise ValueError(f"{where} is {shown(content)}, and should be an object")
    fields, hints = {field.name: field for field in fields_of(kind)}, _hints(kind)
    if unknown := [name for name in content if name not in fields]:
        raise ValueError(f"{where} has {shown(unknown[0])}, which this version does not know")
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in content:
            values[name] = _decoded(hints[name], content[name], f"{where} has {name}", field.metadata)
            require_constraints(content[name], field.metadata.get("constraints", {}), f"{where} has {name}")
        elif not field.metadata.get("recorded"):
            raise ValueError(f"{where} lacks {name}, {_in_words(hints[name])}")
    return kind(**values)


def _decoded(hint: object, value: Json, where: str, metadata: Mapping) -> object:
    hint = _present(hint) if value is not None or "recorded" in metadata else hint
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_decoded(arguments[0], each, f"{where}[{place}]", {}) for place, each in enumerate(value))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return from_json(hint, value, where)
    if value is None and "null" in metadata.get("constraints", {}).get("type", ()):
        return None
    if hint is float and value is None:
        return metadata.get("null", math.inf)
    fits = _is_float(value) if hint is float else type(value) is hint
    if fits or (value is None and origin in (types.UnionType, typing.Union)):
        return value
    raise ValueError(f"{where} = {shown(value)}, and should have {_in_words(hint)}")


def _is_float(value: Json) -> bool:
    """Whether a number of JSON is one of floats: not 1e400."""
    return type(value) in (int, float) and abs(cast(float, value)) <= sys.float_info.max


def shown(value: Json) -> str:
    """A value of a record as an error shows it."""
    return shortened(repr(value))


def require_constraints(value: Json, constraints: Mapping[str, Json], where: str) -> None:
    """Raise unless a value that has the type of its field obeys what the schema asks of it besides.

    Raises:
        ValueError: it does not.
    """
    if value is not None and (words := expected(value, constraints)):
        raise ValueError(f"{where} = {shown(value)}, and should have {words}")


def _present(hint: object) -> object:
    """A type without None."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return hint
    (only,) = [each for each in typing.get_args(hint) if each is not type(None)]
    return only


def _in_words(hint: object) -> str:
    hint = _present(hint)
    return "a list" if typing.get_origin(hint) is tuple else WORDS.get(hint, "an object")


def properties_of(kind: type) -> dict[str, Json]:
    """The properties of a dataclass's JSON schema."""
    hints = _hints(kind)
    found: dict[str, Json] = {}
    for field in fields_of(kind):
        description = {"description": field.metadata["description"]} if field.metadata.get("description") else {}
        hint = _present(hints[field.name]) if field.metadata.get("recorded") else hints[field.name]
        found[field.name] = {**_schema_of(hint), **field.metadata.get("constraints", {}), **description}
    return found


def always_there(kind: type) -> list[Json]:
    """The names of the fields of a dataclass that are never absent."""
    return [field.name for field in fields_of(kind) if not field.metadata.get("recorded")]


def object_schema(kind: type, description: str = "") -> dict[str, Json]:
    """The JSON schema of a dataclass."""
    described: dict[str, Json] = {"description": description} if description else {}
    return {
        "type": "object",
        "properties": properties_of(kind),
        "required": always_there(kind),
        "additionalProperties": False,
        **described,
    }


_NAMES: Sequence[tuple[type, Json]] = ((bool, "boolean"), (int, "integer"), (str, "string"))


def _schema_of(hint: object) -> dict[str, Json]:
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _schema_of(typing.get_args(hint)[0])}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return {"$ref": f"#/$defs/{hint.__name__.lower()}"}
    if hint is float:
        return {"type": ["number", "null"]}
    name = next(name for each, name in _NAMES if each is _present(hint))
    return {"type": [name, "null"] if _present(hint) is not hint else name}
