"""The theorems, a chapter a file. Importing this package registers them all, in the order of the chapters."""

from symmetry.theorem import REGISTRY

CHAPTERS = (
    "gradient",
    "permutation",
    "equal_initialisation",
    "duplication",
    "landscape",
    "capacity",
    "interpolation",
    "method",
)
"""The modules of the chapters, in reading order; a long chapter has several."""

CLAIMS = ("zero_initialisation", "capacity", "approximation", "boundaries", "dimensions", "backprop")
"""The modules of `proofs.claims`, in the order of the claims."""


def load() -> dict:
    """Imports every chapter; returns theorems and claims by id, chapter by chapter, each in the order of its numbers."""
    import importlib

    for chapter in CHAPTERS:
        importlib.import_module(f"proofs.{chapter}")
    for theme in CLAIMS:
        importlib.import_module(f"proofs.claims.{theme}")
    chapters = list(dict.fromkeys(made.chapter for made in REGISTRY.values()))
    return dict(sorted(REGISTRY.items(), key=lambda item: (chapters.index(item[1].chapter), _number(item[0]))))


def _number(id: str) -> int:
    return int(id.split(".")[1])
