"""Records read back from their files, checked to be what `symmetry.evidence.record` writes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from symmetry.evidence import SCHEMA

TOP = {"seed": int, "networks": int, "environment": dict, "theorems": list}
THEOREM = {"id": str, "title": str, "statement": str, "digest": str, "verdict": str, "evidence": list}
LINE = {"kind": str, "outcome": str}
BACKPROP = {"file": str, "object": str, "sha256": str}
"""What must be there, and of which type, for a record to be read at all. `record.schema.json` says it in full."""


NAMED = {int: "a whole number", str: "a text", dict: "an object", list: "a list"}


def read_record(path: Path) -> dict[str, Any]:
    """The content of a record.

    Raises:
        ValueError: the file cannot be read, is no JSON, or is no record that this version understands.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}; name a file that `--record` wrote.") from None
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error}); name a file that `--record` wrote.") from None
    try:
        _check(content)
    except ValueError as error:
        raise ValueError(f"{path} is no record: {error}.") from None
    return content


def recorded(content: Mapping[str, Any], id: str) -> dict[str, Any]:
    """What a record holds of one theorem or claim.

    Raises:
        ValueError: it holds nothing of it, or more than one thing.
    """
    found = [each for each in content["theorems"] if each["id"] == id]
    if len(found) != 1:
        what = (
            f"nothing of {id}; it holds {listed([each['id'] for each in content['theorems']])}"
            if not found
            else f"{id} {len(found)} times"
        )
        raise ValueError(f"the record holds {what}.")
    return found[0]


def listed(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    return ", ".join(ids[:10]) + (f" and {len(ids) - 10} more" if len(ids) > 10 else "") or "nothing at all"


def _check(content: Any) -> None:
    if not isinstance(content, dict):
        raise ValueError(f"it is a {type(content).__name__}, and a record is an object")
    if content.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {content.get('schema')!r}, and this version reads schema {SCHEMA}")
    _check_fields("the record", content, TOP)
    if content["networks"] < 1 or content["seed"] < 0:
        raise ValueError(f"networks is {content['networks']} and seed {content['seed']}; they are at least 1 and 0")
    if "backprop" in content:
        _check_fields("its backprop", content["backprop"], BACKPROP)
    for number, theorem in enumerate(content["theorems"]):
        _check_fields(f"theorems[{number}]", theorem, THEOREM)
        for place, line in enumerate(theorem["evidence"]):
            _check_fields(f"{theorem['id']}, evidence[{place}],", line, LINE)
            if "ran" in line and "backprop" not in content:
                raise ValueError(f"{theorem['id']} ran {line['ran']} of a backprop that it does not name")


def _check_fields(where: str, content: Any, fields: dict[str, type]) -> None:
    if not isinstance(content, dict):
        raise ValueError(f"{where} is {content!r}, and should be an object")
    for name, kind in fields.items():
        if name not in content:
            raise ValueError(f"{where} lacks {name}, {NAMED[kind]}")
        if type(content[name]) is not kind:
            raise ValueError(f"{where} has {name} = {content[name]!r}, and should have {NAMED[kind]}")


def _no_number(text: str) -> Iterable[Any]:
    raise ValueError(f"{text} is no number of JSON")
