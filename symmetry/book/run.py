"""The run that a book reports: what its record says of each theorem and claim, or that no run is recorded."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from symmetry.citation import FORMATS, as_recorded, cite
from symmetry.claim import Claim, Instance
from symmetry.evidence import Evidence, Finding, Heading
from symmetry.ledger import FLOATS, STYLES, counts, row
from symmetry.theorem import Theorem
from symmetry.worded import found, of_run

CITED_AS = {"bibtex": "BibTeX", "latex": "LaTeX", "markdown": "Markdown", "text": "plain text"}

COLUMNS = ("derived", "identity", *FLOATS.values(), "controls")
"""What the cells of the ledger are of."""

COUNTED_AS = {verdict: verdict for verdict in (*STYLES, "right", "wrong")} | {
    "right if": "right on a condition",
    "cannot be run": "not to be decided by a run",
    "": "not in this run",
}
"""How each verdict is counted, in the order that they are."""


@dataclasses.dataclass(frozen=True)
class Run:
    """A record, or None where no run is recorded.

    Attributes:
        record: the content of a record, as `symmetry.record.read_record` returns it.
        known: the theorems and claims of the book, by id.
    """

    record: Mapping[str, Any] | None
    known: Mapping[str, Theorem | Claim]

    @functools.cached_property
    def told(self) -> str:
        """Seed, budget and versions of the run."""
        return of_run(self.record) if self.record is not None else ""

    @functools.cached_property
    def _refused(self) -> dict[str, str]:
        """Why the record is no evidence for a theorem or claim; those for which it is are left out."""
        reasons = {made.id: self._reason_against(made) for made in self.known.values()}
        return {id: reason for id, reason in reasons.items() if reason}

    def _reason_against(self, made: Theorem | Claim) -> str:
        assert self.record is not None
        try:
            recorded = as_recorded(made, self.record)
            found(recorded, self.record["environment"])
            _row(made, recorded)
        except ValueError as error:
            return str(error)
        except (KeyError, TypeError) as error:
            return f"{made.id}: a line of the record lacks a field or has a wrong one ({error})."
        return ""

    def why_not(self, made: Theorem | Claim) -> str:
        """Why there is no evidence to show; "" if there is, or if no run is recorded at all."""
        return "" if self.record is None else self._refused.get(made.id, "")

    def of(self, made: Theorem | Claim) -> Mapping[str, Any] | None:
        """What the run recorded of a theorem or claim, if it did and still speaks of the same statement and law."""
        if self.record is None or made.id in self._refused:
            return None
        return as_recorded(made, self.record)

    def verdict(self, made: Theorem | Claim) -> str:
        """The verdict of the run; without one, "" for a theorem and what is stated for a claim."""
        recorded = self.of(made)
        if recorded is not None:
            return recorded["verdict"]
        return made.said_verdict if isinstance(made, Claim) else ""

    def sentences(self, made: Theorem) -> list[tuple[str, str]]:
        """A kind of evidence and what was found, for each line but the controls."""
        recorded = self.of(made)
        if recorded is None or self.record is None:
            return []
        parts = (text.partition(": ") for text in found(recorded, self.record["environment"]))
        return [(kind, text) for kind, _, text in parts if kind not in ("Verdict", "Controls")]

    def lines(self, made: Theorem, kind: str) -> list[Mapping[str, Any]]:
        """The recorded lines of one kind."""
        return [line for line in (self.of(made) or {"evidence": []})["evidence"] if line["kind"] == kind]

    def controls(self, made: Theorem) -> dict[str, Mapping[str, Any]]:
        """What was recorded of each control, by its name."""
        return {line["name"]: line for line in self.lines(made, "control") if "name" in line}

    def instances(self, claim: Claim) -> list[Instance]:
        """What the run tried a claim on."""
        lines = (self.of(claim) or {"evidence": []})["evidence"]
        return [Instance(**each) for line in lines for each in line.get("instances", ())]

    def ledger(self, made: Theorem) -> list[str]:
        """The cells of the theorem's row in the ledger, after id and verdict and before the title."""
        recorded = self.of(made)
        return _row(made, recorded) if recorded is not None else []

    @property
    def theorems(self) -> dict[str, Any] | None:
        """The record, of the theorems and claims only for which it is evidence; None if it is for no theorem."""
        if self.record is None:
            return None
        kept = [self.of(made) for made in self.known.values()]
        some = any(isinstance(made, Theorem) and self.of(made) is not None for made in self.known.values())
        return {**self.record, "theorems": [each for each in kept if each is not None]} if some else None

    def counted(self, made: Sequence[Theorem | Claim]) -> str:
        """Verdicts and how often each was reached: "80 proved, 3 checked"."""
        verdicts = Counter(verdict_class(self.verdict(each)) for each in made)
        return ", ".join(f"{verdicts[verdict]} {words}" for verdict, words in COUNTED_AS.items() if verdicts[verdict])

    def checks(self, made: Sequence[Theorem]) -> list[str]:
        """How many networks were checked in each float type, and how many of them were vacuous."""
        recorded = [(each, self.of(each)) for each in made]
        return counts([_finding(each, found) for each, found in recorded if found is not None])

    def citations(self, made: Theorem | Claim) -> dict[str, str]:
        """The citation in each format, by the format's name, with the evidence of the run if there is any."""
        record = self.record if self.of(made) is not None else None
        return {CITED_AS[form]: cite(made, form, record) for form in FORMATS}


def _row(made: Theorem | Claim, recorded: Mapping[str, Any]) -> list[str]:
    return [] if isinstance(made, Claim) else row(_finding(made, recorded))


def _finding(made: Theorem | Claim, recorded: Mapping[str, Any]) -> Finding:
    return Finding(Heading.of(made), [Evidence.from_json(line) for line in recorded["evidence"]])


def verdict_class(verdict: str) -> str:
    """A verdict without its condition.

    >>> verdict_class("right if n = 1")
    'right if'
    """
    return "right if" if verdict.startswith("right if ") else verdict
