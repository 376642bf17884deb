"""The journal of a sweep: a line for each chunk, added whole or not at all, so that a killed sweep can go on.

A line is a checksum and JSON. The first names the sweep. The last may be torn, where the machine stopped while it was written;
it is cut off, and its chunk runs again.
"""

import dataclasses
import fcntl
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symmetry.sweep.ranges import Range
from symmetry.sweep.totals import Totals
from symmetry.wording import shortened

VERSION = 1


@dataclasses.dataclass(frozen=True)
class Done:
    """A chunk that is done: of which task, the range of its blocks, the law's totals, why they are void or "".

    A task is a theorem's id and a float type, such as "PERM.1 float64".
    """

    task: str
    range: Range
    totals: Totals
    void: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"task": self.task, "blocks": list(self.range), "totals": self.totals._asdict(), "void": self.void}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Done":
        return cls(content["task"], Range(*content["blocks"]), Totals(**content["totals"]), content["void"])


class Journal:
    """A file that chunks are added to; it is this process's alone while it is open.

    Args:
        path: the file; made if there is none.
        header: what names the sweep.

    Raises:
        ValueError: the file cannot be written, is no journal, is that of another sweep, or another process has it open.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]):
        self.path, self.done = path, list[Done]()
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except (OSError, ValueError) as error:
            raise _unwritable(path, error) from error
        try:
            self._lock()
            self.done, whole = contents(path, header)
            self._cut(whole)
            if not whole:
                self._append({"journal": VERSION, **header})
        except BaseException:
            os.close(self._handle)
            raise

    def add(self, done: Done) -> None:
        """Adds a chunk, which stays even if the machine stops.

        Raises:
            ValueError: the line cannot be written, such as on a full disk; the lines before it stay.
        """
        self._append(done.to_json())
        self.done.append(done)

    def close(self) -> None:
        os.close(self._handle)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ValueError(
                f"{self.path} is the journal of a sweep that still runs; wait for it, or name another file."
            ) from error

    def _append(self, content: Mapping[str, Any]) -> None:
        line = line_of(content)
        try:
            written = os.write(self._handle, line)
            os.fsync(self._handle)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        if written < len(line):
            raise _unwritable(self.path, OSError(28, os.strerror(28)))

    def _cut(self, size: int) -> None:
        """Cuts off what follows the last whole line."""
        try:
            if self.path.is_file() and os.fstat(self._handle).st_size > size:
                os.ftruncate(self._handle, size)
        except OSError as error:
            raise _unwritable(self.path, error) from error


def _unwritable(path: Path, error: Exception) -> ValueError:
    why = getattr(error, "strerror", None) or error
    return ValueError(f"cannot write the journal {path}: {why}; make room, or name a file that you can write.")


def line_of(content: Mapping[str, Any]) -> bytes:
    """A line of a journal: the checksum of its JSON, and that."""
    text = json.dumps(content, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def contents(path: Path, header: Mapping[str, Any]) -> tuple[list[Done], int]:
    """The chunks of a journal, and how many of its bytes are whole lines.

    Raises:
        ValueError: it is no journal, is that of another sweep, or a line before the last is damaged.
    """
    if path.exists() and not path.is_file():  # such as a device, which may never end
        return [], 0
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ValueError(f"cannot read the journal {path}: {error.strerror}; name another file.") from error
    parsed, whole = [], 0
    for number, line in enumerate(lines[:-1], start=1):
        content = _parsed(line)
        if content is None:
            if number < len(lines) - 1 or not parsed:
                raise ValueError(
                    f"{path}, line {number}: this is no line of a journal of `symmetry sweep`; name another file."
                )
            break
        parsed.append(content)
        whole += len(line) + 1
    if not parsed:
        if lines[-1] and not line_of({"journal": VERSION, **header}).startswith(lines[-1]):
            raise ValueError(f"{path} is no journal of `symmetry sweep`; name another file.")
        return [], 0
    _require_same(path, parsed[0], {"journal": VERSION, **header})
    return [Done.from_json(content) for content in parsed[1:]], whole


def _parsed(line: bytes) -> dict[str, Any] | None:
    """What a line holds; None if it is not whole."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    return json.loads(text)


def _require_same(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raise unless a journal is of the same sweep."""
    expected = json.loads(json.dumps(expected))
    for name in {**expected, **found}:
        if found.get(name) != expected.get(name):
            raise ValueError(
                f"{path} is the journal of another sweep: its {name} is {_in_words(found.get(name))}, "
                f"and here it is {_in_words(expected.get(name))}; go on as it was begun, or name another file."
            )


def _in_words(value: Any) -> str:
    return shortened(", ".join(value) if isinstance(value, dict) else json.dumps(value))
