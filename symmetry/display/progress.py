"""Progress of a run on a terminal, and what it found when it ends: failures with their networks, then the ledger."""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console

from symmetry.display.ledger import ledger
from symmetry.engine.compilation import keep_compiled_kernels
from symmetry.engine.workers import Load, in_parallel
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding
from symmetry.evidence.record import RecordedBackprop
from symmetry.evidence.session import Session
from symmetry.statements.statement import Statement

PARALLEL_FROM = 10
"""Shared jobs from which starting worker processes pays."""


def findings_with_progress(
    statements: Sequence[Statement],
    networks: int,
    seed: int,
    load: Load,
    *,
    cache: str,
    wanted: Sequence[str] | None = None,
) -> list[Finding]:
    """All findings, or those of the wanted ids, with progress on the standard error.

    Args:
        statements: those that share kernels, in order.
        networks: the budget.
        seed: where random numbers start.
        load: imports all statements that worker processes are to know.
        cache: the folder of JAX's compilation cache.
        wanted: ids among the statements; None for all, which worker processes may then share.
    """
    keep_compiled_kernels(cache)
    console = Console(stderr=True)
    found = []
    with console.status("starting") as status:
        session = Session(statements, networks, seed, lambda activity: status.update(escaped(activity)))
        parallel = wanted is None and len(session.work.jobs()) >= PARALLEL_FROM
        with in_parallel(session.work, load, cache) if parallel else nullcontext():
            for number, finding in enumerate(session.findings(wanted), 1):
                found.append(finding)
                count = len(statements if wanted is None else wanted)
                line = f"[{number}/{count}] {finding.heading.id} {finding.verdict}"
                console.print(line, highlight=False, markup=False)
    return found


def escaped(activity: str) -> str:
    """An activity in words, as rich prints it literally."""
    return activity.replace("[", r"\[")


def print_findings(findings: Sequence[Finding], backprop: RecordedBackprop | None = None) -> None:
    """Prints every failure, then the ledger; `backprop` names the reader's own, if the run was on one."""
    console = Console()
    for finding in findings:
        shown: set[str] = set()
        for lines in _sharing_an_explanation(finding):
            items = ", ".join(line.item for line in lines)
            print(f"\n{finding.heading.id} {items} failed: {without_repetition(lines[0], shown)}")
    print()
    print(ledger(findings, console.width, color=console.is_terminal, backprop=backprop))


def _sharing_an_explanation(finding: Finding) -> list[list[Evidence]]:
    """The lines that failed, those together that failed for the same reason."""
    found: dict[str, list[Evidence]] = {}
    for line in finding.evidence:
        if line.explanation:
            found.setdefault(line.explanation, []).append(line)
    return list(found.values())


def without_repetition(line: Evidence, shown: set[str]) -> str:
    """Why a line failed, without what was shown before, such as a network that breaks other lines too; `shown` grows.

    >>> from symmetry.evidence.kinds.sampled import Sampled
    >>> texts = [f"{dtype} differs\\nW1 = [[1.]]" for dtype in ("float64", "float32")]
    >>> lines = [Sampled(outcome="failed", dtype="float64", explanation=text) for text in texts]
    >>> shown = set()
    >>> [without_repetition(line, shown) for line in lines]
    ['float64 differs\\nW1 = [[1.]]', 'float32 differs\\nThe rest stands above.']
    """
    if line.explanation in shown:
        return "for the same reason as above."
    reason, _, rest = line.explanation.partition("\n")
    before = rest in shown
    shown |= {line.explanation, rest} - {""}
    if not before:
        return line.explanation
    return f"{reason}\n{'The network above breaks it.' if line.counterexample else 'The rest stands above.'}"


def cache_folder() -> str:
    """Where JAX is to keep what it compiles: where the environment says, else in the user's cache folder."""
    chosen = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return chosen or str(home / "symmetry-proofs" / "jax")
