"""What a citation of a theorem, claim or question says, with what its evidence is.

A property is cited as a part of this software, or the reader's own as checked by it, at a version, with a digest of what
was checked. Whatever did not turn out to hold begins with a word that says so: FALSE for what is refuted.
"""

import dataclasses
from importlib import metadata

from symmetry.bibliography import named, title_of
from symmetry.display.run import evidence_in_words, whose
from symmetry.evidence.environment import version as version_here
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.record import Record
from symmetry.reproduction.plan import evidence_at_hand
from symmetry.statements.claim import Claim
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.notation import notation_of
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.statements.verdict import mark
from symmetry.wording import count

AUTHOR = "The symmetry authors"
RELEASED = "2026-11-24"
"""The day of the version that is cited; `CITATION.cff` says the same."""

SOFTWARE, DISTRIBUTION = "symmetry: an executable proof that hidden units are interchangeable", "symmetry-proofs"


@dataclasses.dataclass(frozen=True)
class Citation:
    """What every format says of a property, or of a question and its answer.

    Attributes:
        id: of the theorem, claim or question.
        title: in words, with a mark before it if it does not hold.
        statement: in LaTeX; "" for a claim that is not made formal.
        premise: a sentence with its hypotheses; of a claim, the thread it is from; of a question, its answer.
        notation: the symbols of the statement in LaTeX, and what each means.
        evidence: sentences.
        code: the law, and what it calls in its own module.
        version: of this software, when the evidence was gathered.
        digest: sha256 of what was checked.
        address: of the software; "" where its package names none.
        keys: the originals to cite beside it, in the bibliography.
        environment: of LaTeX, with the heading that it prints.
        is_own: whether it is the reader's own, which this software has only checked.
    """

    id: str
    title: str
    statement: str
    premise: str
    notation: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    code: str
    version: str
    digest: str
    address: str
    keys: tuple[str, ...]
    environment: tuple[str, str]
    is_own: bool = False

    @property
    def author(self) -> str:
        return f"The author of {self.id}" if self.is_own else AUTHOR

    @property
    def software(self) -> str:
        """What it is a part of, or what it was checked by."""
        by = "checked by " if self.is_own else ""
        return f"{by}{SOFTWARE}, version {self.version} (Python package {DISTRIBUTION})"

    @property
    def reference(self) -> str:
        """Title, author, software and date."""
        return f"{self.title} ({self.id}). {self.credit}, {RELEASED}."

    @property
    def credit(self) -> str:
        return f"{self.author}{'; ' if self.is_own else '. '}{self.software}"

    @property
    def source(self) -> str:
        return self.id if self.is_own else f"{self.id} of symmetry"

    @property
    def place(self) -> str:
        """The same after the id."""
        return f"{self.id}, {self.software}" if self.is_own else f"{self.id} of {self.software}"


def citation(made: Statement, record: Record | None = None) -> Citation:
    """The citation of a theorem or claim, with the evidence of a record if one is given.

    Raises:
        ValueError: the record does not hold it, holds another statement or law of that id, or is at odds with itself.
    """
    verdict, evidence, version, code = made.stated_verdict, [without_run(made)], version_here(), ""
    recorded = evidence_at_hand(made, record)
    if record is not None and recorded is not None:
        verdict = recorded.as_finding(made).in_ledger
        version = record.environment.get("symmetry") or version
        evidence = evidence_in_words(made, recorded, record)
        if record.backprop is not None:
            evidence.insert(0, whose(recorded, record.backprop))
            code = record.backprop.name if recorded.ran else ""
    return Citation(
        id=made.id,
        title=mark(verdict) + made.title.removesuffix(".") + (f", for {code}" if code else ""),
        statement=made.statement,
        premise=premise(made),
        notation=tuple((each.latex, each.meaning) for each in notation_of(made)),
        evidence=tuple(evidence),
        code="\n\n".join(part for part in (made.source.law, *made.source.called) if part),
        version=version,
        digest=made.digest,
        address="" if made.is_own else address(),
        keys=made.cites,
        environment=_environment(made, verdict, bool(code)),
        is_own=made.is_own,
    )


def without_run(made: Statement) -> str:
    """What evidence a run gathers for a statement, where no run is at hand."""
    if isinstance(made, Claim):
        return f"No run is cited. A run tries the claim on instances; the verdict stated is: {made.stated_verdict}."
    if not isinstance(made, Theorem):
        raise TypeError(f"nothing is known of a {type(made).__name__}.")
    listed = "; ".join(f"{kind} ({KINDS[kind].promise(made)})" for kind in made.evidence)
    wanted = f"each kind must reject {count(len(made.controls), 'broken variant')}"
    if not made.controls:
        wanted = "there is no control, so that it counts as incomplete"
    if isinstance(made, FalseClaim):
        wanted = f"there must be none to {made.corrected_by}, which corrects it"
    return f"No run is cited. The evidence that a run gathers is {listed}; {wanted}."


def premise(made: Statement) -> str:
    """A sentence with the hypotheses of a theorem; of a claim, where it is made."""
    if isinstance(made, Claim):
        return f"Said in: {title_of(made.thread)}; {named(made.position)}."
    return f"Hypotheses: {named(made.premise)}."


def _environment(made: Statement, verdict: str, other_code: bool = False) -> tuple[str, str]:
    """Theorem for what is proved or has a derivation, Property for what is checked, Claim for whatever may not hold.

    For code that is not symmetry's, a derivation counts only if the run says proved.
    """
    if mark(verdict) == "FALSE: ":
        return "falseclaim", "FALSE"
    if isinstance(made, Claim) or mark(verdict):
        return "claim", "Claim"
    proved = verdict == "proved" or (not other_code and "derived" in made.evidence)
    return ("theorem", "Theorem") if proved else ("property", "Property")


def address() -> str:
    """The first address that the installed package names."""
    try:
        urls = metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return urls[0].partition(",")[2].strip() if urls else ""
