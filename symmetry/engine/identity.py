"""Identity evidence: equality in exact arithmetic, at random residues or of SymPy's formulas."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from symmetry.architecture import Architecture
from symmetry.cases import case_types, draw_cases, joint_case_types
from symmetry.draw import RandomResidues, Symbols
from symmetry.engine.compare import paired_leaves
from symmetry.engine.kernel import Kernel, described_error
from symmetry.numbers.residue import log2_failure

POINTS = 24
"""Random points at which an identity is tried on each architecture."""


@dataclasses.dataclass
class Identity:
    """How a law fared: where it was tried, log2 of the chance that a false one passes, the first failure if any."""

    architectures: list[Architecture] = dataclasses.field(default_factory=list)
    log2_failure: float = float("-inf")
    failure: str = ""
    error: str = ""


def try_identities(
    laws: Mapping[Any, Callable], seed: int, architecture: Architecture, found: dict[Any, Identity]
) -> None:
    """Tries each law at `POINTS` random points of one architecture, on one kernel, and adds to what was found."""
    kernel = Kernel(laws)
    types = joint_case_types(laws.values())
    outcomes = kernel(draw_cases(types, RandomResidues((seed,), POINTS), architecture))
    for key in laws:
        identity, traced = found[key], kernel.traced[key]
        identity.architectures.append(architecture)
        identity.log2_failure = max(identity.log2_failure, log2_failure(traced.degree, traced.queries, POINTS))
        if identity.failure or identity.error:
            continue
        if traced.error:
            identity.error = traced.error
        elif len(wrong := np.argwhere(outcomes[key].excess > 1)):
            point, leaf = wrong[0]
            identity.failure = f"at point {point} on {architecture}, {traced.paths[leaf] or 'the value'} differs"


def try_formulas(law: Callable, architecture: Architecture, identity: Identity) -> None:
    """Tries a law on SymPy's symbols: the difference of the two sides must simplify to 0, entry by entry.

    The activations and the loss are unknown functions, so nothing is left to chance.
    """
    identity.architectures.append(architecture)
    try:
        leaves = paired_leaves(law(**draw_cases(case_types(law), Symbols(), architecture.with_everything_unknown())))
    except Exception as error:  # a law that raises has failed, whatever it raises
        identity.error = identity.error or described_error(error)
        return
    for leaf in leaves:
        for place in np.ndindex(*leaf.left.shape):
            if not identity.failure and leaf.left[place] != leaf.right[place]:
                gap = sympy.expand(leaf.left[place] - leaf.right[place])
                if gap != 0:
                    identity.failure = f"on {architecture}, {leaf.path}{list(place)} differs by {gap}"
