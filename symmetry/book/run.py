"""The run that a book reports: what its record says of each theorem and claim, or that no run is recorded."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Mapping, Sequence

from symmetry.citation.formats import FORMATS, citation_of
from symmetry.display.ledger import STYLES, counts, row
from symmetry.display.run import run_in_words
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import lines_in_sentences
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.refuted import Refuted
from symmetry.evidence.record import Record, RecordedStatement
from symmetry.reproduction.plan import evidence_for
from symmetry.statements.claim import Claim, Instance
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.statements.verdict import counted, without_condition

CITED_AS = {"bibtex": "BibTeX", "latex": "LaTeX", "markdown": "Markdown", "text": "plain text"}

COUNTED = (*STYLES, "right", "wrong", "right if", "cannot be run", "")
"""Verdicts in the order in which they are counted."""


@dataclasses.dataclass(frozen=True)
class RecordedRun:
    """A record, or None where no run is recorded.

    Attributes:
        record: the record.
        known: the theorems and claims of the book, by id.
    """

    record: Record | None
    known: Mapping[str, Statement]

    @functools.cached_property
    def in_words(self) -> str:
        """Seed, budget and versions of the run."""
        return run_in_words(self.record) if self.record is not None else ""

    @functools.cached_property
    def _refused(self) -> dict[str, str]:
        """Why the record is no evidence for a theorem or claim, for those that it is no evidence for."""
        reasons: dict[str, str] = {}
        for made in self.known.values():
            try:
                assert self.record is not None
                evidence_for(made, self.record)
            except ValueError as error:
                reasons[made.id] = str(error)
        return reasons

    def why_not(self, made: Statement) -> str:
        """Why there is no evidence to show; "" if there is, or if no run is recorded at all."""
        return "" if self.record is None else self._refused.get(made.id, "")

    def of(self, made: Statement) -> RecordedStatement | None:
        """What the run recorded of a theorem or claim, if it did and it still speaks of the same statement and law."""
        return None if self.record is None or made.id in self._refused else self.record[made.id]

    def lines(self, made: Statement) -> tuple[Evidence, ...]:
        """The recorded lines."""
        recorded = self.of(made)
        return recorded.evidence if recorded is not None else ()

    def verdict(self, made: Statement) -> str:
        """The verdict of the run; without one, "" for a theorem and what is stated for a claim."""
        recorded = self.of(made)
        if recorded is not None:
            return recorded.verdict
        return made.stated_verdict if isinstance(made, Claim) else ""

    def sentences(self, made: Statement) -> list[tuple[str, str]]:
        """A kind of evidence and what was found, for each line but the controls."""
        versions = self.record.environment if self.record is not None else {}
        return list(lines_in_sentences(self.lines(made), versions))

    def refuted(self, made: Statement) -> list[Refuted]:
        """The recorded counterexamples."""
        return [line for line in self.lines(made) if isinstance(line, Refuted)]

    def controls(self, made: Statement) -> dict[str, Control]:
        """What was recorded of each control, by its name."""
        return {line.name: line for line in self.lines(made) if isinstance(line, Control)}

    def instances(self, claim: Claim) -> list[Instance]:
        """What the run tried a claim on."""
        return [each for line in self.lines(claim) if isinstance(line, Decided) for each in line.instances or ()]

    def ledger(self, made: Theorem) -> list[str]:
        """The cells of the theorem's row in the ledger, after id and verdict and before the title."""
        recorded = self.of(made)
        return row(recorded.as_finding(made)) if recorded is not None else []

    @property
    def evidence(self) -> Record | None:
        """The record with what is evidence for the theorems and claims of the book; None if no theorem has any."""
        kept = {made.id: recorded for made in self.known.values() if (recorded := self.of(made)) is not None}
        if self.record is None or not any(isinstance(self.known[id], Theorem) for id in kept):
            return None
        return dataclasses.replace(self.record, statements=tuple(kept.values()))

    def counted(self, made: Sequence[Statement]) -> str:
        """Verdicts and how often each was reached: "80 proved, 3 checked"."""
        verdicts = Counter(without_condition(self.verdict(each)) if self.of(each) else "" for each in made)
        return counted({verdict: verdicts[verdict] for verdict in COUNTED if verdicts[verdict]})

    def checks(self, made: Sequence[Theorem]) -> list[str]:
        """How many networks were checked in each float type, and how many of them were vacuous."""
        recorded = [(each, self.of(each)) for each in made]
        return counts([found.as_finding(each) for each, found in recorded if found is not None])

    def citations(self, made: Statement) -> dict[str, str]:
        """The citation in each format, by the format's name, with the evidence of the run if there is any.

        The law is left out: it stands beside them on the page.
        """
        record = self.record if self.of(made) is not None else None
        cited = dataclasses.replace(citation_of(made, record), code="")
        return {CITED_AS[form]: write([cited]) for form, write in FORMATS.items()}
