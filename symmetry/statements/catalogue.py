"""The catalogue: statements that installed packages bring, and those of a file of the reader's own.

A package brings statements by an entry point of the group `symmetry.catalogues`: a function that imports them and returns
them by id. `proofs` is one.
"""

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from symmetry.statements import registry
from symmetry.statements.statement import Statement

GROUP = "symmetry.catalogues"


def load() -> Mapping[str, Statement]:
    """Every statement of every installed catalogue, by id."""
    return {id: made for entry in metadata.entry_points(group=GROUP) for id, made in entry.load()().items()}


def load_with(path: Path | None) -> Mapping[str, Statement]:
    """Every statement, with those of a Python file of the reader's own.

    Raises:
        ValueError: there is no such file, it is no Python, or it raises.
    """
    if path is None:
        return load()
    before = dict(load())
    registry.import_file(path)
    return before | {id: made for id, made in registry.REGISTRY.items() if id not in before}
