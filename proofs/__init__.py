"""The theorems, a chapter a file. Importing this package registers them all, in the order of the chapters."""

from symmetry.theorem import REGISTRY

CHAPTERS = (
    "gradient",
    "permutation",
    "permuted_training",
    "orbits",
    "equal_initialisation",
    "tied_training",
    "duplication",
    "sign",
    "scaling",
    "linear",
    "sharpness",
    "landscape",
    "capacity",
    "interpolation",
    "method",
)
"""The modules of the chapters, in reading order; a long chapter has several."""


def load() -> dict:
    """Imports every chapter and returns the theorems by id, chapter by chapter, each in the order of its numbers."""
    import importlib

    for chapter in CHAPTERS:
        importlib.import_module(f"proofs.{chapter}")
    chapters = list(dict.fromkeys(made.chapter for made in REGISTRY.values()))
    return dict(sorted(REGISTRY.items(), key=lambda item: (chapters.index(item[1].chapter), _number(item[0]))))


def _number(id: str) -> int:
    return int(id.split(".")[1])
