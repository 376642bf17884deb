"""Residues: exact integers modulo a prime, in a file each: the class, random oracles, comparison and source."""

from symmetry.numbers.residue import comparison
from symmetry.numbers.residue.activation import UnknownActivation
from symmetry.numbers.residue.loss import UnknownLoss, unknown_curvature, unknown_error, unknown_loss
from symmetry.numbers.residue.oracle import counting_queries, largest_degree, log2_failure
from symmetry.numbers.residue.residue import PRIME, Residue
