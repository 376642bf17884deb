"""A sweep on a terminal: how fast it is, the worst difference so far, how long it takes, and how to go on if it is stopped."""

import dataclasses
import shlex
import signal
import time
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from symmetry.display.progress import AS_IT_IS, PatientConsole, Stopped, in_time
from symmetry.engine.background import in_background
from symmetry.evidence.finding import Finding
from symmetry.rounding import share_of_bound
from symmetry.sweep.result import Result, finding_of
from symmetry.sweep.sweep import Sweep


@dataclasses.dataclass
class Sweeping:
    """A sweep that is shown while it runs.

    Attributes:
        sweep: what runs.
        started: when.
        before: networks that an earlier run had compared.
    """

    sweep: Sweep
    started: float = dataclasses.field(default_factory=time.monotonic)
    before: int = 0

    def run(self) -> None:
        """Runs it to its end, and adds up what all processes have done.

        Raises:
            Stopped: by Ctrl-C.
            ValueError: the journal cannot be written.
        """
        console, shown = PatientConsole(stderr=True), set[str]()
        self.before = self.compared
        with self._shown_on(console):
            try:
                for chunk in in_background(self.sweep.chunks()):
                    result = self.sweep.results[chunk.task]
                    if result.is_whole and chunk.task not in shown:
                        shown.add(chunk.task)
                        console.print(in_words(result), **AS_IT_IS)
                self.sweep.add_up()
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # the answer is on its way
                raise Stopped("interrupted", 130) from None

    @property
    def compared(self) -> int:
        """Networks compared so far that this process knows of."""
        return sum(result.totals.networks for result in self.sweep.results.values())

    def findings(self) -> list[Finding]:
        """What was found of every theorem; a network that fails is made simple first, which takes a while."""
        of_theorem: dict[str, list[Result]] = {}
        for result in self.sweep.results.values():
            of_theorem.setdefault(result.task.theorem.id, []).append(result)
        return [
            finding_of([(each, self.sweep.traced(each.task)) for each in results]) for results in of_theorem.values()
        ]

    def line(self) -> Table:
        """How things are now."""
        results = list(self.sweep.results.values())
        total, compared = sum(each.task.networks for each in results), self.compared
        passed = max(time.monotonic() - self.started, 1e-9)
        rate = (compared - self.before) / passed
        left = f"about {in_time((total - compared) / rate)} left" if rate and passed > 5 else "compiling" * (not rate)
        now = next((each for each in results if not each.is_whole), results[-1])
        worst = max(each.totals.worst for each in results)
        vacuous = sum(each.totals.vacuous for each in results)
        line = Table.grid(padding=(0, 1), expand=True)
        for _ in range(6):
            line.add_column(no_wrap=True)
        bar = ProgressBar(completed=100 * compared / total, width=16)
        numbers = f"{rate:,.0f} networks/s", f"worst {share_of_bound(worst)} of the bound", f"{vacuous:,} vacuous"
        line.add_row(bar, now.task.name, *numbers, left)
        return line

    def _shown_on(self, console: Console) -> AbstractContextManager:
        if not console.is_terminal:
            return nullcontext()
        return Live(get_renderable=self.line, console=console, refresh_per_second=4, transient=True)

    def how_to_go_on(self) -> str:
        """What becomes of what is done."""
        if self.sweep.file is None:
            return "nothing is kept, since no --journal FILE was named."
        return f"the same command goes on, with --journal {shlex.quote(str(self.sweep.file))}."


def in_words(result: Result) -> str:
    """What was found of a task, in a line."""
    totals = result.totals
    if result.error:
        return f"{result.task.name}: the law raised {result.error}"
    broken = f"{totals.broken:,} break it, the first is number {totals.broken_at:,}; " * bool(totals.broken)
    whole = "" if result.is_whole else f" of {result.task.networks:,}"
    return (
        f"{result.task.name}: {totals.networks:,}{whole} networks, {broken}worst difference "
        f"{share_of_bound(totals.worst)} of the bound (network {totals.worst_at:,}), {totals.vacuous:,} could not have failed"
    )


def print_what_is_done(sweeping: Sweeping) -> None:
    """Prints the totals so far, a line for each task that has any."""
    for result in sweeping.sweep.results.values():
        if result.totals.networks:
            print(in_words(result))
