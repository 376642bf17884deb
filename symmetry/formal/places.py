"""Where a theorem's proof comes from: the lemmas of the theory that it names, each with its file and line."""

import dataclasses
import re
from collections.abc import Iterator, Mapping

from symmetry.formal.imports import imported, path_of
from symmetry.formal.sources import Source

WORDS = frozenset(
    f"Theory.{name}" for name in ("Base", "Numbers", "Laws", "Functions", "Network", "Naturals", "SmallNetworks")
)
"""Modules of the words that statements are made of; lemmas are in the others."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a lemma is.

    Attributes:
        name: its name.
        file: relative to the sources: Theory/Permutation.agda.
        line: that of its statement, counted from 1.
    """

    name: str
    file: str
    line: int


def places(source: Source, texts: Mapping[str, str]) -> list[Place]:
    """The lemmas that the proof of a theorem names, each once, in its order.

    Args:
        source: the theorem's file.
        texts: the text of every module of the sources, by its name.
    """
    module = source.path.stem
    return list(dict.fromkeys(_places(proof(source), sorted(imported(texts[module]) - WORDS), texts)))


def proof(source: Source) -> str:
    """The right side of the equation that proves the theorem."""
    found = re.search(r"^  theorem\b(?! :)[^=]*=(.*?)(?:\n\s*\n|\Z)", source.theorem.text, re.DOTALL | re.MULTILINE)
    return found[1] if found is not None else ""


def _places(proof: str, modules: list[str], texts: Mapping[str, str]) -> Iterator[Place]:
    for word in re.findall(r"[^\s(){};,@]+", proof):
        inside = next((each for each in modules if word.startswith(f"{each}.")), None)
        name = word.removeprefix(f"{inside}.").rpartition(".")[2] if inside else word
        lines = ((each, _declared(name, texts.get(each, ""))) for each in ([inside] if inside else modules))
        found = next(((each, line) for each, line in lines if line), None)
        if found is not None:
            yield Place(name, path_of(found[0]), found[1])


def _declared(name: str, text: str) -> int:
    """The line that gives a name its type, in a module and not as one of several variables; 0 if none does."""
    declaration = re.compile(rf"\s*{re.escape(name)}\s+:(?:\s|$)")
    variable = re.compile(r"(?:private )?variable$")
    inside = -1
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent <= inside:
            inside = -1
        if variable.match(line.strip()):
            inside = indent
        elif inside < 0 and declaration.match(line):
            return number
    return 0
