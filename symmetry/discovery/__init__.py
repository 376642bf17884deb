"""The permutations of units that leave a JAX function as it is, found in the equations of its jaxpr."""

from symmetry.discovery.discover import discover
from symmetry.discovery.groups import Block, FrozenAxis, GroupAxis, UnitGroup, UnitGroups

__all__ = ["Block", "FrozenAxis", "GroupAxis", "UnitGroup", "UnitGroups", "discover"]
