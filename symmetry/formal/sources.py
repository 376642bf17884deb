"""A theorem's file of Agda as a reader asks for it: what it says, the laws that it supposes, the statement, its control."""

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

LAWS = "Theory/Laws.agda"
"""Where the sets of laws are, each a record with its words in the comment above."""


@dataclasses.dataclass(frozen=True)
class Part:
    """Some lines of a file.

    Attributes:
        line: the first of them, counted from 1.
        text: the lines, without the indentation that they share.
    """

    line: int
    text: str


@dataclasses.dataclass(frozen=True)
class Source:
    """A theorem's file.

    Attributes:
        path: where it is.
        says: what it says of itself, in words.
        laws: the sets of laws that it supposes, by the names of their records, in words; empty where none is needed.
        statement: the module that names the laws, and the statement of the theorem in it.
        proof: the proof, from that of the theory.
        control: what the control breaks, in words.
        refutation: the statement that Agda refutes, and its counterexample.
    """

    path: Path
    says: str
    laws: Mapping[str, str]
    statement: Part
    proof: Part
    control: str
    refutation: Part

    @property
    def name(self) -> str:
        """The name of its module, such as "PERM-1"."""
        return self.path.stem


@functools.cache
def source(path: Path) -> Source:
    """A theorem's file, read.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a part that every theorem's file has is not there.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    head = _block(lines, r"module Theorem\b", path, until=r"\bwhere$")
    theorem = _block(lines, r"\s+theorem :", path, until=r"\s+theorem\b(?! :).*=")
    proof = _block(lines, r"\s+theorem\b(?! :).*=", path, until=r"\S")
    refuted = _block(lines, r"\s+refuted :", path, until=r"\S")
    statement = Part(head.line, f"{head.text}\n{_indented(theorem.text)}")
    return Source(path, _words(lines, 0), _laws(path, head.text), statement, proof, _control(lines), refuted)


def _block(lines: list[str], start: str, path: Path, until: str) -> Part:
    """The lines from the first that matches to the one before the next that ends it; its own line may end it, too."""
    first = next((place for place, line in enumerate(lines) if re.match(start, line)), None)
    if first is None:
        raise ValueError(
            f"{path.name}: no line matches {start!r}; a theorem's file has modules Theorem, Model and Control."
        )
    if until.endswith("$"):
        last = next(place for place in range(first, len(lines)) if re.search(until, lines[place])) + 1
    else:
        last = next((place for place in range(first + 1, len(lines)) if re.match(until, lines[place])), len(lines))
    return Part(first + 1, _dedented(lines[first:last]))


def _dedented(lines: list[str]) -> str:
    width = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:] for line in lines).rstrip()


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.splitlines())


def _words(lines: list[str], start: int) -> str:
    """The comment that begins at a line, as one sentence after another."""

    def said() -> Iterator[str]:
        for line in lines[start:]:
            if not line.lstrip().startswith("--"):
                return
            yield line.lstrip().removeprefix("--").strip()

    return " ".join(said())


def _control(lines: list[str]) -> str:
    start = next((place for place, line in enumerate(lines) if line.lstrip().startswith("-- Control:")), None)
    return "" if start is None else _words(lines, start).removeprefix("Control:").strip()


def _laws(path: Path, head: str) -> dict[str, str]:
    known = laws(path.parent / LAWS)
    return {name: known[name] for name in re.findall(r":\s*(?:[\w.]+\.)?(\w+)\s+[^\s)]+\)", head) if name in known}


@functools.cache
def laws(path: Path) -> Mapping[str, str]:
    """The sets of laws of a file, by the names of their records, in words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {}
    for place, line in enumerate(lines):
        if (record := re.match(r"record (\w+)", line)) and place and lines[place - 1].startswith("--"):
            found[record[1]] = lines[place - 1].removeprefix("--").strip()
    return MappingProxyType(found)
