"""Models with the groups of units that they have, worked out by hand: what `symmetry.discover` is tested on."""

from tests.models import attention, convolutions, experts, layers, none, recurrent, transformers
from tests.models.model import MODELS

__all__ = ["MODELS", "attention", "convolutions", "experts", "layers", "none", "recurrent", "transformers"]
