"""A report as a notebook shows it: a table of groups, and below it the sentences of the printed report."""

from collections.abc import Iterator
from html import escape

from symmetry.modelcheck.printed import HEADS, cell, controls_of, lines_below
from symmetry.modelcheck.report import GroupReport, ModelReport
from symmetry.modelcheck.words import axes_in_words

COLUMNS = ("group", "units", *HEADS, "tried", "controls", "moves")


def as_html(report: ModelReport) -> str:
    """A table with a row a group, then a paragraph a sentence."""
    head = "".join(f"<th scope='col'>{name}</th>" for name in COLUMNS)
    rows = "".join(f"<tr>{''.join(_cells(one))}</tr>" for one in report.groups)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if report.groups else ""
    return "\n".join([table, *(f"<p>{escape(line)}</p>" for line in lines_below(report) if line)])


def _cells(one: GroupReport) -> Iterator[str]:
    yield f"<th scope='row'>{escape(one.group.name)}</th>"
    for text in (
        str(one.group.size),
        *(cell(law).plain for law in one.laws),
        str(one.permutations),
        controls_of(one),
        axes_in_words(one.group),
    ):
        yield f"<td>{escape(text)}</td>"
