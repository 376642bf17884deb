"""Refuted evidence: a smallest exact counterexample to a false claim, and none to what holds instead."""

import dataclasses
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from symmetry.architecture import SMALL, Architecture
from symmetry.cases import case_types, draw_cases, fits
from symmetry.engine.compare import leaves_of
from symmetry.engine.kernel import described_error
from symmetry.engine.shrink import GeneratedCase
from symmetry.numbers.ball.source import BUFFER
from symmetry.numbers.symbol import formula_failure
from symmetry.numbers.symbol.source import ByteRationals
from symmetry.replaceable import noting

TRIES = 48
"""Cases tried on each small architecture, the simplest numbers first."""

ARCHITECTURES = SMALL[:-2]
"""The small architectures whose formulas are quick to compute exactly."""


@dataclasses.dataclass(frozen=True)
class BrokenCase:
    """Where a claim fails: the two sides there, computed exactly; the architecture is None for a claim of one case."""

    architecture: Architecture | None
    buffer: bytes
    failure: str
    left: str
    right: str

    @property
    def text(self) -> str:
        """The case as `--example` takes it; "" for a claim of one case."""
        return "" if self.architecture is None else GeneratedCase(self.architecture, self.buffer).text


@dataclasses.dataclass(frozen=True)
class Search:
    """What a search for a counterexample found, or what the law raised; `ran` names functions that others stood in for."""

    found: BrokenCase | None = None
    error: str = ""
    ran: frozenset[str] = frozenset()


def search(id: str, law: Callable) -> Search:
    """Search for a smallest counterexample. If the law raises, nothing is concluded."""
    ran: set[str] = set()
    with noting(ran):
        try:
            return Search(smallest_counterexample(id, law), ran=frozenset(ran))
        except Exception as error:  # whatever it raises is for the report
            return Search(error=described_error(error, law), ran=frozenset(ran))


def smallest_counterexample(
    id: str, law: Callable, architectures: Sequence[Architecture] = ARCHITECTURES
) -> BrokenCase | None:
    """The first counterexample found, from the smallest architecture up, with its numbers made as simple as they get.

    The numbers are SymPy's, so nothing is rounded. The search is seeded from the id: it finds the same again.
    """
    types = case_types(law)
    if not types:
        return _counterexample(law, None, b"")
    generator = np.random.default_rng(zlib.crc32(id.encode()))
    for architecture in architectures:
        if not fits(types, architecture):
            continue
        for trial in range(TRIES):
            largest = 2 + 8 * trial // TRIES  # bytes stand for numbers, the simplest first
            buffer = generator.integers(largest + 1, size=BUFFER).astype(np.uint8).tobytes()
            if found := _counterexample(law, architecture, buffer):
                return _simplified(law, architecture, found)
    return None


def _counterexample(law: Callable, architecture: Architecture | None, buffer: bytes) -> BrokenCase | None:
    """Where the law fails on the cases that the buffer stands for, if it does."""
    cases = {} if architecture is None else draw_cases(case_types(law), ByteRationals(buffer), architecture)
    for leaf in leaves_of(law(**cases)):
        if failure := formula_failure(leaf):
            sides = [
                "nothing" if each is None else str(np.asarray(each, object).tolist())
                for each in (leaf.left, leaf.right)
            ]
            return BrokenCase(architecture, buffer, failure, *sides)
    return None


def _simplified(law: Callable, architecture: Architecture, found: BrokenCase) -> BrokenCase:
    """The counterexample with every byte, in turn, as small as it can be."""
    source = ByteRationals(found.buffer)
    draw_cases(case_types(law), source, architecture)
    used = min(source.position, BUFFER)
    found = _counterexample(law, architecture, found.buffer[:used].ljust(BUFFER, bytes(1))) or found
    for place in range(used):
        for smaller in range(min(found.buffer[place], 2)):
            tried = found.buffer[:place] + bytes([smaller]) + found.buffer[place + 1 :]
            if simpler := _counterexample(law, architecture, tried):
                found = simpler
                break
    return found
