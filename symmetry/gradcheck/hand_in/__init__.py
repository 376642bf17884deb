"""Classes and layers as people hand them in, turned into a loss and a gradient that `check_backprop` takes."""

from symmetry.gradcheck.hand_in.layer_check import check_layer
from symmetry.gradcheck.hand_in.network_check import check_network

__all__ = ["check_layer", "check_network"]
