"""The theorems, a chapter a file. Importing this package registers them all, in the order of the chapters."""

from symmetry.theorem import REGISTRY

CHAPTERS = ("gradient", "permutation", "equal_initialisation", "duplication", "method")
"""The chapters' modules, in reading order."""


CLAIMS = (
    "zero_initialisation",
    "ties",
    "tie_keeping",
    "tie_breaking",
    "differing_units",
    "initial_values",
    "identical_units",
    "solutions",
    "posted_class",
    "backprop",
    "descent",
    "layers",
    "answers",
)
"""The modules of `proofs.claims`, in the order of the claims."""


def load() -> dict:
    """Imports every chapter and returns the registry of theorems and claims."""
    import importlib

    for chapter in CHAPTERS:
        importlib.import_module(f"proofs.{chapter}")
    for theme in CLAIMS:
        importlib.import_module(f"proofs.claims.{theme}")
    return REGISTRY
