"""Records: a run as a JSON file, written and read back as what it is, findings about statements."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from symmetry.evidence.environment import FIELDS, environment
from symmetry.evidence.evidence import Evidence, required_fields
from symmetry.evidence.fields import (
    WORDS,
    Json,
    described,
    fields_of,
    from_json,
    require_constraints,
    shown,
    to_json,
)
from symmetry.evidence.finding import Finding, Heading, functions_run_by
from symmetry.evidence.kinds import KINDS
from symmetry.files import read_bytes, write_atomically
from symmetry.statements.ids import ID
from symmetry.statements.statement import Statement

Builtin = TypeVar("Builtin")

VERDICTS = "^(proved|checked|refuted|not run|incomplete|failed|right|wrong|cannot be run|right if .+)$"


class Outcome(NamedTuple):
    """Which fields a line of evidence always has that turned out so, and which it never has."""

    always: tuple[str, ...]
    never: tuple[str, ...]


OUTCOMES = {
    "passed": Outcome(always=(), never=("reason", "counterexample", "reproduce")),
    "failed": Outcome(always=("reason", "counterexample", "reproduce"), never=()),
    "not run": Outcome(always=("reason",), never=("counterexample", "reproduce")),
}
"""Every outcome of a line of evidence."""

SCHEMA = 2
"""The version of the format. In version 1 a digest covered only the lines of a law itself."""


@dataclasses.dataclass(frozen=True)
class RecordedBackprop:
    """The reader's own backprop that a run was made with, in the place of symmetry's."""

    file: str = described("As it was named.")
    object: str = described("The function of the file, or what has functions as attributes.")
    sha256: str = described("Of the file; not of what it imports.", pattern="^[0-9a-f]{64}$")

    @classmethod
    def of(cls, file: str, object: str, source: bytes) -> "RecordedBackprop":
        """An object of a file with that source."""
        return cls(file, object, hashlib.sha256(source).hexdigest())

    @property
    def name(self) -> str:
        """Its file's name without folders, and the object."""
        return f"{self.file.replace(chr(92), '/').rpartition('/')[2]}:{self.object}"

    def __str__(self) -> str:
        return f"{self.name} (sha256 {self.sha256})"


