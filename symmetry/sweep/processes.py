"""Several processes, on one machine or on many: each runs its share on its own devices, and at the end they add up."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

AUTOMATIC = "auto"
"""The coordinator where SLURM, GKE or MPI say who takes part, which JAX finds out."""


@dataclasses.dataclass(frozen=True)
class Processes:
    """Which process this one is, from 0, and how many there are.

    >>> Processes().gather([1, 2])
    [1, 2]
    """

    index: int = 0
    count: int = 1

    @classmethod
    def join(cls, coordinator: str | None, count: int | None, index: int | None) -> "Processes":
        """Waits for all processes; the one of index 0 listens at `coordinator`, HOST:PORT.

        Raises:
            ValueError: not all is given, there is no such index, or the processes do not find each other.
        """
        if coordinator is None:
            if count is not None or index is not None:
                raise ValueError("--processes and --process need --coordinator HOST:PORT, where process 0 listens.")
            return cls()
        if coordinator == AUTOMATIC:
            return cls._initialized("no SLURM, GKE or MPI is found here that says who takes part")
        if count is None or index is None:
            raise ValueError("--coordinator HOST:PORT needs --processes N and --process I, with I from 0 to N - 1.")
        if not 0 <= index < count:
            raise ValueError(f"--process is {index}; with --processes {count} it is from 0 to {count - 1}.")
        return cls._initialized(
            f"the {count} processes did not find each other at {coordinator}",
            coordinator_address=coordinator,
            num_processes=count,
            process_id=index,
        )

    @classmethod
    def _initialized(cls, trouble: str, **arguments: Any) -> "Processes":
        try:
            jax.distributed.initialize(**arguments)
        except (RuntimeError, ValueError) as error:
            first = str(error).strip().partition("\n")[0]
            raise ValueError(f"{trouble} ({first}); give --coordinator, --processes and --process.") from error
        return cls(jax.process_index(), jax.process_count())

    def wait(self) -> None:
        """Returns when all processes have come here."""
        self.gather([])

    def gather(self, items: Sequence[Any]) -> list[Any]:
        """The items of all processes, in the order of the processes; items are what JSON holds."""
        if self.count == 1:
            return list(items)
        from jax.experimental.multihost_utils import process_allgather

        text = np.frombuffer(json.dumps(list(items)).encode(), np.uint8)
        sizes = np.ravel(process_allgather(np.array([len(text)], np.int32)))
        padded = np.zeros(int(sizes.max()), np.uint8)
        padded[: len(text)] = text
        rows = np.asarray(process_allgather(padded)).reshape(self.count, -1)
        parts = [json.loads(row[:size].tobytes()) for row, size in zip(rows, sizes, strict=True)]
        return [item for part in parts for item in part]

    def leave(self) -> None:
        """Tells the others that this process is done."""
        if self.count > 1:
            jax.distributed.shutdown()
