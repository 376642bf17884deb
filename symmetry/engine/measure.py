"""Measured laws: they draw and count for themselves, being about the method itself or about code that is not ours."""

import dataclasses
import zlib
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from symmetry.cases import CASE_KINDS, CaseKind
from symmetry.engine.compare import compare, leaves_of, telling
from symmetry.engine.compilation import compiled
from symmetry.numbers.comparison import Leaf
from symmetry.yardstick import array_wide, at_least_a_unit, black_box

CASES_AT_ONCE = 1_024
"""Cases of code that is not ours in one call: XLA's convolutions slow down on larger stacks, and memory is bounded."""


@dataclasses.dataclass
class Trials:
    """What a measured law writes its trials to: a float type, a budget and a generator to draw from.

    A trial's excess is its error over what was stated; above 1 the law has failed; `broke_after` counts the trials until then.
    """

    dtype: np.dtype
    budget: int
    generator: np.random.Generator
    seed: int = 0
    count: int = 0
    worst: float = 0.0
    vacuous: int = 0
    networks: int = 0
    violation: str = ""
    broke_after: int = 0
    error: str = ""
    ran: set[str] = dataclasses.field(default_factory=set)
    kernels: dict[Callable, tuple[Callable, list[Leaf]]] = dataclasses.field(default_factory=dict, repr=False)

    def compare(self, what: str, function: Callable, one, other, *, optimise: bool = False) -> None:
        """Counts networks on which code that is not ours must give equal results, by the one-ulp yardstick.

        `function` takes one case, a tree of floats, and returns numbers; `one` and `other` hold many cases, stacked along
        a leading axis, whose results are claimed to be equal. XLA is to `optimise` what runs long, such as convolutions.
        """

        def sides(pair):
            return compare(leaves_of(tuple(array_wide(black_box(function, case)) for case in pair)))

        count = len(jax.tree.leaves(one)[0])
        size = min(CASES_AT_ONCE, count)
        first = jax.tree.map(lambda leaf: leaf[:size], (one, other))
        kernel = compiled(jax.vmap(sides), first, optimise=optimise)
        chunks = []
        for start in range(0, count, size):
            places = np.arange(start, start + size) % count  # one size, so that one compilation serves all
            outcome = kernel(jax.tree.map(lambda leaf, places=places: leaf[places], (one, other)))
            chunks.append([np.asarray(part)[: count - start] for part in outcome])
        excess, blind = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
        self.networks += count
        self.add(what, telling(excess, blind).max(axis=1), np.all(blind, axis=1))

    def compare_sides(self, law: Callable[[Any], Any], cases: Any, kept: int, program: str = "") -> None:
        """Counts cases on which the two sides that a law returns must be equal, by the same yardstick.

        `law` takes one case, a tree of floats; `cases` holds many, stacked along a leading axis; the first `kept` count.
        `program` names the code that runs, if it is not the reader's own.
        """
        leaves: list[Leaf] = []

        def sides(case: Any) -> Any:
            leaves[:] = leaves_of(law(case))
            return [(leaf.left, leaf.right) for leaf in leaves]

        def compared(case: Any) -> Any:
            balls = at_least_a_unit(array_wide(black_box(sides, case)))
            pairs = zip(leaves, balls, strict=True)
            return compare([dataclasses.replace(leaf, left=left, right=right) for leaf, (left, right) in pairs])

        if law not in self.kernels:
            self.kernels[law] = compiled(jax.vmap(compared), cases), leaves
        kernel, leaves = self.kernels[law]
        excess, blind = (np.asarray(part)[:kept] for part in kernel(cases))
        worst = telling(excess, blind)
        place = int(np.argmax(np.where(np.isnan(worst), np.inf, worst)) % len(leaves))
        self.networks += kept
        where = leaves[place].path or "the value"
        self.add(f"{program}, {where}" if program else where, worst.max(axis=1), np.all(blind, axis=1))

    def add(self, what: str, excess: np.ndarray, vacuous: Any = False) -> None:
        """Counts trials of one operation; those that could not fail are counted as vacuous too."""
        excess = np.asarray(excess, float)
        blind = np.broadcast_to(vacuous, excess.shape)
        self.count += excess.size
        self.vacuous += int(blind.sum())
        self.worst = max(self.worst, float(telling(excess, blind).max(initial=0.0)))
        wrong = np.flatnonzero(~(excess <= 1))
        if len(wrong) and not self.violation:
            self.broke_after = self.count - excess.size + int(wrong[0]) + 1
            self.violation = f"{what}: trial {wrong[0]} is off by {excess.ravel()[wrong[0]]:.3g} times what is stated"


def trials(id: str, dtype, budget: int, seed: int) -> Trials:
    """Fresh trials, with a stream of random numbers of the theorem's own."""
    generator = np.random.default_rng((seed, zlib.crc32(f"{id} {np.dtype(dtype)}".encode())))
    return Trials(np.dtype(dtype), budget, generator, seed)


def _not_drawn(source, architecture, name):
    raise TypeError("trials are made by the engine, not drawn; a measured law takes nothing else.")


CASE_KINDS[Trials] = CaseKind(_not_drawn)