@dataclasses.dataclass(frozen=True)
class RecordedStatement:
    """What a record holds of one theorem or claim."""

    id: str = described("", pattern=f"^{ID}$")
    title: str = described("")
    statement: str = described("In LaTeX.")
    digest: str = described(
        "sha256 of statement, hypotheses (of a claim its verdict) and all the code that decides it, joined by NUL.",
        pattern="^[0-9a-f]{64}$",
    )
    verdict: str = described("What follows from the lines.", pattern=VERDICTS)
    evidence: tuple[Evidence, ...] = described("", items={"oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS]})

    @classmethod
    def of(cls, found: Finding) -> "RecordedStatement":
        head = found.heading
        return cls(head.id, head.title, head.statement, head.digest, found.verdict, tuple(found.in_order))

    def as_finding(self, made: Statement) -> Finding:
        """What was found about that statement."""
        return Finding(Heading.of(made), list(self.evidence))

    @property
    def ran(self) -> list[str]:
        """The functions of the program that the reader's own stood in for."""
        return functions_run_by(self.evidence) or []

    @property
    def is_claim(self) -> bool:
        return any(line.kind == "decided" for line in self.evidence)

    def to_json(self) -> dict[str, Json]:
        fields = {field: cast(str, getattr(self, field)) for field in TEXTS}
        return {**fields, "evidence": [line.to_json() for line in self.evidence]}


TEXTS = ("id", "title", "statement", "digest", "verdict")


@dataclasses.dataclass(frozen=True)
class Record:
    """A run: its seed and budget, what it was made with, and what it found.

    Attributes:
        seed: where random numbers start.
        networks: random networks for each theorem and float type.
        environment: versions, platform, device and commit.
        backprop: the reader's own, if the run was made with it.
        statements: what was found about each theorem and claim.
        unfinished: the ids of what was asked for and not found out yet; with any, the record is partial.
        ships: whether it came with this software, and is not of a run of the reader's.
    """

    seed: int
    networks: int
    environment: Mapping[str, str]
    backprop: RecordedBackprop | None
    statements: tuple[RecordedStatement, ...]
    unfinished: tuple[str, ...] = ()
    ships: bool = False

    @classmethod
    def of(
        cls, findings: Sequence[Finding], *, networks: int, seed: int, backprop: RecordedBackprop | None = None
    ) -> "Record":
        """The record of a run made here and now."""
        return cls(seed, networks, environment(), backprop, tuple(map(RecordedStatement.of, findings)))

    def __getitem__(self, id: str) -> RecordedStatement:
        """What it holds of one theorem or claim.

        Raises:
            ValueError: it holds nothing of it, or more than one thing.
        """
        found = [each for each in self.statements if each.id == id]
        if len(found) == 1:
            return found[0]
        what = f"{id} {len(found)} times" if found else f"nothing of {id}; it holds {first_of(self.ids)}"
        raise ValueError(f"the record holds {what}.")

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.statements]

    def to_json(self) -> dict[str, Json]:
        return {
            "schema": SCHEMA,
            "seed": self.seed,
            "networks": self.networks,
            "environment": dict(self.environment),
            **({} if self.backprop is None else {"backprop": to_json(self.backprop)}),
            **({"unfinished": list(self.unfinished)} if self.unfinished else {}),
            "theorems": [each.to_json() for each in self.statements],
        }

    def write(self, path: Path) -> None:
        """Writes it to a file, whole or not at all.

        Raises:
            ValueError: the folder is missing or cannot be written.
        """
        write_atomically(path, json.dumps(self.to_json(), indent=1, allow_nan=False) + "\n")


def first_of(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    return ", ".join(ids[:10]) + (f" and {len(ids) - 10} more" if len(ids) > 10 else "") or "nothing at all"


def read_record(path: Path) -> Record:
    """The record in a file.

    Raises:
        ValueError: the file cannot be read, is no JSON, or is no record that this version understands.
    """
    source = read_bytes(path, "name a file that `--record` wrote.")
    try:
        content = json.loads(source.decode(), parse_constant=_reject_constant, object_pairs_hook=_without_repeats)
        json.dumps(content, ensure_ascii=False).encode()  # fails for half a character, which nothing can print
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON ({error}); name a file that `--record` wrote.") from None
    try:
        return record_from_json(content)
    except ValueError as error:
        raise ValueError(f"{path} is no record: {error}.") from None


def record_from_json(content: Json) -> Record:
    """A record from builtin types.

    Raises:
        ValueError: it is no record that this version understands.
    """
    if not isinstance(content, dict):
        raise ValueError(f"it is a {type(content).__name__}, and a record is an object")
    if (schema := content.get("schema")) != SCHEMA:
        older = schema == 1
        why = "; its digests cover less of the code, so make a new one with `symmetry prove --record FILE`" * older
        raise ValueError(f"its schema is {shown(schema)}, and this version reads schema {SCHEMA}{why}")
    seed, networks = (_expect(content, name, int, "the record") for name in ("seed", "networks"))
    if networks < 1 or seed < 0:
        raise ValueError(f"networks is {networks} and seed {seed}; they are at least 1 and 0")
    backprop = from_json(RecordedBackprop, content["backprop"], "its backprop") if "backprop" in content else None
    statements = _expect(content, "theorems", list, "the record")
    made = tuple(_statement(each, f"theorems[{place}]", backprop) for place, each in enumerate(statements))
    found = _expect(content, "environment", dict, "the record")
    versions = {name: _expect(found, name, str, "its environment") for name in FIELDS if name in found}
    return Record(seed, networks, versions, backprop, made, _unfinished(content))


def _unfinished(content: Json) -> tuple[str, ...]:
    """The ids of what a record lacks; a whole one names none."""
    if not isinstance(content, dict) or "unfinished" not in content:
        return ()
    ids = _expect(content, "unfinished", list, "the record")
    if strange := [id for id in ids if not (isinstance(id, str) and re.fullmatch(ID, id))]:
        raise ValueError(f"the record's unfinished holds {shown(strange[0])}, which is no id")
    return tuple(map(str, ids))


def _statement(content: Json, where: str, backprop: RecordedBackprop | None) -> RecordedStatement:
    id, title, statement, digest, verdict = (_expect(content, name, str, where) for name in TEXTS)
    lines = _expect(content, "evidence", list, where)
    for field, text in zip(fields_of(RecordedStatement), (id, title, statement, digest, verdict), strict=False):
        require_constraints(text, field.metadata["constraints"], f"{where} has {field.name}")
    evidence = tuple(line_from_json(line, f"{id}, evidence[{place}],") for place, line in enumerate(lines))
    for line in evidence:
        if backprop is None and line.ran is not None:
            raise ValueError(f"{id} ran {list(line.ran)} of a backprop that it does not name")
    return RecordedStatement(id, title, statement, digest, verdict, evidence)


def line_from_json(content: Json, where: str) -> Evidence:
    """A line of evidence.

    Raises:
        ValueError: it is of no kind that this version knows, or a field is missing or of another type.
    """
    if not isinstance(content, dict):
        raise ValueError(f"{where} is {shown(content)}, and should be an object")
    kind, outcome = (_expect(content, name, str, where) for name in ("kind", "outcome"))
    for name, value, known in (("kind", kind, KINDS), ("outcome", outcome, OUTCOMES)):
        if value not in known:
            raise ValueError(f"{where} has {name} = {shown(value)}, and should have one of {', '.join(known)}")
    line = from_json(KINDS[kind], {name: value for name, value in content.items() if name != "kind"}, where)
    for name in (*OUTCOMES[outcome].always, *(required_fields(KINDS[kind]) if outcome == "passed" else ())):
        if name not in content:
            raise ValueError(f"{where} lacks {name}, which a line that {'was ' * (outcome == 'not run')}{outcome} has")
    return line


def _expect(content: Json, name: str, kind: type[Builtin], where: str) -> Builtin:
    """A field of that type of an object."""
    if not isinstance(content, dict):
        raise ValueError(f"{where} is {shown(content)}, and should be an object")
    if name not in content:
        raise ValueError(f"{where} lacks {name}, {WORDS[kind]}")
    value = content[name]
    if type(value) is not kind:
        raise ValueError(f"{where} has {name} = {shown(value)}, and should have {WORDS[kind]}")
    return cast(Builtin, value)


def _without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    if len(found := dict(pairs)) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"an object has {next(name for name in found if names.count(name) > 1)!r} twice")
    return found


def _reject_constant(text: str) -> Json:
    raise ValueError(f"{text} is no number of JSON")
