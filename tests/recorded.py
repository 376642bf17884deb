"""A record of a run that never was, for tests of what reports records: every theorem and claim passed."""

from collections.abc import Mapping
from typing import Any

from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.derived import Derived
from symmetry.evidence.kinds.formal import Formal
from symmetry.evidence.kinds.identity import Identity
from symmetry.evidence.kinds.refuted import Counterexample, Refuted
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import Record
from symmetry.formal.digests import digest, program_digest
from symmetry.formal.imports import written_modules
from symmetry.formal.sources import source
from symmetry.statements.claim import Claim, Instance
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem

NETWORKS = 64


def record_of(known: Mapping[str, Statement]) -> Record:
    """The record of all that is known."""
    return Record.of(findings_of(known), networks=NETWORKS, seed=7)


def findings_of(known: Mapping[str, Statement]) -> list[Finding]:
    return [Finding(Heading.of(made), lines_of(made)) for made in known.values()]


def in_json(content: dict[str, Any], id: str) -> dict[str, Any]:
    """What a record's JSON holds of one theorem or claim."""
    return next(each for each in content["theorems"] if each["id"] == id)


def lines_of(made: Statement) -> list[Evidence]:
    if isinstance(made, Claim):
        instance = Instance("n = 1", True, "1 is 1", True if made.verdict == "right if" else None)
        verdict, rests = made.stated_verdict, made.follows_from
        return [Decided(outcome="passed", verdict=verdict, thread=made.thread, decided_by=rests, instances=(instance,))]
    assert isinstance(made, Theorem)
    lines = [line for line in passed_lines(made) if line.kind in made.evidence]
    controls = [Control(outcome="passed", name=name, caught=True, by=rejecting(made, name)) for name in made.controls]
    return [*lines, *controls]


def rejecting(made: Theorem, control: str) -> tuple[str, ...]:
    """The kinds of evidence that reject a control: a proof in Agda refutes one of them."""
    refuted = made.formal is not None and made.formal.control == control
    return tuple(kind for kind in made.evidence if kind != "formal" or refuted)


def passed_lines(made: Theorem) -> list[Evidence]:
    """A line of each kind that a theorem can list."""
    sampled = [
        Sampled(
            outcome="passed",
            dtype=dtype,
            worst=0.125,
            architectures=((2, 3, 2),),
            networks=NETWORKS,
            vacuous=3,
            vacuous_leaves=3,
            adversarial=0,
            vacuous_adversarial=0,
        )
        for dtype in made.dtypes
    ]
    sides = ("1-2-1/1:01", "[0, 0] differs by 1", "[[1]]", "[[0]]")
    return [
        formal_line(made),
        Derived(outcome="passed", scope="every width and depth", steps=4),
        Identity(outcome="passed", architectures=((2, 3, 2),), points=24, log2_failure=-123.4),
        *sampled,
        Refuted(
            outcome="passed",
            claims=tuple(Counterexample(claim, *sides) for claim in made.refutes),
            corrected_by=getattr(made, "corrected_by", None),
        ),
    ]


def formal_line(made: Theorem) -> Formal:
    """The line of a theorem's proof in Agda, about the files that are here; about nothing where it has none."""
    if made.formal is None or made.formal_file is None:
        return Formal(outcome="not run", reason="no proof is written")
    return Formal(
        outcome="passed",
        agda="2.7.0",
        file=made.formal.path,
        line=17,
        laws=tuple(source(made.formal_file).laws.values()),
        refutes=made.formal.control,
        definitions="d" * 64,
        program=program_digest(),
        sources=digest(written_modules(made.formal_file.parent)),
    )
