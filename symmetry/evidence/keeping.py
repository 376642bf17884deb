"""A record kept while a run goes: written anew after every finding, whole, with what is still unfinished."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from symmetry.evidence.finding import Finding
from symmetry.evidence.record import Record, RecordedStatement


class RecordKeeper:
    """Keeps the findings of a run, in a file if one is named.

    Args:
        empty: the record of the run before it has found anything.
        asked: the ids of all that is to be found, in the order of the record.
        file: where to write; None to keep the record here only.
        kept: findings of an earlier run, which no write leaves out.

    Attributes:
        trouble: why the file could not be written last time; "" if it was.
    """

    def __init__(self, empty: Record, asked: Sequence[str], file: Path | None, kept: Sequence[Finding] = ()):
        self.empty, self.asked, self.file, self.trouble = empty, list(asked), file, ""
        self._found = {finding.heading.id: finding for finding in kept}

    @property
    def findings(self) -> list[Finding]:
        """All so far, in the order of the record."""
        return [self._found[id] for id in self.asked if id in self._found]

    @property
    def record(self) -> Record:
        """What is known so far."""
        unfinished = tuple(id for id in self.asked if id not in self._found)
        statements = tuple(map(RecordedStatement.of, self.findings))
        return dataclasses.replace(self.empty, statements=statements, unfinished=unfinished)

    def keep(self, finding: Finding) -> None:
        """Adds a finding, and writes the record."""
        self._found[finding.heading.id] = finding
        self.write()

    def write(self) -> None:
        """Writes the record as it is now. A file that cannot be written costs the run nothing."""
        self.trouble = ""
        try:
            if self.file is not None:
                self.record.write(self.file)
        except ValueError as error:
            self.trouble = str(error)
