"""Identity evidence: equality in exact arithmetic, at random residues or of SymPy's formulas."""

import dataclasses
from collections.abc import Callable, Mapping

import jax
import numpy as np

from symmetry.architecture import Architecture
from symmetry.cases import case_types, draw_cases
from symmetry.engine.compare import leaves_of
from symmetry.engine.distinct import fingerprints
from symmetry.engine.kernel import KEY, Kernel, described_error
from symmetry.numbers.residue import Residue, log2_failure
from symmetry.numbers.residue.source import RandomResidues
from symmetry.numbers.symbol import formula_failure
from symmetry.numbers.symbol.source import Symbols
from symmetry.replaceable import noting

ResidueSource = Callable[[tuple[int, ...], int], RandomResidues]
"""Makes a source from a seed and a number of points."""

POINTS = 24
"""Random points at which an identity is tried on each architecture."""


@dataclasses.dataclass
class ExactTally:
    """How a law fared in exact arithmetic: where it was tried, log2 of the chance that a false one passes, the first failure.

    A law without parameters is one fixed case, which needs no architecture. `broke_after` counts the points up to the first
    at which it failed.
    """

    cases: int = 0
    points: int = 0
    architectures: list[Architecture] = dataclasses.field(default_factory=list)
    log2_failure: float = float("-inf")
    failure: str = ""
    broke_after: int = 0
    error: str = ""
    ran: set[str] = dataclasses.field(default_factory=set)


def distinct_points(cases: Mapping[str, object]) -> int:
    """At how many points the residues that were drawn differ; the leading axis of every array counts points."""
    numbers = [each for each in jax.tree.leaves(cases, is_leaf=_is_residue) if _is_residue(each)]
    return len(set(fingerprints(numbers).tolist())) if numbers else 0


def _is_residue(node: object) -> bool:
    return isinstance(node, Residue)


def try_residues(
    law: Callable, seed: int, architecture: Architecture, identity: ExactTally, source: ResidueSource = RandomResidues
) -> None:
    """Tries a law at `POINTS` random points of one architecture, and adds to what was found.

    The points that count are those that differ in what was drawn.
    """
    kernel, drawn = Kernel({None: law}), source((seed,), POINTS)
    cases = draw_cases(case_types(law), drawn, architecture)
    outcomes = kernel(cases | {KEY: drawn.key(KEY)})
    traced, points = kernel.traced[None], distinct_points(cases)
    identity.cases += points
    identity.points = min(points, identity.points or points)
    identity.ran |= traced.ran
    identity.architectures.append(architecture)
    identity.log2_failure = max(identity.log2_failure, log2_failure(traced.account, traced.degree, points))
    if identity.failure or identity.error:
        return
    if traced.error:
        identity.error = traced.error
    elif len(wrong := np.argwhere(outcomes[None].excess > 1)):
        point, leaf = wrong[0]
        identity.broke_after = identity.cases - points + int(point) + 1
        identity.failure = f"at point {point} on {architecture}, {traced.paths[leaf] or 'the value'} differs"
    elif outcomes[None].vacuous.all():
        identity.failure = f"on {architecture}, all that it compares is 0, so that nothing could fail"


def try_formulas(law: Callable, architecture: Architecture | None, identity: ExactTally) -> None:
    """Tries a law on SymPy's symbols: each relation must hold as formulas, entry by entry.

    The activations and the loss are unknown functions, so nothing is left to chance. A law without parameters brings its
    own numbers, and needs no architecture.
    """
    identity.cases += 1
    cases: dict[str, object] = {}
    try:
        if architecture is not None:
            identity.architectures.append(architecture)
            cases = draw_cases(case_types(law), Symbols(), architecture.with_everything_unknown())
        with noting(identity.ran):
            leaves = leaves_of(law(**cases))
    except Exception as error:  # a law that raises has failed, whatever it raises
        identity.error = identity.error or described_error(error, law)
        return
    where = "" if architecture is None else f"on {architecture}, "
    for leaf in leaves:
        if not identity.failure and (gap := formula_failure(leaf)):
            identity.failure = f"{where}{gap}"
