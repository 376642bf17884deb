"""The ledger: what a run found, a row a theorem, and what it rests on, as text for a terminal or a pipe."""

import io
import itertools
from collections import Counter
from collections.abc import Sequence
from importlib import metadata

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.sampled import FLOATS, Sampled
from symmetry.evidence.record import RecordedBackprop, first_of
from symmetry.rounding import percentage
from symmetry.statements.verdict import counted, without_condition
from symmetry.wording import count

STYLES = {
    "proved": "green",
    "checked": "green",
    "refuted": "cyan",
    "failed": "bold red",
    "incomplete": "red",
    "not run": "yellow",
    "partly run": "yellow",
}

COLUMNS = tuple(column for kind in KINDS.values() for column in kind.columns)
"""What the cells of a theorem's evidence are, kind by kind."""

TITLE = 24
"""Columns that a title needs at least."""

OURS = "symmetry's"
"""Whose code a row is of, in a run on the reader's own backprop, if none of that ran."""


def ledger(
    findings: Sequence[Finding], width: int, color: bool = False, backprop: RecordedBackprop | None = None
) -> str:
    """The ledger as text of that width, or wider where its columns need more: no number and no title is cut off.

    `backprop` names the reader's own, if the run was on one.
    """
    width = max(width, 60)
    styled = {"force_terminal": color, "color_system": "standard" if color else None}
    console = Console(file=io.StringIO(), width=width, markup=False, emoji=False, **styled)
    theorems, claims = ([each for each in findings if each.is_claim == wanted] for wanted in (False, True))
    tables = [_fitting(theorems, backprop is not None, width)] if theorems or not claims else []
    of_claims = claims_table([each for each in claims if each.verdict == "failed" or not theorems])
    for table in [*tables, *([of_claims] if of_claims.row_count else [])]:
        console.width = max(width, _least_width(table))
        console.print(table)
    console.width = width
    for line in summary(findings, backprop):
        console.print(line, highlight=False)
    file = console.file
    assert isinstance(file, io.StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def _fitting(theorems: Sequence[Finding], whose: bool, width: int) -> Table:
    """The table of theorems; where it would leave titles little room, with their evidence below them."""
    table = ledger_table(theorems, whose)
    return table if _least_width(table) <= width else ledger_table(theorems, whose, narrow=True)


def _least_width(table: Table) -> int:
    """What a table needs: the widest cell of each column that does not wrap, and the least that is set of the others."""
    needed = [
        max(cell_len(str(cell)) for cell in (column.header, *column.cells)) if column.no_wrap else column.min_width or 1
        for column in table.columns
    ]
    left, right = table.padding[1], table.padding[3]
    return sum(needed) + (len(needed) - 1) * (1 + left + right) + 2


def ledger_table(findings: Sequence[Finding], whose: bool = False, narrow: bool = False) -> Table:
    """A row a theorem: for floats, the worst difference as a fraction of its bound; if asked, whose code the row is of.

    If `narrow`, the evidence stands in words below the title.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for name in ("id", "verdict", *(("code",) if whose else ())):
        table.add_column(name, no_wrap=True)
    shown = _shown(findings)
    names = list(itertools.compress(COLUMNS, shown))
    for name in () if narrow else names:
        table.add_column(f" {name}" if name in FLOATS.values() else name, justify="right", no_wrap=True)
    table.add_column("theorem, and its evidence" if narrow else "theorem", min_width=TITLE, overflow="fold")
    for finding in findings:
        cells, title = list(itertools.compress(row(finding), shown)), finding.heading.title
        if narrow:
            found = ", ".join(f"{name} {cell}" for name, cell in zip(names, cells, strict=True) if cell)
            cells, title = [], "\n".join(part for part in (title, found) if part)
        table.add_row(*_head(finding, whose), *cells, title)
    return table


def _shown(findings: Sequence[Finding]) -> list[bool]:
    """Which columns are shown: those of a kind that is extra only where some theorem has a line of it."""
    return [column for kind in KINDS.values() for column in [_is_shown(kind, findings)] * len(kind.columns)]


def _is_shown(kind: type[Evidence], findings: Sequence[Finding]) -> bool:
    return not kind.is_extra or any(finding.of_kind(kind) for finding in findings)


def _head(finding: Finding, whose: bool) -> list[str | Text]:
    verdict = Text(finding.in_ledger, style=STYLES[finding.in_ledger])
    return [finding.heading.id, verdict, *(["yours" if finding.ran else OURS] if whose else [])]


def row(finding: Finding) -> list[str]:
    """The cells of a theorem's evidence, as many as `COLUMNS`."""
    cells = [kind.cells(finding.of_kind(kind), finding.heading.controls) for kind in KINDS.values()]
    return [cell for each in cells for cell in each]


def claims_table(findings: Sequence[Finding]) -> Table:
    """A row a claim, with the number of cases it was tried on."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in ("id", "verdict", "tried on", "claim"):
        table.add_column(name, no_wrap=name == "id")
    for finding in findings:
        tried = next((line.cell for line in finding.of_kind(Decided)), "")
        style = STYLES.get(finding.verdict, "")
        table.add_row(finding.heading.id, Text(finding.verdict, style=style), tried, finding.heading.title)
    return table


def summary(findings: Sequence[Finding], backprop: RecordedBackprop | None = None) -> list[str]:
    """Verdicts counted, what the columns mean, how much was sampled, and what is trusted."""
    theorems, claims = ([each for each in findings if each.is_claim == wanted] for wanted in (False, True))
    lines = [_counted(theorems) or "no theorems"] if theorems or not claims else []
    if backprop is not None:
        lines = _counted_by_code(theorems, backprop)
    if claims:
        lines.append(f"claims: {_counted(claims)}")
    if not theorems:
        return lines
    reasons: dict[str, list[str]] = {}
    for finding in theorems:
        lacking = ["no control is given; add a broken variant that the check must reject."]
        skipped = [f"not run, {reason}" for reason in finding.skipped]
        for reason in finding.reasons + skipped + lacking * (finding.verdict == "incomplete"):
            reasons.setdefault(reason, []).append(finding.heading.id)
    lines += [f"{first_of(ids)}: {reason}" for reason, ids in reasons.items()]
    lines += counts(findings)
    refuted = any(finding.verdict == "refuted" for finding in theorems)
    kinds = [kind for kind in KINDS.values() if kind.columns and _is_shown(kind, theorems)]
    kinds += [KINDS["refuted"]] * refuted
    lines.append(f"{'; '.join(kind.legend for kind in kinds)}.")
    formal = {line.trusts({}) for finding in theorems for line in finding.evidence if line.kind == "formal"} - {""}
    agda = (
        f"{', '.join(sorted(formal))} for formal proofs and what `symmetry show ID --formal` names, " if formal else ""
    )
    lines.append(
        f"Trusted: {agda}SymPy {metadata.version('sympy')} for derivations, JAX {metadata.version('jax')} and this device for "
        "exact integers, the measured accuracy of activations (METH.3) for floats."
    )
    return lines


def _counted(findings: Sequence[Finding]) -> str:
    return counted(Counter(without_condition(each.in_ledger) for each in findings))


def _counted_by_code(findings: Sequence[Finding], backprop: RecordedBackprop) -> list[str]:
    """The verdicts on the reader's own backprop, and those on symmetry's code, which must not be taken for them."""
    yours, ours = ([each for each in findings if bool(each.ran) == wanted] for wanted in (True, False))
    name = f"{backprop.name} (sha256 {backprop.sha256[:12]}...)"
    return [
        f"yours, {name}: {_counted(yours) or 'nothing, for it never ran'}",
        *([f"{OURS}, since nothing of yours ran: {_counted(ours)}"] if ours else []),
        "A proof is yours only if its steps or its definitions ran your code; else it is not run, and a theorem without "
        "another is checked, not proved.",
    ]


def counts(findings: Sequence[Finding]) -> list[str]:
    """How many networks were checked in each float type, and how many of them were vacuous."""
    sampled = [line for each in findings for line in each.of_kind(Sampled) if line.outcome != "not run"]
    found = []
    for dtype in FLOATS:
        lines = [line for line in sampled if line.dtype == dtype and line.networks]
        networks = sum(line.networks or 0 for line in lines)
        adversarial = sum(line.adversarial or 0 for line in lines)
        random = networks - adversarial
        vacuous = sum(line.vacuous or 0 for line in lines)
        hard = sum(line.vacuous_adversarial or 0 for line in lines)
        shares = [f"{percentage((vacuous - hard) / random, '0.01')} of the random ones"] if random else []
        shares += [f"{percentage(hard / adversarial)} of the adversarial ones"] if adversarial else []
        if lines:
            found.append(f"{dtype}: {count(networks, 'check')} on networks; vacuous {', '.join(shares)}.")
    return found
