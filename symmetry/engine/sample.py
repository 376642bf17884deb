"""Sampled evidence: a law on many float networks, each difference against the bound that its balls derive."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from symmetry.architecture import Architecture
from symmetry.cases import draw_cases, joint_case_types
from symmetry.engine.compare import telling
from symmetry.engine.kernel import OPTIMISE_FROM, Kernel
from symmetry.numbers.ball.source import BUFFER, ByteFloats, RandomFloats
from symmetry.numbers.comparison import Comparison
from symmetry.source import Source
from symmetry.statements.theorem import Key

CHUNK_NUMBERS = 100_000
"""Numbers a chunk of networks draws, about: enough to fill the device, few enough for every entry's derivative."""


@dataclasses.dataclass(frozen=True)
class Violation:
    """Where a law broke first: the leaf that differs most and by how many times the bound."""

    architecture: Architecture
    path: str
    excess: float


@dataclasses.dataclass
class Tally:
    """What was counted while sampling one law in one float type."""

    architectures: list[Architecture] = dataclasses.field(default_factory=list)
    networks: int = 0
    adversarial: int = 0
    worst: float = 0.0
    vacuous: int = 0
    vacuous_adversarial: int = 0
    vacuous_leaves: int = 0
    violation: Violation | None = None
    error: str = ""
    ran: set[str] = dataclasses.field(default_factory=set)

    @property
    def failure(self) -> str:
        """Where the law broke first, and by how much; "" if it did not."""
        if self.violation is None:
            return ""
        where, excess = self.violation.path or "the value", self.violation.excess
        return f"{where} differs by {excess:.3g} times the bound on {self.violation.architecture}"

    def count(self, outcome: Comparison, kept: int, adversarial: bool) -> int | None:
        """Counts the first `kept` cases; returns the first that broke the law, or None."""
        excess, blind = outcome.excess[:kept], outcome.vacuous[:kept]
        vacuous = int(blind.all(axis=1).sum())
        self.networks += kept
        self.vacuous += vacuous
        self.vacuous_leaves += int(blind.sum())
        if adversarial:
            self.adversarial += kept
            self.vacuous_adversarial += vacuous
        self.worst = max(self.worst, float(telling(excess, blind).max(initial=0.0)))
        broken = (excess > 1).any(axis=1).nonzero()[0]
        return int(broken[0]) if len(broken) else None


@dataclasses.dataclass(frozen=True)
class SamplingPlan:
    """How many networks of one architecture to sample, and how.

    `adversarial` holds Hypothesis's buffers, one a network, which are tried first.
    """

    architecture: Architecture
    networks: int
    adversarial: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros((0, BUFFER), np.uint8))


def sample(
    laws: Mapping[Key, Callable],
    dtype,
    plan: SamplingPlan,
    seed: int,
    tallies: Mapping[Key, Tally],
) -> None:
    """Runs each law on the plan's networks in one float type, on one kernel, and adds to the tallies."""
    types = joint_case_types(laws.values())
    for key in laws:
        tallies[key].architectures.append(plan.architecture)
    kernel = Kernel(laws, dtype, optimise=plan.networks >= OPTIMISE_FROM)
    for source, kept, adversarial in _chunks(plan, seed):
        cases = draw_cases(types, source, plan.architecture)
        outcomes = kernel(cases)
        for key in laws:
            tally = tallies[key]
            tally.ran |= kernel.traced[key].ran
            if error := kernel.traced[key].error:
                tally.error = error
                continue
            broken = tally.count(outcomes[key], kept, adversarial)
            if broken is not None and tally.violation is None:
                leaf = int(outcomes[key].excess[broken].argmax())
                path, excess = kernel.traced[key].paths[leaf], float(outcomes[key].excess[broken, leaf])
                tally.violation = Violation(plan.architecture, path, excess)


def chunk_size(architecture: Architecture) -> int:
    """Networks that one call of a kernel runs: a power of 2, constant so that one compilation serves any number."""
    widths = architecture.widths
    numbers = sum((above + 1) * below for above, below in itertools.pairwise(widths)) + sum(widths)
    return int(2 ** np.clip(np.round(np.log2(CHUNK_NUMBERS / numbers**1.25)), 5, 10))


def _chunks(plan: SamplingPlan, seed: int) -> Iterator[tuple[Source, int, bool]]:
    size = chunk_size(plan.architecture)
    for start in range(0, len(plan.adversarial), size):
        buffers = plan.adversarial[start : start + size]
        padded = np.zeros((size, BUFFER), np.uint8)
        padded[: len(buffers)] = buffers
        yield ByteFloats(padded), len(buffers), True
    for number, start in enumerate(range(0, plan.networks, size)):
        yield RandomFloats((seed, number), size), min(size, plan.networks - start), False
