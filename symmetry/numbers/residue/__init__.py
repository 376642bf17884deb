"""Residues: exact integers modulo a prime, in a file each: the class, random oracles and source."""

from symmetry.numbers.residue.oracle import (
    UnknownActivation,
    UnknownLoss,
    counting_queries,
    largest_degree,
    log2_failure,
    unknown_curvature,
    unknown_error,
    unknown_loss,
)
from symmetry.numbers.residue.residue import PRIME, Residue
