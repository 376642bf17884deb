"""Residues: exact integers modulo a prime, in a file each: the class, oracles, source, and the chance of a false pass."""

from symmetry.numbers.residue.account import Account, accounting
from symmetry.numbers.residue.chance import at_one_point, largest_degree, log2_failure
from symmetry.numbers.residue.oracle import (
    UnknownActivation,
    UnknownLoss,
    keyed,
    unknown_curvature,
    unknown_error,
    unknown_loss,
)
from symmetry.numbers.residue.residue import PRIME, Residue
