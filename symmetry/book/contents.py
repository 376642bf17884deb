"""What is in the book and where: chapters, each a page, and the address of every theorem, claim, question and reference."""

import dataclasses
import functools
import re
import sys
from collections import Counter
from collections.abc import Mapping

from symmetry.bibliography import references
from symmetry.statements.claim import QUESTIONS, Claim, Question
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.notation import NOTATION, Symbol, notation_of
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem

CLAIMS, QUESTIONS_PAGE, REFERENCES = "claims.html", "questions.html", "references.html"
MEANING, TUTORIAL, DEPENDENCIES = "meaning.html", "invariant.html", "dependencies.html"

COMMON = 5
"""Theorems from which a symbol is one of the book's and not only of some statements."""


@dataclasses.dataclass(frozen=True)
class Chapter:
    """The theorems whose ids begin alike.

    Attributes:
        id: what their ids begin with, such as "PERM".
        page: the file, named by the module of its first theorem; of the reader's own, in a way that no page of the book is.
        title: the module's name in words.
        introduction: what its modules say of themselves, the first paragraph of each.
        theorems: in the order of their numbers.
    """

    id: str
    page: str
    title: str
    introduction: tuple[str, ...]
    theorems: tuple[Theorem, ...]


@dataclasses.dataclass(frozen=True)
class Contents:
    """The parts of the book, from theorems and claims by id as `proofs.load()` returns them."""

    known: Mapping[str, Statement]

    @functools.cached_property
    def theorems(self) -> list[Theorem]:
        return [made for made in self.known.values() if isinstance(made, Theorem)]

    @functools.cached_property
    def chapters(self) -> list[Chapter]:
        ids = dict.fromkeys(made.chapter for made in self.theorems)
        return [_chapter(id, tuple(made for made in self.theorems if made.chapter == id)) for id in ids]

    @functools.cached_property
    def claims(self) -> list[Claim]:
        claims = [made for made in self.known.values() if isinstance(made, Claim)]
        return sorted(claims, key=lambda made: chapter_and_number(made.id))

    @functools.cached_property
    def threads(self) -> dict[str, list[Claim]]:
        """The claims of each thread, by the thread's key."""
        keys = dict.fromkeys(claim.thread for claim in self.claims)
        return {key: [claim for claim in self.claims if claim.thread == key] for key in keys}

    @functools.cached_property
    def questions(self) -> list[Question]:
        """Questions whose answers rest on something in the book."""
        asked = sorted(QUESTIONS.values(), key=lambda made: chapter_and_number(made.id))
        return [each for each in asked if any(id in self.known for _, support in each.answer for id in support)]

    @functools.cached_property
    def addresses(self) -> dict[str, str]:
        """Where to find each id and each reference: a page and an anchor."""
        found = {made.id: f"{chapter.page}#{made.id}" for chapter in self.chapters for made in chapter.theorems}
        found |= {claim.id: f"{CLAIMS}#{claim.id}" for claim in self.claims}
        found |= {question.id: f"{QUESTIONS_PAGE}#{question.id}" for question in self.questions}
        return found | {key: f"{REFERENCES}#{key}" for key in self.cited}

    @functools.cached_property
    def notation(self) -> list[Symbol]:
        """The symbols that many theorems use."""
        used = Counter(id(each) for made in self.theorems for each in notation_of(made))
        common = [each for each in NOTATION if used[id(each)] >= COMMON]
        most = {each.latex: each for each in sorted(common, key=lambda each: used[id(each)])}
        return [each for each in common if most[each.latex] is each]

    @functools.cached_property
    def cited(self) -> dict[str, list[str]]:
        """The ids that cite each reference, by its key, in the order of the keys."""
        introduced = re.findall(r"\w+", " ".join(text for chapter in self.chapters for text in chapter.introduction))
        keys = {key for made in self.known.values() for key in made.cites} | (references().keys() & introduced)
        return {key: [made.id for made in self.known.values() if key in made.cites] for key in sorted(keys)}


def _chapter(id: str, theorems: tuple[Theorem, ...]) -> Chapter:
    modules = list(dict.fromkeys(made.module for made in theorems))
    name = modules[0].rpartition(".")[2]
    docstrings = [(sys.modules[module].__doc__ or "").strip() for module in modules]
    introduction = tuple(_sentence(text) for text in docstrings if text)
    page, title = f"{name}.html", name
    if theorems[0].is_own:
        page, title = f"own_{name}.html", name.removeprefix("test_")
        introduction = (f"The reader's own, from {name}.py; symmetry only checks it.", *introduction)
    return Chapter(id, page, title.replace("_", " ").capitalize(), introduction, theorems)


def _sentence(docstring: str) -> str:
    r"""What a module says of itself in its first paragraph, without the name of the chapter that it begins with.

    >>> _sentence("TIE, continued: units that are equal in part.")
    'Units that are equal in part.'
    >>> _sentence("SCALE for linear networks: every map is one.\n\nHow they are built.")
    'Linear networks: every map is one.'
    """
    text = re.sub(r"^[A-Z]{2,}(?:\.[0-9]+)?(?:, continued)?(?:: | for )", "", docstring.partition("\n\n")[0])
    return text[:1].upper() + text[1:]
