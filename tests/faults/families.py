"""Faults of what the symmetries beside permutations run: attention, layers, training in other coordinates, ranks and counts."""

from tests.faults.attention_faults import ATTENTION
from tests.faults.descent_faults import DESCENT
from tests.faults.fault import Fault
from tests.faults.layer_faults import LAYERS
from tests.faults.rank_faults import COUNTED

FAULTS: list[Fault] = [*ATTENTION, *LAYERS, *DESCENT, *COUNTED]
"""Each is one line."""

QUICK = ("groups tiled for repeated", "the k smallest logits")
"""Names of faults that every run plants; the slow run plants all."""
