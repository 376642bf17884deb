"""The ledger: what a run found, a row a theorem, and what it rests on, as text for a terminal or a pipe."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from symmetry.evidence import Evidence, Finding
from symmetry.own_evidence import name_of
from symmetry.rounding import exponent_of_chance, percentage, share_of_bound

STYLES = {
    "proved": "green",
    "checked": "green",
    "refuted": "cyan",
    "failed": "bold red",
    "incomplete": "red",
    "not run": "yellow",
}

FLOATS = {"float64": "f64", "float32": "f32", "bfloat16": "bf16", "float16": "f16"}


OURS = "symmetry's"
"""Whose code a row is of, in a run on the reader's own backprop, if none of that ran."""


def ledger(
    findings: Sequence[Finding], width: int, color: bool = False, backprop: Mapping[str, str] | None = None
) -> str:
    """The ledger as text of that width, or wider where its columns need more: no number and no title is cut off.

    `backprop` names the reader's own, if the run was on one.
    """
    width = max(width, 60)
    console = Console(file=io.StringIO(), width=width, force_terminal=color, color_system="standard" if color else None)
    theorems, claims = ([each for each in findings if each.is_claim == wanted] for wanted in (False, True))
    tables = [ledger_table(theorems, whose=backprop is not None)] if theorems or not claims else []
    told = claims_table([each for each in claims if each.verdict == "failed" or not theorems])
    for table in [*tables, *([told] if told.row_count else [])]:
        console.width = max(width, _least_width(table))
        console.print(table)
    console.width = width
    for line in summary(findings, backprop):
        console.print(line, highlight=False, markup=False)
    file = console.file
    assert isinstance(file, io.StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def _least_width(table: Table) -> int:
    """What a table needs: the widest cell of each column that does not wrap, and the least that is set of the others."""
    needed = [
        max(cell_len(str(cell)) for cell in (column.header, *column.cells)) if column.no_wrap else column.min_width or 1
        for column in table.columns
    ]
    left, right = table.padding[1], table.padding[3]
    return sum(needed) + (len(needed) - 1) * (1 + left + right) + 2


def ledger_table(findings: Sequence[Finding], whose: bool = False) -> Table:
    """A row a theorem: for floats, the worst difference as a fraction of its bound; if asked, whose code the row is of."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for name in ("id", "verdict", *(("code",) if whose else ())):
        table.add_column(name, no_wrap=True)
    for name in ("derived", "identity", *(f" {short}" for short in FLOATS.values()), "controls"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("theorem", min_width=12, overflow="fold")
    for finding in findings:
        verdict = Text(finding.verdict, style=STYLES[finding.verdict])
        code = ("yours" if finding.ran else OURS,) if whose else ()
        table.add_row(finding.heading.id, verdict, *code, *row(finding), finding.heading.title)
    return table


def row(finding: Finding) -> list[str]:
    """What the ledger says of a theorem's evidence: steps derived, chance of a false identity, worst in each float type, and
    the controls that were rejected."""
    floats = {line.details.get("dtype"): _sampled(line) for line in finding.of_kind("sampled")}
    other = [text for dtype, text in floats.items() if dtype not in FLOATS]
    return [
        *(_cell(finding, kind) for kind in ("derived", "identity")),
        *(floats.get(dtype, other[0] if other and dtype == "float64" else "") for dtype in FLOATS),
        _controls(finding),
    ]


def claims_table(findings: Sequence[Finding]) -> Table:
    """A row a claim, with the number of cases it was tried on."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in ("id", "verdict", "tried on", "claim"):
        table.add_column(name, no_wrap=name == "id")
    for finding in findings:
        tried = len(finding.evidence[0].details.get("instances", ()))
        style = STYLES.get(finding.verdict, "")
        table.add_row(finding.heading.id, Text(finding.verdict, style=style), str(tried or ""), finding.heading.title)
    return table


def summary(findings: Sequence[Finding], backprop: Mapping[str, str] | None = None) -> list[str]:
    """Verdicts counted, what the columns mean, how much was sampled, and what is trusted."""
    theorems, claims = ([each for each in findings if each.is_claim == wanted] for wanted in (False, True))
    lines = [_counted(theorems) or "no theorems"] if theorems or not claims else []
    if backprop is not None:
        lines = _counted_by_code(theorems, backprop)
    if claims:
        lines.append(f"claims: {_counted(claims)}")
    if not theorems:
        return lines
    for finding in theorems:
        lines += [f"{finding.heading.id}: {reason}" for reason in finding.reasons]
        if finding.verdict == "incomplete":
            lines.append(f"{finding.heading.id}: no control is given; add a broken variant that the check must reject.")
    lines += counts(findings)
    lines.append(
        "derived: number of steps that SymPy checked; identity: log2 of the chance that a false identity passed; "
        "f64 to f16: worst difference over its bound; controls: broken variants rejected"
        + ("; refuted: a false claim, with an exact counterexample." if _refuted(theorems) else ".")
    )
    lines.append(
        f"Trusted: SymPy {metadata.version('sympy')} for derivations, JAX {metadata.version('jax')} and this device for "
        "exact integers, the measured accuracy of activations (METH.3) for floats."
    )
    return lines


def _refuted(findings: Sequence[Finding]) -> bool:
    return any(finding.verdict == "refuted" for finding in findings)


def _counted(findings: Sequence[Finding]) -> str:
    verdicts = Counter("right if" if each.verdict.startswith("right if") else each.verdict for each in findings)
    return ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())


