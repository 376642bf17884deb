"""A theorem's file of Agda as a reader asks for it: what it says, the laws that it supposes, the statement, its control."""

import dataclasses
import functools
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LAWS = "Theory/Laws.agda"
"""Where the sets of laws are, each a record with its words in the comment above."""

PARTS = ("Theorem", "Model", "Control")
"""The modules that every theorem's file has, in this order; others stand between the first two."""


@dataclasses.dataclass(frozen=True)
class Part:
    """Some lines of a file.

    Attributes:
        line: the first of them, counted from 1.
        text: the lines.
    """

    line: int
    text: str


@dataclasses.dataclass(frozen=True)
class Source:
    """A theorem's file.

    Attributes:
        path: where it is.
        says: what it says of itself, in words.
        laws: the sets of laws that the theorem supposes, by the names of their records, in words.
        theorem: the statement, with the laws that it supposes, and its proof from the theory; further forms of it.
        model: numbers that obey the laws.
        control: what the control breaks, and the statement with it, refuted.
    """

    path: Path
    says: str
    laws: Mapping[str, str]
    theorem: Part
    model: Part
    control: Part

    @property
    def refutes(self) -> bool:
        """Whether its control is a statement that is refuted."""
        return bool(re.search(r"^\s+refuted : ¬ ", self.control.text, re.MULTILINE))


@functools.cache
def source(path: Path) -> Source:
    """A theorem's file, read.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a part that every theorem's file has is not there.
    """
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    begin = [_beginning(lines, name, path) for name in PARTS]
    parts = [_part(lines, *ends) for ends in zip(begin, [*begin[1:], len(lines)], strict=True)]
    head = re.search(r"module Theorem.*?where$", parts[0].text, re.DOTALL | re.MULTILINE)
    return Source(path, opening(text), _laws(path, head[0] if head else ""), *parts)


def _beginning(lines: list[str], name: str, path: Path) -> int:
    """Where a module begins, with the comment above it."""
    place = next((place for place, line in enumerate(lines) if re.match(rf"module {name}\b", line)), None)
    if place is None:
        raise ValueError(f"{path.name} has no module {name}; a theorem's file has {', '.join(PARTS)}.")
    while place and not lines[place - 1].strip():
        place -= 1
    while place and lines[place - 1].startswith("--"):
        place -= 1
    while not lines[place].strip():
        place += 1
    return place


def _part(lines: list[str], first: int, end: int) -> Part:
    return Part(first + 1, "\n".join(lines[first:end]).rstrip())


def opening(text: str) -> str:
    """The comment that a file begins with, line by line.

    >>> opening("-- Sums, and\\n-- what they are.\\nmodule Sums where")
    'Sums, and\\nwhat they are.'
    """
    comment = itertools.takewhile(lambda line: line.startswith("--"), text.splitlines())
    return "\n".join(line.removeprefix("--").removeprefix(" ") for line in comment)


def _laws(path: Path, head: str) -> dict[str, str]:
    known = laws(path.parent / LAWS)
    return {name: known[name] for name in re.findall(r":\s*(?:[\w.]+\.)?(\w+)\s+[^\s)]+\)", head) if name in known}


@functools.cache
def laws(path: Path) -> Mapping[str, str]:
    """The sets of laws of a file, by the names of their records, in words without a full stop."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {}
    for place, line in enumerate(lines):
        if (record := re.match(r"record (\w+)", line)) and place and lines[place - 1].startswith("--"):
            found[record[1]] = lines[place - 1].removeprefix("--").strip().removesuffix(".")
    return MappingProxyType(found)
