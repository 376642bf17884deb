"""Actions on networks, a file each, with the way in which a case of the action is drawn."""

from symmetry.actions.hidden_map import HiddenMap
from symmetry.actions.linear_maps import LinearMaps
from symmetry.actions.map_hidden import gather_units, map_hidden, multiply_units
from symmetry.actions.reflection import Reflection
from symmetry.actions.rescaling import Rescaling
from symmetry.actions.sign_flips import SignFlips
from symmetry.actions.tied_units import TiedUnits
from symmetry.actions.unit_permutation import UnitPermutation
