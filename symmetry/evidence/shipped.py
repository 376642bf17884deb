"""The record that ships with a catalogue: the evidence of its release, for a reader who has not run it."""

import dataclasses
from importlib import metadata, resources
from pathlib import Path

from symmetry.evidence.record import Record, read_record
from symmetry.statements.registry import GROUP

NAME = "record.json"
"""The file, in the folder of the package that brings the catalogue."""


def given_or_shipped(file: Path | None) -> Record | None:
    """The reader's own record, if a file is named; else the one that ships with the catalogue; None if there is none.

    Raises:
        ValueError: the file cannot be read, or is no record that this version understands.
    """
    return shipped_record() if file is None else read_record(file)


def shipped_record() -> Record | None:
    """What ships with the installed catalogue; of several, the first that brings a record."""
    for entry in metadata.entry_points(group=GROUP):
        with resources.as_file(resources.files(entry.module) / NAME) as file:
            if file.is_file():
                return dataclasses.replace(read_record(file), ships=True)
    return None
