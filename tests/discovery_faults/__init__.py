"""One-line faults in discovery, each of which makes it report permutations that change a result."""

from discovery_faults.axes import AXES, GROUPS
from discovery_faults.fault import Fault
from discovery_faults.places import PLACES
from discovery_faults.rules import COMPUTING

__all__ = ["FAULTS", "Fault"]

FAULTS: dict[str, Fault] = {**COMPUTING, **PLACES, **AXES, **GROUPS}
