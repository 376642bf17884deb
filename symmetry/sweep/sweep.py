"""A sweep: its tasks one after another, each chunk kept in a journal, the shares of all processes added up at the end."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.journal import Done, Journal, contents
from symmetry.sweep.kernel import Device, LawRaised, Traced, traced
from symmetry.sweep.processes import Processes
from symmetry.sweep.ranges import CountedTwice, Range, missing, shared
from symmetry.sweep.result import Result
from symmetry.sweep.task import Running, Task


@dataclasses.dataclass
class Sweep:
    """What to run, where, and what is known so far.

    Attributes:
        tasks: theorems in float types, all with as many networks and one seed.
        devices: those of this process.
        file: the journal, or None to keep nothing; with several processes each writes a journal of its own beside it.
        processes: who takes part.
        done: chunks that are known: from journals, and those of this process.
        results: what is known of every task from these, by its name.
    """

    tasks: Sequence[Task]
    devices: Sequence[Device]
    file: Path | None = None
    processes: Processes = dataclasses.field(default_factory=Processes)
    done: dict[str, list[Done]] = dataclasses.field(init=False)
    results: dict[str, Result] = dataclasses.field(init=False)
    _journal: Journal | None = dataclasses.field(default=None, init=False)

    def __post_init__(self) -> None:
        self._forget()

    def open(self) -> None:
        """Opens the journal and reads those of the other processes.

        Raises:
            ValueError: a journal cannot be written or is that of another sweep; before anything is computed.
        """
        if self.file is not None:
            self._journal = Journal(self._own_file(self.file), self.header)
            for chunk in self._read(self.file):
                self._learn(chunk)
            self._require_once()
        self.processes.wait()  # a journal that is read later has chunks of this run

    @property
    def header(self) -> dict[str, Any]:
        """What names the sweep in a journal."""
        task = self.tasks[0]
        digests = {each.name: each.theorem.digest for each in self.tasks}
        return {"networks": task.networks, "seed": task.seed, "block": BLOCK, "theorems": digests}

    def chunks(self) -> Iterator[Done]:
        """Runs this process's share of what is left, chunk by chunk.

        Raises:
            ValueError: the journal cannot be written any more; what it holds stays.
        """
        for task in self.tasks:
            left = shared(self.left(task), self.processes.index, self.processes.count)
            if not left:
                continue
            try:
                running = Running(task, self.devices)
            except LawRaised as error:
                self.results[task.name] = Result(task, error=str(error))
                continue
            for chunk in running.chunks(left):
                if self._journal is not None:
                    self._journal.add(chunk)
                self._learn(chunk)
                yield chunk

    def left(self, task: Task) -> list[Range]:
        """The blocks of a task that are not known to be done."""
        return missing([chunk.range for chunk in self.done[task.name]], task.blocks)

    def add_up(self) -> None:
        """Learns the chunks that other processes have done meanwhile."""
        if self.processes.count == 1:
            return
        own = [chunk.to_json() for chunks in self.done.values() for chunk in chunks]
        raised = {name: result for name, result in self.results.items() if result.error}
        self._forget()
        self.results |= raised
        chunks = map(Done.from_json, self.processes.gather(own))
        for chunk in {(each.task, each.range): each for each in chunks}.values():  # all have read the same journals
            self._learn(chunk)

    def _forget(self) -> None:
        self.done = {task.name: [] for task in self.tasks}
        self.results = {task.name: Result(task) for task in self.tasks}

    def _learn(self, chunk: Done) -> None:
        self.done[chunk.task].append(chunk)
        self.results[chunk.task] = self.results[chunk.task].after(chunk)

    def traced(self, task: Task) -> list[Traced]:
        """What tracing the law of a task shows, architecture by architecture; nothing if it raises."""
        return [] if self.results[task.name].error else [traced(law)[0] for law in task.laws]

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _own_file(self, file: Path) -> Path:
        return file if self.processes.count == 1 else file.with_name(f"{file.name}.{self.processes.index}")

    def _read(self, file: Path) -> Iterator[Done]:
        """The chunks of all journals of the sweep: one process or any number may have begun it."""
        beside = (each for each in sorted(file.parent.glob(f"{file.name}.*")) if each.suffix[1:].isdecimal())
        for each in (file, *beside):
            if each.exists() and each.stat().st_size:
                yield from contents(each, self.header)[0]

    def _require_once(self) -> None:
        """Raise if journals count a chunk twice."""
        for task in self.tasks:
            try:
                self.left(task)
            except CountedTwice as error:
                raise ValueError(
                    f"the journals of {self.file} do not fit together: of {task.name}, {error}; "
                    "use those of one sweep, or name another file."
                ) from error
