"""A record is data from anywhere: whatever one holds, it is read or refused in words, and nothing in it is run."""

import copy
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import strategies as st

import proofs
from symmetry.evidence.constraints import CONSTRAINTS
from symmetry.evidence.record import read_record, record_from_json
from symmetry.evidence.schema import schema
from tests.hostile.fuzz import files_in, fuzz, in_order, refusal_in_words, refused
from tests.hostile.strategies import JSON, MARKUP

SHIPPED = Path(str(proofs.__file__)).with_name("record.json")

IDS = ("PERM.1", "PERM.10", "ARCH.1", "CLAIM.1")
"""Statements with every kind of evidence."""

ABSENT = object()

Place = tuple[str | int, ...]


@functools.cache
def shipped() -> dict[str, Any]:
    """What ships, of a few statements."""
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {**content, "theorems": [each for each in content["theorems"] if each["id"] in IDS]}


def places(content: object, before: Place = ()) -> Iterator[Place]:
    """Every field, and the first items of every list."""
    yield before
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in list(inside)[:8]:
        yield from places(value, (*before, name))


def with_change(content: object, place: Place, value: object) -> Any:
    """The content with another value at a place, or without one there."""
    if not place:
        return value
    changed: Any = copy.deepcopy(content)
    holder = functools.reduce(lambda found, name: found[name], place[:-1], changed)
    if value is ABSENT:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return changed


PLACES = st.sampled_from([place for place in places(shipped()) if place])
VALUES = JSON | st.just(ABSENT)


@functools.cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


@fuzz(60, 700, place=PLACES, value=VALUES)
def test_a_changed_field_is_refused_where_the_schema_refuses_it(place, value):
    changed = with_change(shipped(), place, value)
    with refusal_in_words(ValueError):
        record_from_json(changed)
        # Of another version a record may have other fields in its environment; an outcome edited by hand is found by `reproduce`.
        if place[0] != "environment" and place[-1] != "outcome":
            assert not [error.message for error in validator().iter_errors(changed)]


@fuzz(10, 200, place=PLACES, value=VALUES, id=st.sampled_from(IDS), command=st.sampled_from(["cite", "sheet"]))
def test_commands_take_or_refuse_a_changed_record(place, value, id, command, tmp_path):
    (tmp_path / "record.json").write_text(json.dumps(with_change(shipped(), place, value)), encoding="utf-8")
    in_order(command, id, "--record", "record.json")


BOMBS = {
    "lists": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "closed": b"[" * 100_000 + b"]" * 100_000,
    "a number": b'{"schema": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"schema": 2, "seed": 1e400}',
    "NaN": b'{"schema": NaN}',
    "twice": b'{"schema": 2, "schema": 2}',
    "half a character": b'{"schema": "\\ud800"}',
    "not UTF-8": b"\xff\xfe\x00{",
    "a mark": b"\xef\xbb\xbf{}",
    "nothing": b"",
    "NUL": b"\0" * 100,
    "cut off": b'{"schema": 2, "theor',
    "a pickle": b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94",
}

READERS = [
    ("show", "PERM.1", "--record"),
    ("cite", "PERM.1", "--record"),
    ("sheet", "PERM.1", "--record"),
    ("book", "pages", "--record"),
    ("figure", "evidence_ledger", "--record"),
    ("reproduce",),
    ("prove", "--resume"),
]


@fuzz(30, 150, bomb=st.sampled_from(sorted(BOMBS)), reader=st.sampled_from(READERS))
def test_what_is_no_record_is_refused_by_all_that_read_one(bomb, reader, tmp_path):
    (tmp_path / "record.json").write_bytes(BOMBS[bomb])
    before = files_in(tmp_path)
    assert "record.json is no" in refused(*reader, "record.json")
    assert files_in(tmp_path) == before


@fuzz(30, 200, content=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_neither_is_any_other_file(content, tmp_path):
    (tmp_path / "record.json").write_bytes(content)
    assert "record.json is no" in refused("reproduce", "record.json")


@pytest.mark.quick
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no file without end")
def test_a_file_without_end_is_refused():
    assert "holds more than 64 MiB" in refused("cite", "PERM.1", "--record", "/dev/zero")


@pytest.mark.quick
def test_the_texts_of_a_record_are_never_run(tmp_path):
    texts = [*MARKUP, "__import__('os').system('touch ran')", "`touch ran`", "$(touch ran)", "{{7*7}}"]
    content = shipped()
    for statement in range(len(content["theorems"])):
        content = with_change(content, ("theorems", statement, "title"), " ".join(texts))
    (tmp_path / "record.json").write_text(json.dumps(content), encoding="utf-8")
    read_record(tmp_path / "record.json")
    for line in (("cite", "PERM.1"), ("show", "CLAIM.1"), ("sheet", "ARCH.1"), ("figure", "evidence_ledger")):
        in_order(*line, "--record", "record.json")
    assert not (tmp_path / "ran").exists()


@pytest.mark.quick
def test_every_constraint_of_the_schema_is_asked():
    def keywords(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            for name, value in part.items():
                yield name
                yield from () if name in ("properties", "$defs") and not isinstance(value, dict) else keywords(value)
        elif isinstance(part, list):
            for each in part:
                yield from keywords(each)

    others = {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "maxItems", "minLength", "maxLength", "format"}
    assert set(keywords(schema())) & {*others, *CONSTRAINTS} == set(CONSTRAINTS)
