"""What a run shows on a terminal: progress on the standard error, failures with their networks, the ledger."""

import os
from pathlib import Path

from rich.console import Console

PARALLEL_FROM = 10
"""Shared jobs from which starting worker processes pays."""


def gathered(theorems: list, networks: int, seed: int, cache: str, wanted: list[str] | None = None) -> list:
    """All findings, or those of the wanted ids, with progress on the standard error."""
    from symmetry.engine.kernel import keep_compiled_kernels
    from symmetry.engine.session import Session
    from symmetry.engine.workers import findings_in_parallel

    keep_compiled_kernels(cache)
    console = Console(stderr=True)
    found = []
    with console.status("starting") as status:
        session = Session(theorems, networks, seed, lambda activity: status.update(escaped(activity)))
        parallel = wanted is None and len(session.work.jobs()) >= PARALLEL_FROM
        findings = findings_in_parallel(session, cache) if parallel else session.findings(wanted)
        for number, finding in enumerate(findings, 1):
            found.append(finding)
            line = f"[{number}/{len(theorems if wanted is None else wanted)}] {finding.heading.id} {finding.verdict}"
            console.print(line, highlight=False, markup=False)
    return found


def escaped(activity: str) -> str:
    """An activity in words, as rich prints it literally."""
    return activity.replace("[", r"\[")


def print_findings(findings: list, backprop: dict[str, str] | None = None) -> None:
    """Prints every failure, then the ledger; `backprop` names the reader's own, if the run was on one."""
    from symmetry.failures import told_once
    from symmetry.ledger import ledger

    console = Console()
    for finding in findings:
        shown: set[str] = set()
        for line in finding.evidence:
            if line.report:
                print(f"\n{finding.heading.id} {line.kind} failed: {told_once(line, shown)}")
    print()
    print(ledger(findings, console.width, color=console.is_terminal, backprop=backprop))


def example_failed(theorems: list, text: str, dtype: str) -> int:
    """Runs one theorem on one case and prints what came of it: 1 if it fails there.

    Raises:
        ValueError: several theorems, or a float type that there is none of.
    """
    import jax.numpy as jnp

    from symmetry.engine.report import run_example
    from symmetry.engine.shrink import Example
    from symmetry.theorem import DTYPES

    if len(theorems) != 1:
        raise ValueError(f"an example belongs to one theorem, but {len(theorems)} are selected; name one id.")
    if dtype not in DTYPES:
        raise ValueError(f"there is no float type {dtype!r} here; choose one of {', '.join(DTYPES)}.")
    failed, report = run_example(theorems[0], Example.parse(text), jnp.dtype(dtype))
    print(report)
    return int(failed)


def cache_folder() -> str:
    """Where JAX is to keep what it compiles: where the user said, else in the user's cache folder."""
    chosen = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return chosen or str(home / "symmetry-proofs" / "jax")
