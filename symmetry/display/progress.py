"""Progress of a run on a terminal, and what it found when it ends: failures with their networks, then the ledger."""

import contextlib
import dataclasses
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from symmetry.display.ledger import ledger
from symmetry.engine.background import in_background
from symmetry.engine.compilation import keep_compiled_kernels
from symmetry.engine.jobs import in_words
from symmetry.engine.workers import in_parallel
from symmetry.evidence.environment import environment
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding
from symmetry.evidence.record import RecordedBackprop
from symmetry.evidence.session import Session
from symmetry.statements.registry import load
from symmetry.statements.statement import Job, Statement
from symmetry.wording import shortened

PARALLEL_FROM = 3
"""Statements from which worker processes pay: each of them imports everything, which takes as long as a theorem does."""


class Stopped(Exception):
    """A run ended before it was done: by Ctrl-C, or because a worker process was killed.

    Attributes:
        reason: in a word or a clause.
        status: that the command exits with.
    """

    def __init__(self, reason: str, status: int):
        super().__init__(reason)
        self.reason, self.status = reason, status


class PatientConsole(Console):
    """A console on the standard error; when nobody reads on, or nothing can be printed, it is quiet, and the run goes on."""

    def print(self, *objects: object, **options: Any) -> None:
        try:
            super().print(*objects, **options)
        except OSError:
            self.quiet = True

    def on_broken_pipe(self) -> None:
        self.quiet = True


def gather_with_progress(
    statements: Sequence[Statement],
    networks: int,
    seed: int,
    keep: Callable[[Finding], None],
    *,
    parallel: bool,
    wanted: Collection[str],
) -> None:
    """Gathers the findings of the wanted ids, with progress on the standard error.

    Args:
        statements: those that share kernels, in order.
        networks: the budget.
        seed: where random numbers start.
        keep: called with each finding as soon as it is made.
        parallel: whether worker processes may share the work; they know the catalogue only.
        wanted: ids among the statements.

    Raises:
        Stopped: before it was done. What runs then goes on until `leave` ends this process.
    """
    cache = cache_folder()
    keep_compiled_kernels(cache)
    console, versions = PatientConsole(stderr=True), environment()

    def told(statement: Statement, line: Evidence) -> None:
        clause = line.words(versions) if line.outcome == "passed" else f"{line.outcome}, {line.reason}"
        text = f"{statement.id} {line.label[0].lower()}{line.label[1:]}: {clause}"
        console.print(shortened(text, console.width) if console.is_terminal else text, **AS_IT_IS)

    session = Session(statements, networks, seed, told=told)
    jobs = session.work.jobs(wanted)
    bar = Bar(session, jobs, len(wanted))
    workers = parallel and bar.total >= PARALLEL_FROM
    with in_parallel(session.work, jobs, load, cache) if workers else nullcontext(), bar.shown_on(console):
        try:
            for finding in in_background(session.findings(wanted)):
                bar.found += 1
                keep(finding)
                console.print(f"[{bar.found}/{bar.total}] {finding.heading.id} {finding.verdict}", **AS_IT_IS)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the answer is on its way
            raise Stopped("interrupted", 130) from None
        except BrokenProcessPool:
            raise Stopped("a worker process was killed, for want of memory perhaps,", 1) from None


def leave(message: str, status: int) -> NoReturn:
    """Ends this process and its workers at once, whatever they are at."""
    for stream, text in ((sys.stdout, ""), (sys.stderr, f"symmetry: {message}\n")):
        with contextlib.suppress(OSError):
            stream.write(text)
            stream.flush()
    os._exit(status)


AS_IT_IS = {"highlight": False, "markup": False, "emoji": False, "soft_wrap": True}


@dataclasses.dataclass
class Bar:
    """One line that says how much is done, about how long the rest takes, and what runs.

    Attributes:
        session: what runs.
        jobs: all its shared work.
        total: findings that there will be.
        found: findings so far.
        activity: what runs here, where no worker processes do.
    """

    session: Session
    jobs: Sequence[Job]
    total: int
    found: int = 0
    activity: str = "starting"
    started: float = dataclasses.field(default_factory=time.monotonic)

    def shown_on(self, console: Console) -> AbstractContextManager:
        """Shows it while it lasts, on a terminal only."""

        def noted(activity: str) -> None:
            self.activity = activity

        self.session.progress = self.session.work.progress = noted
        if not console.is_terminal:
            return nullcontext()
        return Live(get_renderable=self.line, console=console, refresh_per_second=4, transient=True)

    def line(self) -> Table:
        """How things are now."""
        share = self.session.work.share_done(self.jobs)
        passed = time.monotonic() - self.started
        left = f"about {in_time(passed * (1 - share) / share)} left" if share > 0 and passed > 5 else ""
        line = Table.grid(padding=(0, 1), expand=True)
        for _ in range(3):
            line.add_column(no_wrap=True)
        line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        running = [in_words(job) for job, future in self.session.work.elsewhere.items() if future.running()]
        now = "; ".join(dict.fromkeys(running[: os.cpu_count()])) or self.activity
        line.add_row(ProgressBar(completed=100 * share, width=16), f"{self.found}/{self.total}", left, Text(now))
        return line


def in_time(seconds: float) -> str:
    """A time as minutes and seconds.

    >>> in_time(83.2)
    '1:24'
    """
    return f"{int(seconds + 0.99) // 60}:{int(seconds + 0.99) % 60:02}"


def print_findings(findings: Sequence[Finding], backprop: RecordedBackprop | None = None) -> None:
    """Prints every failure, then the ledger; `backprop` names the reader's own, if the run was on one."""
    console = Console()
    for finding in findings:
        for failure in failures(finding):
            print(f"\n{failure}")
    print()
    print(ledger(findings, console.width, color=console.is_terminal, backprop=backprop))


def failures(finding: Finding) -> list[str]:
    """Why lines failed, those together that failed for the same reason."""
    sharing: dict[str, list[Evidence]] = {}
    for line in finding.evidence:
        if line.explanation:
            sharing.setdefault(line.explanation, []).append(line)
    shown: set[str] = set()
    return [
        f"{finding.heading.id} {', '.join(line.item for line in lines)} failed: {without_repetition(lines[0], shown)}"
        for lines in sharing.values()
    ]


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
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return os.environ.get("JAX_COMPILATION_CACHE_DIR") or str(home / "symmetry-proofs" / "jax")
