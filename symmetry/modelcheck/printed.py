"""A report as text: a table of groups, fitted to a width, and below it what was vacuous, frozen or wrong."""

import io
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from symmetry.modelcheck.laws import ACTION
from symmetry.modelcheck.report import Finding, GroupReport, LawReport, ModelReport
from symmetry.modelcheck.words import axes_in_words, frozen_in_words, one_line_each, settings_in_words, verdict_in_words
from symmetry.rounding import share_of_bound

LAWS = 76
"""Columns that numbers need in a table where each law has a column of its own."""

NARROWEST = 60

HEADS = ("action", "function", "loss", "gradients", "updates", "tied")
"""The columns of the laws, in their order."""

STYLES = {"failed": "bold red", "vacuous": "yellow", "not run": "yellow"}

LEGEND = (
    "action: exact; function to tied: the worst difference over what rounding allows, a failure above 1. tried: permutations on "
    "each network. controls: variants that leave one axis where it was, rejected by a law."
)


def printed(report: ModelReport, width: int, color: bool = False) -> str:
    """The report as text of that width."""
    width = max(width, NARROWEST)
    file = io.StringIO()
    styled = {"force_terminal": color, "color_system": "standard" if color else None}
    console = Console(file=file, width=width, markup=False, emoji=False, **styled)
    if report.groups:
        console.print(wide_table(report.groups) if _is_wide(report, width) else narrow_table(report.groups))
    for line in lines_below(report):
        console.print(line, highlight=False)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def _is_wide(report: ModelReport, width: int) -> bool:
    """Whether there is room for a column a law: for every name on one line, and for the longest path."""
    names = max(len(one.group.name) for one in report.groups)
    paths = max(len(word) for one in report.groups for word in axes_in_words(one.group).split())
    return width >= LAWS + names + max(paths, 24)


def wide_table(groups: Sequence[GroupReport]) -> Table:
    """A row a group, a column a law."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("group", no_wrap=True)
    table.add_column("units", justify="right", no_wrap=True)
    for name in (*HEADS, "tried", "controls"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("moves", overflow="fold")
    for one in groups:
        cells = [cell(law) for law in one.laws]
        units = str(one.group.size)
        table.add_row(one.group.name, units, *cells, str(one.permutations), controls_of(one), axes_in_words(one.group))
    return table


def narrow_table(groups: Sequence[GroupReport]) -> Table:
    """The same, with what a group moves and its laws in words below its name."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("group, what it moves, and its laws", overflow="fold", ratio=1)
    for one in groups:
        laws = ", ".join(f"{head} {cell(law)}" for head, law in zip(HEADS, one.laws, strict=True))
        counted = f"tried {one.permutations}, controls {controls_of(one)}"
        head = f"{one.group.name}: {one.group.size} units"
        table.add_row(styled(one.verdict), "\n".join([head, axes_in_words(one.group), f"{laws}, {counted}"]))
    return table


def cell(law: LawReport) -> Text:
    """The worst difference as a part of what is allowed, or what came of the law instead."""
    if law.outcome != "passed":
        return styled(law.outcome)
    return Text("exact" if law.name == ACTION else share_of_bound(law.worst))


def controls_of(group: GroupReport) -> str:
    """How many controls were rejected; nothing for a group that fails, whose controls show nothing."""
    return "" if group.verdict == "failed" else f"{group.rejected}/{group.controls}"


def styled(outcome: str) -> Text:
    return Text("FAILED" if outcome == "failed" else outcome, style=STYLES.get(outcome, "green"))


def lines_below(report: ModelReport) -> Iterator[str]:
    """What stands below the table: failures, what is vacuous or frozen, other findings, the settings and the verdict."""
    yield from one_line_each(report)
    yield from frozen_in_words(report.frozen)
    for section in report.sections:
        if section.findings or section.nothing:
            yield ""
            yield f"{section.title}:"
            yield from map(said, section.findings)
            yield from ([section.nothing] if not section.findings else [])
    if report.groups:
        yield ""
        yield LEGEND
    yield settings_in_words(report)
    yield verdict_in_words(report)


def said(finding: Finding) -> str:
    """A finding, marked where it is wrong."""
    text = str(finding)
    return f"wrong: {text}" if finding.wrong and not text.startswith("wrong") else text
