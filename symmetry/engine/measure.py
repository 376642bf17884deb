"""Measured laws: rows about the method itself, which count operations rather than networks."""

import dataclasses
import zlib

import numpy as np

from symmetry.cases import KINDS, CaseKind


@dataclasses.dataclass
class Trials:
    """What a measured law writes its trials to: a float type, a budget and a generator to draw from.

    A trial's excess is its error over what was stated; above 1 the law has failed.
    """

    dtype: np.dtype
    budget: int
    generator: np.random.Generator
    count: int = 0
    worst: float = 0.0
    vacuous: int = 0
    violation: str = ""

    def add(self, what: str, excess: np.ndarray, vacuous: np.ndarray | bool = False) -> None:
        """Counts trials of one operation; those that could not fail are counted as vacuous too."""
        excess = np.asarray(excess, float)
        blind = np.broadcast_to(vacuous, excess.shape)
        self.count += excess.size
        self.vacuous += int(blind.sum())
        self.worst = max(self.worst, float(np.where(blind & (excess <= 1), 0, excess).max(initial=0.0)))
        wrong = np.flatnonzero(~(excess <= 1))
        if len(wrong) and not self.violation:
            self.violation = f"{what}: trial {wrong[0]} is off by {excess.ravel()[wrong[0]]:.3g} times what is stated"


def trials(id: str, dtype, budget: int, seed: int) -> Trials:
    """Fresh trials, with a stream of random numbers of the theorem's own."""
    generator = np.random.default_rng((seed, zlib.crc32(f"{id} {np.dtype(dtype)}".encode())))
    return Trials(np.dtype(dtype), budget, generator)


def _not_drawn(source, architecture, name):
    raise TypeError("trials are made by the engine, not drawn; a measured law takes nothing else.")


KINDS[Trials] = CaseKind(_not_drawn)
