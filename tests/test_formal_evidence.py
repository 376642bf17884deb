"""Formal evidence: what a line says with Agda, without it, and where a proof is refused or cannot be told."""

import dataclasses
import functools
import json

import jsonschema
import pytest

import proofs
from symmetry.display.ledger import ledger
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding, Heading, sentences
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.formal import Formal
from symmetry.evidence.record import Record, line_from_json
from symmetry.evidence.schema import schema
from symmetry.evidence.session import Session
from symmetry.formal import Checking, unavailable
from symmetry.statements.registry import theorem_by_id
from symmetry.statements.theorem import FormalProof, Theorem, theorem

MISSING = "Agda is not installed; run pip install 'symmetry-proofs[formal]'."


SHARED: dict = {}
"""The work that the sessions below share."""


@pytest.fixture
def permuting() -> Theorem:
    proofs.load()
    made = theorem_by_id("PERM.1")
    assert isinstance(made, Theorem)
    return made


def told(made: Theorem, **found) -> Session:
    """A session in which Agda is said to have told this."""
    session = Session([made], networks=64)
    checking = Checking(agda="2.7.0", definitions="d" * 64, program="p" * 64, sources="s" * 64, refused={}, unknown={})
    assert made.formal_file is not None
    SHARED["formal", str(made.formal_file.parent)] = dataclasses.replace(checking, **found)
    session.work.kept = SHARED
    return session


@functools.cache
def others(made: Theorem) -> tuple[Evidence, ...]:
    """All evidence of a theorem but that of Agda."""
    (found,) = told(made, missing=MISSING).findings()
    return tuple(line for line in found.evidence if line.kind != "formal")


def finding(made: Theorem, formal: Evidence) -> Finding:
    """All evidence of a theorem, with that line of Agda."""
    others = [
        line for line in Session([made], networks=64).findings() for line in line.evidence if line.kind != "formal"
    ]
    return Finding(Heading.of(made), [formal, *others])


def test_a_line_that_passed_names_the_laws_and_what_it_is_about(permuting):
    line = told(permuting).gather(permuting, "formal")
    assert isinstance(line, Formal)
    assert line.outcome == "passed"
    assert line.file == "formal/PERM-1.agda"
    assert line.laws is not None
    assert "order of its terms" in line.laws[0]
    assert "from definitions generated from symmetry/network.py (sha256 pppppppppppp...)" in line.words({})
    text = permuting.formal_file.read_text().splitlines()
    assert line.line is not None
    assert text[line.line - 1].startswith("module Theorem")


def test_without_agda_the_line_is_not_run_and_nothing_else_changes(permuting):
    line = told(permuting, agda="", missing=MISSING).gather(permuting, "formal")
    assert (line.outcome, line.reason) == ("not run", MISSING)
    found = finding(permuting, line)
    assert found.verdict == found.in_ledger == "proved"
    assert not found.reasons
    assert f"PERM.1: not run, formal: {MISSING}" in ledger([found], 200)
    assert "and again" not in dict(sentences("proved", found.in_order, {"sympy": "1"}))["Verdict"]


def test_a_theorem_that_only_agda_proves_is_checked_without_it(permuting):
    found = finding(permuting, told(permuting).gather(permuting, "formal"))
    lines = [line for line in found.evidence if line.kind != "derived"]
    heading = dataclasses.replace(
        found.heading,
        listed=tuple(kind for kind in found.heading.listed if kind != "derived"),
        items=tuple(item for item in found.heading.items if item != "derived"),
    )
    assert Finding(heading, lines).verdict == "proved"
    without = Formal(outcome="not run", reason=MISSING)
    assert Finding(heading, [without, *lines[1:]]).verdict == "checked"


def test_both_proofs_say_what_they_trust(permuting):
    found = finding(permuting, told(permuting).gather(permuting, "formal"))
    said = dict(sentences(found.verdict, found.in_order, {"sympy": "1.14.0"}))["Verdict"]
    assert said == "proved, trusting Agda 2.7.0, and again trusting SymPy 1.14.0."


def test_a_refused_proof_fails_the_theorem_in_words(permuting):
    words = "bias_gradient differs from what was proved: 2 in place of 1"
    line = told(permuting, refused={"PERM-1": words}).gather(permuting, "formal")
    assert line.outcome == "failed"
    assert line.reason == words
    assert "symmetry prove PERM.1" in line.explanation
    assert Finding(Heading.of(permuting), [line]).verdict == "failed"


def test_what_cannot_be_told_is_not_run(permuting):
    line = told(permuting, unknown={"PERM-1": "it calls numpy.dot"}).gather(permuting, "formal")
    assert (line.outcome, line.reason) == ("not run", "it calls numpy.dot")
    assert line.is_skipped


@pytest.mark.parametrize(
    ("found", "by"),
    [({}, True), ({"missing": MISSING}, False), ({"unknown": {"PERM-1": "it calls numpy.dot"}}, False)],
)
def test_a_control_that_agda_refutes_counts_it_where_it_ran(permuting, found, by):
    session = told(permuting, **found)
    refuted = session.gather(permuting, "control-permute-incoming-weights-only")
    other = session.gather(permuting, "control-permute-outgoing-weights-by-the-inverse")
    assert isinstance(refuted, Control)
    assert isinstance(other, Control)
    assert ("formal" in (refuted.by or ())) == by
    assert "formal" not in (other.by or ())
    assert refuted.caught
    assert other.caught


def test_a_record_holds_the_line_and_its_schema_accepts_it(permuting):
    line = told(permuting).gather(permuting, "formal")
    content = json.loads(json.dumps(line.to_json()))
    assert line_from_json(content, "PERM.1") == line
    record = Record.of([finding(permuting, line)], networks=64, seed=0)
    jsonschema.validate(json.loads(json.dumps(record.to_json())), schema())


def test_a_formal_proof_refutes_one_of_the_theorems_controls():
    with pytest.raises(ValueError, match=r"OWN\.1: its formal proof refutes 'nothing'; name one of its controls"):
        theorem(
            "OWN.1",
            title="",
            statement="",
            hypotheses="",
            controls={"one": dict(knob=1)},
            formal=FormalProof("formal/OWN-1.agda", control="nothing"),
        )


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "")
def test_agda_accepts_the_proof_of_the_program_itself(permuting):
    line = Session([permuting]).gather(permuting, "formal")
    assert line.outcome == "passed", line.reason
