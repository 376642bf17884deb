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
from symmetry.numbers.comparison import Leaf
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
    found, error = None, ""
    with noting(ran):
        try:
            found = smallest_counterexample(id, law)
        except Exception as raised:  # whatever it raises is for the report
            error = described_error(raised)
    return Search(found, error, frozenset(ran))


def smallest_counterexample(
    id: str, law: Callable, architectures: Sequence[Architecture] = ARCHITECTURES
) -> BrokenCase | None:
    """The first counterexample found, from the smallest architecture up, with its numbers made as simple as they get.

    The numbers are SymPy's, so nothing is rounded. The search is seeded from the id: it finds the same again.
    """
    types = case_types(law)
    if not types:
        return _counterexample(law, {}, None, b"")
    generator = np.random.default_rng(zlib.crc32(id.encode()))
    for architecture in architectures:
        if not fits(types, architecture):
            continue
        for trial in range(TRIES):
            largest = 2 + 8 * trial // TRIES  # bytes stand for numbers, the simplest first
            buffer = generator.integers(largest + 1, size=BUFFER).astype(np.uint8).tobytes()
            if _fails(law, architecture, buffer):
                return _simplified(law, architecture, buffer)
    return None


def _drawn(law: Callable, architecture: Architecture, buffer: bytes) -> tuple[dict[str, object], int]:
    """The cases that a buffer stands for, and how many of its bytes they use."""
    source = ByteRationals(buffer)
    return draw_cases(case_types(law), source, architecture), min(source.position, BUFFER)


def _fails(law: Callable, architecture: Architecture, buffer: bytes) -> bool:
    return _counterexample(law, _drawn(law, architecture, buffer)[0], architecture, buffer) is not None


def _counterexample(law: Callable, cases, architecture: Architecture | None, buffer: bytes) -> BrokenCase | None:
    for leaf in leaves_of(law(**cases)):
        if failure := formula_failure(leaf):
            return BrokenCase(architecture, buffer, failure, *_sides(leaf))
    return None


def _simplified(law: Callable, architecture: Architecture, buffer: bytes) -> BrokenCase:
    """The counterexample with every byte, in turn, as small as it can be."""
    _, used = _drawn(law, architecture, buffer)
    simplest = bytearray(buffer[:used].ljust(BUFFER, bytes(1)))
    if not _fails(law, architecture, bytes(simplest)):
        simplest = bytearray(buffer)
    for place in range(used):
        for smaller in range(min(simplest[place], 2)):
            tried = simplest[:place] + bytes([smaller]) + simplest[place + 1 :]
            if _fails(law, architecture, bytes(tried)):
                simplest = tried
                break
    buffer = bytes(simplest)
    found = _counterexample(law, _drawn(law, architecture, buffer)[0], architecture, buffer)
    assert found is not None
    return found


def _sides(leaf: Leaf) -> tuple[str, str]:
    def text(side) -> str:
        return "nothing" if side is None else str(np.asarray(side, object).tolist())

    return text(leaf.left), text(leaf.right)
