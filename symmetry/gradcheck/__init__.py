"""Checking a backprop that someone wrote, against the derivative of their own loss."""

from symmetry.gradcheck.check import check_backprop
from symmetry.gradcheck.hand_in.layer_check import check_layer
from symmetry.gradcheck.hand_in.network_check import check_network
from symmetry.gradcheck.parameters import WrongGradient
from symmetry.gradcheck.report import Report

__all__ = ["Report", "WrongGradient", "check_backprop", "check_layer", "check_network"]
