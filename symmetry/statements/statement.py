"""What theorems, false claims and claims of threads have in common: all that a session, a record and a reader ask of them."""

import abc
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from symmetry.markdown import escaped, formula
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.source import Source, source_of
from symmetry.statements.variant import PassesEmptily
from symmetry.statements.verdict import mark

Job: TypeAlias = tuple[str | bool | None, ...]
"""Work that several lines of evidence may share: the name of a method of `symmetry.engine.work.Work`, and its arguments."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Statement(abc.ABC):
    """Something stated, with the code that decides whether it holds.

    Attributes:
        id: chapter and number, such as "PERM.1".
        title: the statement in a few words.
        statement: the statement in LaTeX; "" for a claim that is not made formal.
        cites: keys of the bibliography.
        evidence: the kinds of evidence that it lists, the strongest first.
        controls: broken variants by name; the evidence must reject each.
    """

    id: str
    title: str
    statement: str
    cites: tuple[str, ...]
    controls: Mapping[str, Callable | PassesEmptily]
    evidence: tuple[str, ...]

    @property
    @abc.abstractmethod
    def function(self) -> Callable | None:
        """The code that decides: a law, or the check of a claim; None where no run decides."""

    @property
    @abc.abstractmethod
    def premise(self) -> str:
        """When it holds, in words; of a claim, its verdict."""

    @property
    def stated_verdict(self) -> str:
        """The verdict that is stated before any run; "" for a theorem, which a run decides."""
        return ""

    @property
    def module(self) -> str:
        """The module that defines it."""
        return self.function.__module__ if self.function is not None else ""

    @property
    def chapter(self) -> str:
        """The part of the id before the dot."""
        return chapter_and_number(self.id)[0]

    @property
    def is_own(self) -> bool:
        """Whether it is the reader's own rather than one of the catalogue."""
        return self.module.partition(".")[0] != CATALOGUE

    @abc.abstractmethod
    def jobs(self) -> Iterator[Job]:
        """The work that is done for this statement alone."""

    @functools.cached_property
    def source(self) -> Source:
        """The code that decides, and all that it calls."""
        return source_of(self.function)

    @functools.cached_property
    def digest(self) -> str:
        """sha256 of what is stated and of all the code that decides it, joined by NUL: a changed statement has another."""
        return hashlib.sha256("\0".join([self.statement, self.premise, *self.source.everything]).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"<{self.id} {self.title}>"

    @abc.abstractmethod
    def remarks(self) -> list[str]:
        """What a notebook shows below the statement, in Markdown: a paragraph each; empty ones are left out."""

    def _repr_markdown_(self) -> str:
        """How a notebook shows it."""
        before = mark(self.stated_verdict if self.stated_verdict == "refuted" else "")
        head = f"**{self.id}** {before}{escaped(self.title)}"
        return "\n\n".join(part for part in (head, self.statement and formula(self.statement), *self.remarks()) if part)

    def _repr_latex_(self) -> str | None:
        """How a notebook shows it where there is no Markdown: its statement, if it is made formal."""
        return rf"$\displaystyle {self.statement}$" if self.statement else None


CATALOGUE = "proofs"
"""The package whose statements are the catalogue's; those of any other are a reader's own."""
