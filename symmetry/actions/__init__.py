"""Actions on networks, with the way in which a case of each is drawn."""

from symmetry.actions.hidden_spaces import HiddenMap, LinearMaps, Reflection
from symmetry.actions.hidden_units import (
    Rescaling,
    SignFlips,
    TiedUnits,
    UnitPermutation,
    gather_units,
    map_hidden,
    multiply_units,
)
