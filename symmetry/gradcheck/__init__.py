"""Checking a backprop that someone wrote, against the derivative of their own loss."""

from symmetry.gradcheck.check import check_backprop
from symmetry.gradcheck.hand_in import check_layer, check_network
from symmetry.gradcheck.report import Report
from symmetry.gradcheck.verdict import Undecided, WrongGradient

__all__ = ["Report", "Undecided", "WrongGradient", "check_backprop", "check_layer", "check_network"]
