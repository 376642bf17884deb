"""Adversarial and smallest cases: Hypothesis generates buffers of bytes, and shrinks those that break a law."""

import contextlib
import dataclasses
import functools
import random
import tempfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symmetry.architecture import SMALL, Architecture
from symmetry.cases import case_types, draw_cases, fits
from symmetry.engine.kernel import Kernel
from symmetry.numbers.ball.source import BUFFER, ByteFloats

TRIES = 256
"""Cases on each small architecture in which a violation is looked for before shrinking, generated and then random."""

ROWS = 64
"""Cases that one call of the search's kernel runs. Shrinking fills them all too: a kernel of its own would cost more."""

UNHURRIED = ("too_slow", "data_too_large", "filter_too_much", "large_base_example")
"""Health checks of Hypothesis that do not matter here: generating a buffer is quick, whatever the machine is doing."""


@dataclasses.dataclass(frozen=True)
class GeneratedCase:
    """A case by its architecture and buffer, which is all it takes to draw it again.

    >>> GeneratedCase(Architecture((1, 2, 1), bias=False, batch=2), bytes([1, 0, 2])).text
    '1-2-1/2:010002'
    >>> GeneratedCase.parse('1-2-1/2:010002').architecture
    Architecture(widths=(1, 2, 1), bias=False, batch=2, hidden=None, output=None, loss=None, data=None, thread=None)
    """

    architecture: Architecture
    buffer: bytes

    @property
    def text(self) -> str:
        shape = "-".join(map(str, self.architecture.widths)) + ("b" if self.architecture.bias else "")
        return f"{shape}/{self.architecture.batch}:{self.buffer.rstrip(bytes(1)).hex()}"

    @classmethod
    def parse(cls, text: str) -> "GeneratedCase":
        """The example that `text` stands for.

        Raises:
            ValueError: the text is not one that `text` gave.
        """
        try:
            shape, rest = text.split("/")
            batch, digits = rest.split(":")
            widths = tuple(int(width) for width in shape.removesuffix("b").split("-"))
            if len(widths) < 2 or min(*widths, int(batch)) < 1:
                raise ValueError
            return cls(Architecture(widths, bias=shape.endswith("b"), batch=int(batch)), bytes.fromhex(digits))
        except ValueError as error:
            raise ValueError(
                f"{text!r} is no example; expected widths, b if there are biases, batch and bytes, "
                "such as 1-2-1b/2:0102ff, as a failure prints it."
            ) from error

    def cases(self, law: Callable, rows: int = 1) -> dict[str, Any]:
        """The drawn cases of the law's parameters, with a leading axis: the same in every row."""
        padded = np.frombuffer(self.buffer.ljust(BUFFER, bytes(1)), np.uint8)
        return draw_cases(case_types(law), ByteFloats(np.tile(padded, (rows, 1))), self.architecture)


@functools.cache
def adversarial_buffers(seed: int, count: int) -> np.ndarray:
    """Buffers as Hypothesis generates them (zeros, extremes): shape (at most count, BUFFER).

    About half are written in two or three bytes only, so that units and examples are equal by chance.
    """
    import hypothesis
    from hypothesis import strategies as st

    buffers: list[bytes] = []
    any_bytes = st.binary(min_size=BUFFER, max_size=BUFFER)
    few_bytes = st.builds(
        lambda alphabet, buffer: bytes(alphabet[byte % len(alphabet)] for byte in buffer),
        st.binary(min_size=2, max_size=3),
        any_bytes,
    )

    @hypothesis.seed(seed)
    @_settings(max_examples=count, phases=[hypothesis.Phase.generate])
    @hypothesis.given(st.one_of(any_bytes, few_bytes))
    def collect(buffer: bytes) -> None:
        buffers.append(buffer)

    with _hypothesis_files_elsewhere():
        collect()
    unique = list(dict.fromkeys(buffers))
    return np.frombuffer(b"".join(unique), np.uint8).reshape(-1, BUFFER)


def smallest_case(id: str, law: Callable, dtype, architectures: Sequence[Architecture] = SMALL) -> GeneratedCase | None:
    """The smallest case found that breaks the law, or None.

    Architectures are tried from the smallest; on the first where some case breaks the law, Hypothesis shrinks the
    numbers. The search is seeded from the id, so that it finds the same again.
    """
    types = case_types(law)
    seed = zlib.crc32(id.encode())
    uniform = np.random.default_rng(seed).integers(256, size=(TRIES, BUFFER)).astype(np.uint8)
    candidates = np.concatenate([adversarial_buffers(seed, TRIES), uniform])
    for architecture in architectures:
        if not fits(types, architecture):
            continue
        kernel = Kernel({id: law}, dtype)
        for start in range(0, len(candidates), ROWS):
            buffers = np.resize(
                candidates[start : start + ROWS], (ROWS, BUFFER)
            )  # the last ones fill the rows, repeated
            outcomes = kernel(draw_cases(types, ByteFloats(buffers), architecture))
            if kernel.traced[id].error:
                return GeneratedCase(architecture, b"")
            broken = (outcomes[id].excess > 1).any(axis=1).nonzero()[0]
            if len(broken):
                found = GeneratedCase(architecture, buffers[broken[0]].tobytes())
                return _shrunk(found, law, kernel, seed)
    return None


def _shrunk(found: GeneratedCase, law: Callable, kernel: Kernel, seed: int) -> GeneratedCase:
    """An example on the same architecture that Hypothesis finds and shrinks; the found one if it finds none.

    The kernel of the search runs the law on it.
    """
    import hypothesis
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    def breaks(buffer: bytes) -> bool:
        (outcome,) = kernel(GeneratedCase(found.architecture, buffer).cases(law, ROWS)).values()
        return bool((outcome.excess > 1).any())

    try:
        with _hypothesis_files_elsewhere():
            buffer = hypothesis.find(
                st.binary(min_size=BUFFER, max_size=BUFFER),
                breaks,
                settings=_settings(max_examples=2_000),
                random=random.Random(seed),
            )
    except NoSuchExample:
        return found
    return GeneratedCase(found.architecture, buffer)


@contextlib.contextmanager
def _hypothesis_files_elsewhere():
    """Send the files that Hypothesis writes to a temporary folder."""
    from hypothesis import configuration

    before = configuration.storage_directory(intent_to_write=False).home_directory
    with tempfile.TemporaryDirectory(prefix="symmetry-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


def _settings(**changes):
    """Hypothesis's settings in full: neither a profile, nor CI, nor a database of earlier failures changes a run."""
    import hypothesis

    return hypothesis.settings(
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        suppress_health_check=[getattr(hypothesis.HealthCheck, name) for name in UNHURRIED],
        verbosity=hypothesis.Verbosity.quiet,
        print_blob=False,
        **changes,
    )
