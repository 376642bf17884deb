"""The theorems, a chapter a file. Importing this package registers them all, in the order of the chapters."""

from symmetry.theorem import REGISTRY

CHAPTERS = (
    "gradient",
    "permutation",
    "equal_initialisation",
    "duplication",
    "architectures",
    "recurrence",
    "attention",
    "residual_stream",
    "method",
    "coverage",
)
"""The chapters' modules, in reading order."""


def load() -> dict:
    """Imports every chapter and returns the registry of theorems."""
    import importlib

    for chapter in CHAPTERS:
        importlib.import_module(f"proofs.{chapter}")
    return REGISTRY
