"""The whole catalogue under many seeds, in one process: a kernel is compiled once, and serves every seed."""

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

import jax
import numpy as np

import proofs
from symmetry.engine.kernel import Kernel, Traced
from symmetry.evidence.session import Session
from symmetry.numbers.comparison import Comparison
from symmetry.statements.registry import select

WITHOUT_SEED = {"derivation", "formal", "counterexample", "instances"}
"""Jobs whose results are the same under every seed."""


def under_every_seed(
    seeds: int, networks: int, ids: Sequence[str] = (), only: str = ""
) -> Iterator[tuple[str, str, list[str]]]:
    """For each chapter whose words hold `only`: these words, the verdicts of all seeds from 0, and what failed."""
    statements = select(list(ids), proofs.load())
    for module, sharing in itertools.groupby(statements, key=lambda each: each.module):
        words, chapter = f"{seeds} seeds of {module}", list(sharing)
        if seeds and only in words:
            yield words, *_of_a_chapter(chapter, range(seeds), networks)


def _of_a_chapter(chapter: Sequence, seeds: range, networks: int) -> tuple[str, list[str]]:
    verdicts: Counter[str] = Counter()
    failed, same = [], {}
    with kernels_kept():
        for seed in seeds:
            session = Session(chapter, networks, seed)
            session.work.kept.update(same)
            for found in session.findings():
                verdicts[found.verdict] += 1
                failed += [
                    f"{found.heading.id} {line.item} under seed {seed}: {line.reason}"
                    for line in found.evidence
                    if line.outcome == "failed"
                ]
            same = {job: result for job, result in session.work.kept.items() if job[0] in WITHOUT_SEED}
    return ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common()), failed


@contextlib.contextmanager
def kernels_kept() -> Iterator[None]:
    """Kernels of equal laws on cases of equal shapes are traced and compiled once, until the end."""
    kept: dict[object, Kernel] = {}

    class KeptKernel:
        """A kernel that another of the same laws and shapes may stand for."""

        def __init__(self, laws: Mapping[Any, Any], dtype: Any = None, *, optimise: bool = False):
            self.laws, self.dtype, self.optimise = dict(laws), dtype, optimise
            self.kernel: Kernel | None = None

        def __call__(self, cases: Mapping[str, Any]) -> dict[Any, Comparison]:
            leaves, structure = jax.tree.flatten(cases)
            shapes = tuple((np.shape(leaf), np.asarray(leaf).dtype.str) for leaf in leaves)
            key = (tuple(self.laws.items()), str(self.dtype), self.optimise, str(structure), shapes)
            if key not in kept:
                kept[key] = Kernel(self.laws, self.dtype, optimise=self.optimise)
            self.kernel = kept[key]
            return self.kernel(cases)

        @property
        def traced(self) -> dict[Any, Traced]:
            assert self.kernel is not None
            return self.kernel.traced

        def fingerprints(self, key: Any) -> np.ndarray:
            assert self.kernel is not None
            return self.kernel.fingerprints(key)

    with (
        mock.patch("symmetry.engine.sample.Kernel", KeptKernel),
        mock.patch("symmetry.engine.identity.Kernel", KeptKernel),
    ):
        yield
