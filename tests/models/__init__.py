"""Models with the groups of units that they have, worked out by hand: what `symmetry.discover` is tested on."""

import importlib

from tests.models.model import MODELS

FAMILIES = (
    "activations",
    "attention",
    "channels",
    "convolutions",
    "dense",
    "densities",
    "equinox_modules",
    "experts",
    "flax_modules",
    "none",
    "positions",
    "recurrent",
    "sets",
    "sharing",
    "signals",
    "states",
    "transformers",
)

for _family in FAMILIES:
    importlib.import_module(f"tests.models.{_family}")

__all__ = ["FAMILIES", "MODELS"]
