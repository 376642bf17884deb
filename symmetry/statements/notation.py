"""What the symbols of statements mean: a catalogue defines each once, and says in which statements it means that."""

import dataclasses
import re
from collections.abc import Iterator, Mapping

from symmetry.statements.statement import Statement

GREEK = (
    "alpha beta gamma delta epsilon varepsilon eta theta lambda mu xi pi sigma tau varphi psi Lambda Delta nabla partial odot "
    "oplus wr circ bar dot ddot langle lVert"
)
"""Commands of LaTeX that are symbols of their own; all others set or space them."""

_TOKEN = re.compile(
    r"\\text\{[^{}]*\}|\\(?:begin|end)\{\w+\}|\^(?:T|\{-?T\})"
    r"|\\mathrm\{(?P<word>[A-Za-z]+)\}|(?P<sign>\^\{\(T\)\}|\^L(?![A-Za-z])|\\varphi(?:'+|\^\{\(k\)\}))|\\(?P<command>[A-Za-z]+)"
    r"|(?P<letter>[A-Za-z'])"
)

_ENTRY = re.compile(r"(.+?)  (.+?)(?: \[letters (.+?)\])?(?: \[in (.+?)\])?(?: \[not in (.+?)\])?")


@dataclasses.dataclass(frozen=True)
class Symbol:
    """A symbol and what it means.

    Attributes:
        latex: the symbol as it is written.
        meaning: what it stands for, in the words of hypotheses.
        letters: as `letters_of` finds them; where one of them occurs, the symbol is used.
        where: ids and chapters whose statements use it so; none for all.
        but: ids and chapters whose statements do not.
    """

    latex: str
    meaning: str
    letters: frozenset[str]
    where: frozenset[str]
    but: frozenset[str]

    def used_by(self, made: Statement) -> bool:
        """Whether a statement uses the symbol in this meaning."""
        names = {made.id, made.chapter}
        scoped = not self.where or self.where & names
        return bool(scoped and not self.but & names and self.letters & set(letters_of(made.statement)))


NOTATION: list[Symbol] = []
"""Every symbol that was defined, in order."""


def define(glossary: str, groups: Mapping[str, str]) -> None:
    r"""Defines symbols, each on a line that may go on indented: `\pi  any order [letters \pi] [in PERM ARCH.1] [not in PERM.9]`.

    The letters are by default those of the symbol, and it means that in all statements; of ids and chapters, `groups` names
    some together. Lines that begin with # are headings.

    Raises:
        ValueError: an entry is written otherwise.
    """
    entries = re.split(r"\n(?! )", glossary)
    for entry in (each for each in entries if each and not each.startswith("#")):
        found = _ENTRY.fullmatch(" ".join(re.split(r"\n +", entry)))
        if found is None:
            raise ValueError(
                f"{entry!r} is no symbol with its meaning, two spaces between; write it like 'n  an example'."
            )
        latex, meaning, letters, *scopes = found.groups("")
        where, but = ([id for name in scope.split() for id in groups.get(name, name).split()] for scope in scopes)
        NOTATION.append(Symbol(latex, meaning, *map(frozenset, (letters.split() or letters_of(latex), where, but))))


def notation_of(made: Statement) -> list[Symbol]:
    """The symbols that a statement of the catalogue uses, with their meaning there; none for a reader's own."""
    return [] if made.is_own else [each for each in NOTATION if each.used_by(made)]


def letters_of(latex: str) -> list[str]:
    r"""The letters and signs of a formula that mean something, each once; those of words and of structure do not.

    >>> letters_of(r"\nabla L(\pi\cdot\theta)' = {W^l}^T \varphi'(z)^{(T)} \text{ for all } w")
    ['\\nabla', 'L', '\\pi', '\\theta', "'", 'W', 'l', "\\varphi'", 'z', '^{(T)}', 'w']
    """
    return list(dict.fromkeys(_letters(latex)))


def _letters(latex: str) -> Iterator[str]:
    for token in _TOKEN.finditer(latex):
        word, sign, command, letter = token.group("word", "sign", "command", "letter")
        if command is None or command in GREEK.split():
            yield from filter(None, (word, sign, command and f"\\{command}", letter))
