"""What an initialisation and an optimiser imply: units that stay equal, parameters that move late or never, each checked."""

from symmetry.starts.check import check_start
from symmetry.starts.finding import Finding, Findings

__all__ = ["Finding", "Findings", "check_start"]
