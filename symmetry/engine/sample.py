"""Sampled evidence: a law on many float networks, each difference against the bound that its balls derive."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from symmetry.architecture import Architecture
from symmetry.cases import draw_cases, joint_case_types
from symmetry.engine.distinct import Seen
from symmetry.engine.kernel import OPTIMISE_FROM, Kernel
from symmetry.engine.sentinels import NAME, SENTINEL, Planted, told_apart
from symmetry.engine.tally import Tally, Violation
from symmetry.numbers.ball.source import BUFFER, ByteFloats, FloatsOfManyScales
from symmetry.source import Source
from symmetry.statements.theorem import Key

CHUNK_NUMBERS = 100_000
"""Numbers a chunk of networks draws, about: enough to fill the device, few enough for every entry's derivative."""


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
    kernel = Kernel({**laws, SENTINEL: told_apart}, dtype, optimise=plan.networks >= OPTIMISE_FROM)
    planted, sentinel = Planted(np.dtype(dtype), plan.networks + len(plan.adversarial)), Tally()
    counted = {**{key: tallies[key] for key in laws}, SENTINEL: sentinel}
    seen: dict[Key, Seen] = {key: Seen() for key in counted}
    for chunk in chunks(plan, seed):
        cases = draw_cases(types, chunk.source, plan.architecture)
        cases[NAME] = planted.sides(
            chunk.source, chunk.size, chunk.kept, adversarial=chunk.adversarial, is_last=chunk.is_last
        )
        outcomes = kernel(cases)
        for key, tally in counted.items():
            tally.ran |= kernel.traced[key].ran
            tally.received |= kernel.traced[key].received
            if error := kernel.traced[key].error:
                tally.error = error
                continue
            new = seen[key].new(kernel.fingerprints(key)[: chunk.kept])
            broken = tally.count(outcomes[key], new, chunk.adversarial)
            if broken is not None and tally.violation is None:
                leaf = int(outcomes[key].excess[broken].argmax())
                path, excess = kernel.traced[key].paths[leaf], float(outcomes[key].excess[broken, leaf])
                tally.violation = Violation(plan.architecture, path, excess)
    for key in laws:
        tallies[key].void = tallies[key].void or planted.unnoticed(sentinel)


def chunk_size(architecture: Architecture) -> int:
    """Networks that one call of a kernel runs: a power of 2, constant so that one compilation serves any number."""
    widths = architecture.widths
    numbers = sum((above + 1) * below for above, below in itertools.pairwise(widths)) + sum(widths)
    return int(2 ** np.clip(np.round(np.log2(CHUNK_NUMBERS / numbers**1.25)), 5, 10))


class Chunk(NamedTuple):
    """Networks of one call of a kernel: `size` of them, of which the first `kept` count."""

    source: Source
    size: int
    kept: int
    adversarial: bool
    is_last: bool


def chunks(plan: SamplingPlan, seed: int) -> Iterator[Chunk]:
    """The adversarial networks, and then the random ones."""
    size = chunk_size(plan.architecture)
    for start in range(0, len(plan.adversarial), size):
        buffers = plan.adversarial[start : start + size]
        padded = np.zeros((size, BUFFER), np.uint8)
        padded[: len(buffers)] = buffers
        yield Chunk(ByteFloats(padded), size, len(buffers), True, start + size >= len(plan.adversarial))
    for number, start in enumerate(range(0, plan.networks, size)):
        kept = min(size, plan.networks - start)
        yield Chunk(FloatsOfManyScales((seed, number), size), size, kept, False, start + size >= plan.networks)
