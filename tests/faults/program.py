"""Faults of the program itself: forward pass and backprop, activations, losses."""

from tests.faults.activations import ACTIVATIONS
from tests.faults.backward import BACKWARD
from tests.faults.forward import FORWARD
from tests.faults.losses import LOSSES

FAULTS = (*FORWARD, *BACKWARD, *ACTIVATIONS, *LOSSES)
"""Each is one line."""

QUICK = ("tanh's slope at the activation",)
"""Names of faults that every run plants; the slow run plants all."""
