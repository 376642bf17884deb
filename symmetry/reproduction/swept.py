"""Swept lines of a record, run again: the same networks, since those of a sweep follow from its seed and their number."""

from collections.abc import Callable, Iterator

from symmetry.evidence.finding import Finding
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import Record, RecordedStatement
from symmetry.reproduction.difference import Difference
from symmetry.reproduction.plan import ReproductionPlan
from symmetry.statements.theorem import Theorem
from symmetry.sweep.sweep import Sweep
from symmetry.sweep.sweepable import reason_against
from symmetry.sweep.task import SEEDS, Task


def swept_lines(recorded: RecordedStatement) -> list[Sampled]:
    """The lines of a recorded statement that are of a sweep."""
    return [line for line in recorded.evidence if isinstance(line, Sampled) and line.swept]


def has_sweeps(record: Record) -> bool:
    """Whether a sweep found any line of a record."""
    return any(map(swept_lines, record.statements))


def not_swept(planned: ReproductionPlan) -> list[str]:
    """The wanted ids of which the record has no line of a sweep."""
    swept = {each.id for each in planned.record.statements if swept_lines(each)}
    return [id for id in planned.wanted if id not in swept]


def tasks_again(planned: ReproductionPlan) -> list[Task]:
    """What is to be swept again; of a line that cannot be, the plan learns why."""
    return list(_tasks(planned))


def _tasks(planned: ReproductionPlan) -> Iterator[Task]:
    record, made = planned.record, {each.id: each for each in planned.statements}
    for recorded in record.statements:
        for line in swept_lines(recorded) if recorded.id in planned.wanted else ():
            theorem = made[recorded.id]
            reason = reason_against(theorem, line.dtype)
            if not reason and record.seed >= SEEDS:
                reason = f"the seed of a sweep is below {SEEDS:,}"
            if reason or not isinstance(theorem, Theorem):
                planned.found[recorded.id].differs([Difference(line.item, "swept", True, f"not swept: {reason}")])
            else:
                yield Task(theorem, line.dtype, record.networks, record.seed)


def sweep_again(tasks: list[Task], keep: Callable[[Finding], None]) -> None:
    """Sweeps them on all devices, with progress on the standard error; `keep` is called with each finding.

    Raises:
        Stopped: before it was done.
    """
    import jax

    from symmetry.display.progress import cache_folder
    from symmetry.display.sweeping import Sweeping
    from symmetry.engine.compilation import keep_compiled_kernels

    keep_compiled_kernels(cache_folder())
    sweep = Sweep(tasks, jax.local_devices())
    sweeping = Sweeping(sweep)
    sweeping.run()
    for finding in sweeping.findings():
        keep(finding)
