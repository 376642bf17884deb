"""Faults of the program itself: forward pass and backprop, activations, losses."""

from tests.faults.activations import ACTIVATIONS
from tests.faults.backward import BACKWARD
from tests.faults.forward import FORWARD
from tests.faults.losses import LOSSES

FAULTS = (*FORWARD, *BACKWARD, *ACTIVATIONS, *LOSSES)
"""Each is one line."""

QUICK = (
    "the bias over examples",
    "weights left out of the recursion",
    "tanh's slope at the activation",
    "the half left out of the squared error",
)
"""Names of faults that are caught in a few seconds, one of each file."""