def _counted_by_code(findings: Sequence[Finding], backprop: Mapping[str, str]) -> list[str]:
    """The verdicts on the reader's own backprop, and those on symmetry's code, which must not be taken for them."""
    yours, ours = ([each for each in findings if bool(each.ran) == wanted] for wanted in (True, False))
    name = f"{name_of(backprop)} (sha256 {backprop['sha256'][:12]}...)"
    return [
        f"yours, {name}: {_counted(yours) or 'nothing, for it never ran'}",
        *([f"{OURS}, since nothing of yours ran: {_counted(ours)}"] if ours else []),
        "A derivation is yours only if its steps ran your code; else it is not run, and the theorem is checked, not proved.",
    ]


def counts(findings: Sequence[Finding]) -> list[str]:
    """How many networks were checked in each float type, and how many of them were vacuous."""
    lines = []
    for dtype in FLOATS:
        sampled = [line.details for line in _passed_or_failed(findings) if line.details.get("dtype") == dtype]
        networks = sum(details["networks"] for details in sampled)
        if networks:
            random = networks - sum(details["adversarial"] for details in sampled if "adversarial" in details)
            vacuous = sum(details["vacuous"] for details in sampled if details["networks"])
            hard = sum(details.get("vacuous_adversarial", 0) for details in sampled)
            share = (vacuous - hard) / random if random else 0.0
            lines.append(
                f"{dtype}: {networks:,} checks on networks; vacuous {percentage(share, '0.01')} of the random ones, "
                f"{percentage(hard / max(networks - random, 1))} of the adversarial ones."
            )
    return lines


def _passed_or_failed(findings: Sequence[Finding]) -> list[Evidence]:
    return [line for finding in findings for line in finding.of_kind("sampled") if line.outcome != "not run"]


def _cell(finding: Finding, kind: str) -> str:
    lines = finding.of_kind(kind)
    if not lines:
        return ""
    if lines[0].outcome != "passed":
        return lines[0].outcome
    details = lines[0].details
    if kind == "derived":
        return str(details["steps"])
    chance = details["log2_failure"]
    if chance is not None and chance != float("-inf"):
        return exponent_of_chance(chance)
    return "exact" if details["points"] or not details["architectures"] else "symbols"


def _sampled(line: Evidence) -> str:
    return share_of_bound(line.details["worst"]) if line.outcome == "passed" else line.outcome


def _controls(finding: Finding) -> str:
    lines = finding.of_kind("control")
    caught = sum(bool(line.details.get("caught")) for line in lines)
    return f"{caught}/{finding.heading.controls}" if finding.heading.controls else "none"
