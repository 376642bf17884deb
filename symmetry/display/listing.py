"""A list of theorems, claims or questions, as a table for a terminal and as builtin types."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from rich import box
from rich.table import Table

from symmetry.evidence.fields import Json
from symmetry.statements.claim import QUESTIONS, VERDICTS, Claim
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.registry import select
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem

TABLE = 100
"""Columns of a terminal from which a listing is a table of all that it lists."""

SAYS = ("title", "claim", "question")
"""The columns of listings that say what is listed."""

Cell: TypeAlias = str | list[str]
"""A text, or several, which a table joins and JSON keeps apart."""


class Listing:
    """Rows under headings."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]):
        self.columns, self.rows = tuple(columns), [tuple(row) for row in rows]

    def to_json(self) -> list[dict[str, Json]]:
        return [cast(dict[str, Json], dict(zip(self.columns, row, strict=True))) for row in self.rows]

    def cells(self) -> list[list[str]]:
        return [["; ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in self.rows]

    def table(self, width: int) -> Table:
        """A table for a terminal of that width; in a narrow one, what is listed of each stands below what it says."""
        wide = width >= TABLE
        says = next(name for name in self.columns if name in SAYS)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in self.columns if wide else ("id", says):
            table.add_column(name, no_wrap=name == "id", overflow="fold")  # a key is to be copied whole
        for cells in self.cells():
            row = dict(zip(self.columns, cells, strict=True))
            rest = [f"{name}: {cell}" for name, cell in row.items() if name not in ("id", says) and cell]
            table.add_row(*(cells if wide else (row["id"], "\n".join([row[says], *rest]))))
        return table


def listing(chapter: str | None, known: Mapping[str, Statement], thread: str | None, verdict: str | None) -> Listing:
    """What `symmetry list` lists: every theorem, or the theorems, claims or questions of one chapter.

    Raises:
        ValueError: there is no such chapter, thread or verdict, or a thread or verdict is asked of theorems.
    """
    chapter = None if chapter is None else chapter.upper()
    if chapter != "CLAIM" and (thread or verdict):
        raise ValueError("--thread and --verdict choose among claims; say `symmetry list CLAIM`.")
    if chapter == "ASK" or chapter in QUESTIONS:
        some = [each for id, each in QUESTIONS.items() if chapter in ("ASK", id)]
        asked = sorted(some, key=lambda each: chapter_and_number(each.id))
        return Listing(("id", "question", "threads"), [(each.id, each.asks, list(each.threads)) for each in asked])
    chosen = select([] if chapter is None else [chapter], known)
    if chapter == "CLAIM" or (chapter or "").startswith("CLAIM."):
        return _claims([each for each in chosen if isinstance(each, Claim)], thread, verdict)
    theorems = [each for each in chosen if isinstance(each, Theorem)]
    rows = [(each.id, each.title, list(each.evidence), list(each.controls)) for each in theorems]
    return Listing(("id", "title", "evidence", "controls"), rows)


def _claims(claims: Sequence[Claim], thread: str | None, verdict: str | None) -> Listing:
    threads = list(dict.fromkeys(each.thread for each in claims))
    for option, value, known in (("--thread", thread, threads), ("--verdict", verdict, VERDICTS)):
        if value is not None and value not in known:
            raise ValueError(f"{option} {value}: choose one of {', '.join(known)}.")
    rows = [
        (each.id, each.thread, each.title, each.stated_verdict, list(each.follows_from) or ["its own check"])
        for each in sorted(claims, key=lambda each: chapter_and_number(each.id))
        if (thread in (None, each.thread)) and (verdict in (None, each.verdict))
    ]
    return Listing(("id", "thread", "claim", "verdict", "decided by"), rows)
