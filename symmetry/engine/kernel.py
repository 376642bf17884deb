"""Kernels: one function that runs many laws on many cases at once and compares their sides.

On floats it is compiled. Compilation is the cost here, so the laws of a chapter share a kernel, and XLA optimises only where
a run is long enough to pay for it. Residues are exact, so NumPy gives the same with nothing to compile.
"""

import contextlib
import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from symmetry.cases import case_types
from symmetry.engine.assembly import assembled
from symmetry.engine.compare import compare, leaves_of
from symmetry.engine.distinct import combined, fingerprints
from symmetry.gradcheck.jaxpr.program import interpreted
from symmetry.numbers.ball.source import as_balls, float_types, round_to
from symmetry.numbers.comparison import Comparison
from symmetry.numbers.residue import Account, accounting, keyed, largest_degree
from symmetry.raised import described, place_of
from symmetry.replaceable import noting
from symmetry.statements.source import definition_of
from symmetry.statements.statement import CATALOGUE
from symmetry.statements.theorem import Key

OPTIMISE_FROM = 200_000
"""Cases from which a fully optimised kernel repays its longer compilation."""

LAWS_IN_A_KERNEL = 4
"""Laws that one kernel runs on floats: sharing saves compilation, whose memory grows with the kernel."""


KEY = "key of the oracles that nobody draws"
"""Where, among the cases of residues, that key stands: a name that no parameter has."""


def kernels_of(laws: dict[Key, Callable]) -> list[dict[Key, Callable]]:
    """The laws in groups, one a kernel; within a group, equal parameter names have equal types."""
    parts: list[tuple[dict[Key, Callable], dict[str, Any]]] = []
    for key, law in laws.items():
        types = case_types(law)
        for part, shared_types in parts:
            if len(part) < LAWS_IN_A_KERNEL and all(
                shared_types.get(name, kind) == kind for name, kind in types.items()
            ):
                part[key] = law
                shared_types.update(types)
                break
        else:
            parts.append(({key: law}, types))
    return [part for part, _ in parts]


@contextlib.contextmanager
def exact_settings():
    """JAX as every engine needs it, whatever the reader's settings: 64 bits, full precision of products, NaN and shapes of
    different lengths allowed. Restored on leaving.
    """
    with (
        jax.enable_x64(True),
        jax.default_matmul_precision("highest"),
        jax.debug_nans(False),
        jax.debug_infs(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
    ):
        yield


@dataclasses.dataclass
class Traced:
    """What tracing a law showed: the places of its leaves, or the error it raised, what it did with residues, what ran.

    `degree` is that of a leaf's two sides; `ran` names functions of the program that the reader's own replaced; `received`
    are the float types of the cases' numbers.
    """

    paths: list[str] = dataclasses.field(default_factory=list)
    error: str = ""
    account: Account = dataclasses.field(default_factory=Account)
    degree: int = 1
    ran: set[str] = dataclasses.field(default_factory=set)
    received: set[str] = dataclasses.field(default_factory=set)


class Kernel:
    """Runs laws on drawn cases.

    Args:
        laws: by key; all of them may name the same cases, by parameter.
        dtype: the float type that drawn numbers are rounded to, before they become balls; None for numbers of other systems.
        optimise: whether XLA should.
    """

    def __init__(self, laws: Mapping[Any, Callable], dtype=None, *, optimise: bool = False):
        self.laws, self.dtype, self.optimise = dict(laws), dtype, optimise
        self.traced: dict[Any, Traced] = {}
        self._ready: Callable | None = None
        self._cases: Mapping[str, Any] = {}
        self._drawn: dict[str, np.ndarray] = {}

    def __call__(self, cases: Mapping[str, Any]) -> dict[Any, Comparison]:
        """The comparison of each law on each case: arrays (cases, leaves). A law that raised is missing."""
        if self.dtype is not None:
            cases = round_to(cases, self.dtype)
        self._cases, self._drawn = cases, {}
        with exact_settings():
            if self._ready is None:
                run, exact = jax.vmap(self._run), self.dtype is None
                self._ready = interpreted(run, cases) if exact else assembled(run, cases, optimise=self.optimise)
            compared = [key for key, traced in self.traced.items() if not traced.error]
            outcomes = self._ready(cases)
            return {key: Comparison(*map(np.asarray, each)) for key, each in zip(compared, outcomes, strict=True)}

    def fingerprints(self, key: Any) -> np.ndarray:
        """Of what a law was given in the last call, case by case: an array (cases,) of numbers of 64 bits."""
        names = case_types(self.laws[key])
        self._drawn |= {name: fingerprints(self._cases[name]) for name in names if name not in self._drawn}
        return combined(self._drawn[name] for name in names)

    def _run(self, cases) -> list[Comparison]:
        if self.dtype is not None:
            cases = as_balls(cases)
        outcomes = [self._compare(key, law, cases) for key, law in self.laws.items()]
        return [outcome for outcome in outcomes if outcome is not None]

    def _compare(self, key, law: Callable, cases: Mapping[str, Any]) -> Comparison | None:
        traced = self.traced[key] = Traced()
        try:
            given = {name: cases[name] for name in case_types(law)}
            traced.received = float_types(given)
            with noting(traced.ran), keyed(cases.get(KEY, 0)), accounting() as traced.account:
                leaves = leaves_of(law(**given))
            traced.paths = [leaf.path for leaf in leaves]
            traced.degree = largest_degree(leaves)
            return compare(leaves)
        except Exception as error:  # a law that raises has failed, whatever it raises
            traced.error = described_error(error, law)
            return None


def described_error(error: Exception, law: Callable | None = None) -> str:
    """An exception in one line; for a law of the reader's own, with its place there."""
    if law is None or law.__module__.partition(".")[0] == CATALOGUE:
        return f"{type(error).__name__}: {error}"
    file = inspect.unwrap(law).__code__.co_filename
    return f"{described(error)} ({place_of(error, file, definition_of(law))})"
