"""What a sweep found of a theorem, as a line of sampled evidence: counts, or the network that fails, made simpler."""

import dataclasses
from collections.abc import Sequence

from symmetry.evidence.evidence import command_for, functions_that_ran
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.kinds.sampled import VACUOUS, Sampled
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.journal import Done
from symmetry.sweep.kernel import Traced
from symmetry.sweep.one_network import law_of, simplest
from symmetry.sweep.sweepable import architectures_of
from symmetry.sweep.task import Task
from symmetry.sweep.totals import Totals, added


@dataclasses.dataclass(frozen=True)
class Result:
    """What was found of a task: the totals of its chunks, why they are void or "", the error that its law raised or ""."""

    task: Task
    totals: Totals = dataclasses.field(default_factory=Totals)
    void: str = ""
    error: str = ""

    def after(self, chunk: Done) -> "Result":
        """With one chunk more."""
        return dataclasses.replace(self, totals=added(self.totals, chunk.totals), void=self.void or chunk.void)

    @property
    def is_whole(self) -> bool:
        """Whether all networks were compared."""
        return bool(self.error) or self.totals.networks == self.task.networks

    def line(self, traced: Sequence[Traced]) -> Sampled:
        """The line of evidence; `traced` is what tracing the law showed, architecture by architecture."""
        task, totals = self.task, self.totals
        line = Sampled(
            outcome="passed",
            dtype=task.dtype,
            architectures=tuple(each.widths for each in architectures_of(task.theorem)),
            networks=totals.networks,
            worst=totals.worst,
            vacuous=totals.vacuous,
            vacuous_leaves=totals.vacuous_leaves,
            adversarial=0,
            vacuous_adversarial=0,
            ran=functions_that_ran({name for each in traced for name in each.ran}),
            swept=True,
        )
        if self.error:
            reason = f"the law raised {self.error}"
            return line.failed(reason, reason, command_for(task.theorem))
        strange = {dtype for each in traced for dtype in each.received} - {task.dtype}
        void = self.void or (f"the law was given numbers of {' and '.join(sorted(strange))}" if strange else "")
        if void:
            return line.failed(f"void: {void}", f"This sweep is void: {void}.", self.command())
        if totals.broken:
            return self._failed(line, traced)
        if totals.networks and totals.vacuous == totals.networks:
            return dataclasses.replace(line, outcome="not run", reason=VACUOUS)
        return line

    def _failed(self, line: Sampled, traced: Sequence[Traced]) -> Sampled:
        task, totals = self.task, self.totals
        block = totals.broken_at // BLOCK
        path = traced[block % len(traced)].paths[totals.broken_leaf] or "the value"
        law = law_of(task.theorem, task.dtype, task.seed, totals.broken_at)
        reason = (
            f"{path} differs by {totals.broken_by:.3g} times the bound on {law.architecture}, "
            f"network {totals.broken_at:,}; {totals.broken:,} of {totals.networks:,} networks break it"
        )
        text = simplest(task.theorem, task.dtype, task.seed, totals.broken_at)
        return line.failed(reason, f"{reason}\n{text}", self.command("--only", str(totals.broken_at)))

    def command(self, *options: str) -> str:
        """The command that looks at it again."""
        again = command_for(self.task.theorem, *options, "--dtype", self.task.dtype, "--seed", str(self.task.seed))
        return again.replace("symmetry prove", "symmetry sweep", 1)


def finding_of(results: Sequence[tuple[Result, Sequence[Traced]]]) -> Finding:
    """All that was found of one theorem, in several float types."""
    theorem = results[0][0].task.theorem
    return Finding(Heading.of(theorem), [result.line(traced) for result, traced in results])
