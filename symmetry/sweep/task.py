"""A task of a sweep: one theorem in one float type, chunk by chunk on all devices of this process."""

import dataclasses
import time
from collections.abc import Iterator, Sequence

from symmetry.statements.theorem import Theorem
from symmetry.sweep.devices import kernel_for
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.journal import Done
from symmetry.sweep.kernel import FAMILIES, Device, Kernel, Law, Stretch, Traced
from symmetry.sweep.planted import Expected
from symmetry.sweep.ranges import Range, Size, chunks
from symmetry.sweep.sweepable import architectures_of
from symmetry.sweep.totals import Totals, added, on_host

SEEDS = 2**32
"""How many seeds there are, from 0 on."""


@dataclasses.dataclass(frozen=True)
class Task:
    """A theorem in a float type, on networks 0 to `networks` - 1 of a seed."""

    theorem: Theorem
    dtype: str
    networks: int
    seed: int

    @property
    def name(self) -> str:
        """How a journal names it."""
        return f"{self.theorem.id} {self.dtype}"

    @property
    def blocks(self) -> int:
        return -(-self.networks // BLOCK)

    @property
    def laws(self) -> list[Law]:
        """What kernels run, one for each architecture: block b is on architecture b modulo their number."""
        choices = architectures_of(self.theorem)
        return [Law(self.theorem.id, self.theorem.law, each, self.dtype, self.seed) for each in choices]


class Running:
    """A task with its kernels, which are compiled once.

    Args:
        task: what to run.
        devices: on which.

    Raises:
        LawRaised: the law cannot be traced.
    """

    def __init__(self, task: Task, devices: Sequence[Device]):
        self.task, self.devices = task, devices
        self.kernels = [kernel_for(law, devices) for law in task.laws]

    @property
    def traced(self) -> list[Traced]:
        """What tracing showed, architecture by architecture."""
        return [kernel.traced for kernel in self.kernels]

    def chunks(self, left: Sequence[Range]) -> Iterator[Done]:
        """The chunks of these ranges as they are done; the devices are busy with the next one meanwhile."""
        size = self._size()
        begun: tuple[Range, list] | None = None
        before = time.monotonic()
        for chunk in chunks(left, size):
            started = [
                (kernel, kernel.start(self._stretches(kernel, place, chunk))) for place, kernel in self._placed()
            ]
            if begun is not None:
                yield self._done(*begun)
                size.adapt(time.monotonic() - before)
                before = time.monotonic()
            begun = chunk, started
        if begun is not None:
            yield self._done(*begun)

    def _placed(self) -> Iterator[tuple[int, Kernel]]:
        return iter(enumerate(self.kernels))

    def _size(self) -> Size:
        """Of chunks: on accelerators exactly what fits the devices at once."""
        at_once = max(kernel.blocks_at_once for kernel in self.kernels)
        if at_once == 1:
            return Size(least=len(self.devices) * len(self.kernels))
        whole = len(self.devices) * FAMILIES * min(kernel.blocks_at_once for kernel in self.kernels)
        return Size(whole, most=whole)

    def _stretches(self, kernel: Kernel, place: int, chunk: Range) -> list[Stretch]:
        """What each device runs of a chunk on one architecture."""
        count, every = len(self.devices), len(self.kernels)
        stretches = []
        for device in range(count):
            start, stop = (chunk.start + (chunk.stop - chunk.start) * (device + more) // count for more in (0, 1))
            first = start + (place - start) % every
            last = stop if kernel.blocks_at_once == 1 else min(stop, start + FAMILIES)
            steps = max(-(-(last - first) // every), 0)
            stretches.append(Stretch(first, every, steps, min(stop * BLOCK, self.task.networks)))
        return stretches

    def _done(self, chunk: Range, started: Sequence[tuple[Kernel, list[Totals]]]) -> Done:
        law, sentinel = Totals(), Totals()
        for _, (of_law, of_sentinel) in started:
            for device in range(len(self.devices)):
                law = added(law, on_host(of_law, device))
                sentinel = added(sentinel, on_host(of_sentinel, device))
        expected = Expected.of(chunk.start * BLOCK, min(chunk.stop * BLOCK, self.task.networks), BLOCK)
        return Done(self.task.name, chunk, law, expected.unnoticed(sentinel))
