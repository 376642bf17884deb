"""The page that shows which theorem rests on which: a picture, and a row for each theorem."""

import dataclasses
import functools
from collections.abc import Mapping

from markupsafe import Markup

from symmetry.book.agda import Agda
from symmetry.book.contents import Contents
from symmetry.graph import Dependencies, dependencies_of
from symmetry.graph.drawing import drawing
from symmetry.statements.claim import QUESTIONS

PICTURE = "dependencies.svg"
"""The picture as a file."""


@dataclasses.dataclass(frozen=True)
class Row:
    """What a theorem rests on, why, and what rests on it.

    Attributes:
        id: of the theorem.
        evidence: the strongest kind that it lists.
        below: ids that it rests on, and where that is said.
        modules: modules of Agda that its proof imports, and their pages; "" where there is none.
        above: ids of what rests on it.
    """

    id: str
    evidence: str
    below: tuple[tuple[str, str], ...]
    modules: tuple[tuple[str, str], ...]
    above: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class DependencyPage:
    """What the page shows of a book's statements."""

    contents: Contents
    agda: Agda

    @functools.cached_property
    def graph(self) -> Dependencies:
        """The graph of what is in the book.

        Raises:
            ValueError: something rests on itself.
        """
        found = dependencies_of(self.contents.known, QUESTIONS)
        _ = found.order
        return found

    @functools.cached_property
    def svg(self) -> Markup:
        """The picture, with links to pages beside it."""
        return Markup(drawing(self.graph, self.contents.addresses))

    @functools.cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        """The theorems' rows by the title of their chapter."""
        return {chapter.title: [self._row(made.id) for made in chapter.theorems] for chapter in self.contents.chapters}

    def _row(self, id: str) -> Row:
        graph = self.graph
        statements = [on for on in graph.below[id] if graph.nodes[on].kind != "agda"]
        pages = {name: file.page for name, file in self.agda.files.items()}
        return Row(
            id,
            graph.nodes[id].evidence,
            tuple((on, ", ".join(graph.reasons(id, on))) for on in statements),
            tuple((on, pages.get(on, "")) for on in graph.below[id] if graph.nodes[on].kind == "agda"),
            tuple(each for each in graph.above[id] if graph.nodes[each].kind != "agda"),
        )
