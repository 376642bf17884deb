"""Faults of the number systems, and of functions at the points where formulas break: all were planted, and none passes."""

from tests.faults.ball_faults import BALLS
from tests.faults.dual_faults import DUALS
from tests.faults.fault import Fault
from tests.faults.point_faults import AT_A_POINT
from tests.faults.residue_faults import RESIDUES
from tests.faults.symbol_faults import SYMBOLS

FAULTS: list[Fault] = [*BALLS, *DUALS, *AT_A_POINT, *RESIDUES, *SYMBOLS]
"""The theorem of each fails at 1,000 networks."""

QUICK = ("a product without the product of the radii", "the next derivative of symbols")
"""Names of faults that every run plants, in a method and in a table of lambdas; the slow run plants all."""
