"""Figure: the evidence ledger of a record as a picture, a row a theorem."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from symmetry.book.figures.picture import BLACK, BLUE, GREEN, GREY, ORANGE, SKY, VERMILION, Picture, drawn
from symmetry.evidence.kinds.sampled import FLOATS, Sampled
from symmetry.evidence.record import Record
from symmetry.rounding import share_of_bound
from symmetry.statements.ids import chapter_and_number
from symmetry.statements.verdict import counted, without_condition
from symmetry.wording import count

COLUMNS = ("formal", "derived", "identity", *FLOATS, "refuted", "controls")
"""Kinds of evidence, floats one by one."""

OUTCOMES = {"passed": 1, "not run": 2, "failed": 3}
"""What an entry of the table says, the worst of its lines; 0 stands for evidence that the theorem does not list."""

MARKS: dict[str, dict[str, Any]] = {
    "passed": {"marker": "o", "color": BLUE},
    "failed": {"marker": "X", "color": VERMILION},
    "not run": {"marker": "_", "color": ORANGE},
}

VERDICTS = {
    "proved": GREEN,
    "checked": SKY,
    "refuted": BLACK,
    "not run": ORANGE,
    "incomplete": VERMILION,
    "failed": VERMILION,
}

ROW = 0.165
"""Inches from theorem to theorem."""

BAR = 0.5 * 72 * ROW
"""Points: a bar is half as high as its row."""


class LedgerArrays(NamedTuple):
    """A record as arrays.

    Attributes:
        ids: of the theorems, in the record's order.
        verdicts: of the theorems.
        outcomes: numbers as in `OUTCOMES`: shape (theorems, columns).
        worst: worst difference over its bound, NaN where there is none: shape (theorems, columns).
        claims: how many claims have each verdict.
    """

    ids: list[str]
    verdicts: list[str]
    outcomes: np.ndarray
    worst: np.ndarray
    claims: dict[str, int]


def evidence_ledger_data(record: Record) -> LedgerArrays:
    """What a record (see `symmetry prove --record`) says of every theorem.

    Raises:
        ValueError: it has no theorems.
    """
    theorems = [each for each in record.statements if not each.is_claim]
    if not theorems:
        raise ValueError("the record has no theorems; pass one that `symmetry prove --record FILE` wrote.")
    claims = Counter(without_condition(each.verdict) for each in record.statements if each.is_claim)
    outcomes = np.zeros((len(theorems), len(COLUMNS)), int)
    worst = np.full(outcomes.shape, np.nan)
    for row, theorem in enumerate(theorems):
        for line in theorem.evidence:
            column = COLUMNS.index(line.column)
            outcomes[row, column] = max(outcomes[row, column], OUTCOMES[line.outcome])
            if isinstance(line, Sampled) and line.worst is not None:
                worst[row, column] = line.worst
    ids, verdicts = [each.id for each in theorems], [each.verdict for each in theorems]
    return LedgerArrays(ids, verdicts, outcomes, worst, dict(claims))


@drawn
def evidence_ledger(record: Record) -> Picture:
    """Every theorem of a record with the evidence for it; of floats, the worst difference as a part of its bound.

    Args:
        record: what `symmetry prove --record` wrote.

    Raises:
        ValueError: the record has no theorems.
    """
    data = evidence_ledger_data(record)
    verdicts = counted(Counter(data.verdicts))
    claims = f" Of the claims audited beside them: {counted(data.claims)}." if data.claims else ""
    worst = np.nanmax(data.worst, initial=0.0)
    failed = [id for id, row in zip(data.ids, data.outcomes, strict=True) if OUTCOMES["failed"] in row]
    failures = f"Evidence failed for {', '.join(failed)}." if failed else "Nothing failed."
    picture = Picture(
        "evidence_ledger",
        "The evidence for every theorem",
        f"{count(len(data.ids), 'theorem')}: {verdicts}.{claims} A dot is evidence that passed, a cross evidence that failed, "
        "a dash evidence that was not run; an empty place is evidence that the theorem does not list. Under the float types a "
        "bar is the worst difference seen, as a part of the bound (the whole grey track); the largest is "
        f"{share_of_bound(worst)}. "
        f"{count(record.networks, 'network')} a line, seed {record.seed}.",
        f"A table with a row a theorem ({', '.join(dict.fromkeys((data.ids[0], data.ids[-1])))}), and a column for each "
        f"kind of evidence: {', '.join(COLUMNS)}. {failures} Verdicts: {verdicts}.",
        height=1.2 + ROW * len(data.ids),
    )
    (axes,) = picture.panels()
    _shade_chapters(axes, data.ids)
    _draw_evidence(axes, data)
    _draw_verdicts(axes, data.verdicts)
    _label(axes, data.ids)
    return picture


def _shade_chapters(axes, ids: Sequence[str]) -> None:
    chapters = [chapter_and_number(id)[0] for id in ids]
    shaded = list(dict.fromkeys(chapters))[::2]
    for row, chapter in enumerate(chapters):
        if chapter in shaded:
            axes.axhspan(row - 0.5, row + 0.5, color="#F3F3F3", linewidth=0, zorder=0)


def _draw_evidence(axes, data: LedgerArrays) -> None:
    """For floats that passed, worst differences over bounds, each on a track that is the whole bound; else marks."""
    bars = (data.outcomes == OUTCOMES["passed"]) & ~np.isnan(data.worst)
    rows, columns = np.nonzero(bars)
    _draw_bars(axes, rows, columns - 0.4, 0.8, "#D0D0D0")
    _draw_bars(axes, rows, columns - 0.4, 0.8 * np.minimum(data.worst[rows, columns], 1), BLUE)
    for outcome, mark in MARKS.items():
        rows, columns = np.nonzero((data.outcomes == OUTCOMES[outcome]) & ~bars)
        axes.plot(columns, rows, linestyle="", markersize=5, markeredgewidth=1.5, **mark)


def _draw_bars(axes, rows, left, length, color: str) -> None:
    """All bars as one line with gaps: in a file a fifth of as many rectangles."""
    across = np.stack([left, left + length, np.full(len(rows), np.nan)], axis=1)
    axes.plot(across.ravel(), np.repeat(rows, 3), color=color, linewidth=BAR, solid_capstyle="butt")


def _draw_verdicts(axes, verdicts: Sequence[str]) -> None:
    place = len(COLUMNS) - 0.2
    for verdict in dict.fromkeys(verdicts):
        rows = [row for row, each in enumerate(verdicts) if each == verdict]
        axes.plot([place] * len(rows), rows, "s", color=VERDICTS.get(verdict, GREY), markersize=6)
    for row, verdict in enumerate(verdicts):
        axes.annotate(verdict, (place, row), (7, 0), textcoords="offset points", va="center", fontsize=8)


def _label(axes, ids: Sequence[str]) -> None:
    axes.set_xlim(-0.6, len(COLUMNS) + 0.9)
    axes.set_ylim(len(ids) - 0.5, -0.5)
    axes.set_xticks(range(len(COLUMNS)), COLUMNS, fontsize=8)
    axes.set_yticks(range(len(ids)), ids, fontsize=8)
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=True)
    axes.set_xlabel("kind of evidence (bars: worst difference / bound, from 0 to 1)", fontsize=9)
    axes.set_ylabel("theorem", fontsize=9, loc="top")
    axes.grid(False)
    axes.spines[:].set_visible(False)
