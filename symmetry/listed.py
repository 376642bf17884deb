"""Lists of what there is: theorems, claims and questions, each as rows of text for a table or for JSON."""

from collections.abc import Sequence
from typing import Any

from symmetry.claim import QUESTIONS, VERDICTS, Claim
from symmetry.registry import chapter_and_number, select
from symmetry.theorem import Theorem


class Listing:
    """Rows under headings; `lists` of strings in a row are joined in a table and kept in JSON."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]):
        self.columns, self.rows = tuple(columns), [tuple(row) for row in rows]

    def to_json(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def cells(self) -> list[list[str]]:
        return [["; ".join(cell) if isinstance(cell, list) else str(cell) for cell in row] for row in self.rows]


def listing(chapter: str | None, known: dict[str, Any], thread: str | None, verdict: str | None) -> Listing:
    """What `symmetry list` lists: every theorem, or the theorems, claims or questions of one chapter.

    Raises:
        ValueError: there is no such chapter, thread or verdict, or a thread or verdict is asked of theorems.
    """
    if chapter != "CLAIM" and (thread or verdict):
        raise ValueError("--thread and --verdict choose among claims; say `symmetry list CLAIM`.")
    if chapter == "ASK" or chapter in QUESTIONS:
        some = [each for id, each in QUESTIONS.items() if chapter in ("ASK", id)]
        asked = sorted(some, key=lambda each: chapter_and_number(each.id))
        return Listing(("id", "question", "threads"), [(each.id, each.asks, list(each.threads)) for each in asked])
    chosen = select([chapter] if chapter else [], known)
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
        (each.id, each.thread, each.says, each.said_verdict, list(each.follows_from) or ["its own check"])
        for each in sorted(claims, key=lambda each: chapter_and_number(each.id))
        if (thread in (None, each.thread)) and (verdict in (None, each.verdict))
    ]
    return Listing(("id", "thread", "claim", "verdict", "decided by"), rows)
