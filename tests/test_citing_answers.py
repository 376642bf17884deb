"""Citations of questions: the answer, and what a record says of the theorems and claims that it rests on."""

import dataclasses

import pytest
from pybtex.database import parse_string
from recorded import record_of
from typer.testing import CliRunner

import proofs
from symmetry.citation.formats import FORMATS, cite
from symmetry.cli import app
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.kinds.derived import Derived
from symmetry.evidence.record import Record, RecordedBackprop
from symmetry.statements.claim import QUESTIONS

pytestmark = pytest.mark.quick

KNOWN = proofs.load()
ASKED = QUESTIONS["ASK.2"]


def record_of_some(*ids: str) -> Record:
    return record_of({id: KNOWN[id] for id in ids})


def words_of(text: str) -> str:
    return " ".join(text.replace("\\", "").split())


@pytest.mark.parametrize("form", FORMATS)
def test_a_question_is_cited_with_its_answer_and_what_that_rests_on(form):
    text = words_of(cite(ASKED, form))
    assert ASKED.asks in text
    for sentence in ASKED.sentences:
        assert words_of(sentence) in text
    assert "No run is cited. The answer rests on PERM.1, PERM.3, PERM.4, CLAIM.22, " in text
    assert ASKED.digest[:8] in text


def test_a_record_gives_the_verdicts_on_all_that_the_answer_rests_on():
    record = record_of_some(*[made.id for made in ASKED.rests_on])
    text = words_of(cite(ASKED, "text", record))
    assert "The answer rests on theorems: proved, trusting Agda 2.7.0, and again trusting SymPy" in text
    assert "(PERM.1, PERM.3, PERM.4, TIE.1, TIE.2); proved, trusting Agda 2.7.0 (TIE.3); " in text
    assert (
        "It rests on verdicts on what threads claim: right (CLAIM.22, CLAIM.6); wrong (CLAIM.23, CLAIM.12, CLAIM.13)"
        in text
    )
    assert "; right under a condition (CLAIM.7)." in text
    assert "Run: seed 7, 64 networks" in text
    assert "holds nothing" not in text


def test_what_the_record_does_not_hold_is_named():
    text = words_of(cite(ASKED, "text", record_of_some("PERM.1", "SIGN.1")))
    assert "(PERM.1). It also rests on PERM.3, PERM.4, CLAIM.22, " in text
    assert "TIE.16, CLAIM.13, of which the record holds nothing." in text
    with pytest.raises(ValueError, match=r"the record holds nothing of what ASK.2 rests on: PERM.1, PERM.3"):
        cite(ASKED, "text", record_of_some("SIGN.1"))


def test_a_support_that_failed_marks_the_answer():
    failed = Finding(Heading.of(KNOWN["PERM.1"]), [Derived(outcome="failed", reason="step 2 differs")])
    record = Record.of([failed], networks=8, seed=0)
    for form in FORMATS:
        assert "FAILED: What makes the units of a layer different" in cite(ASKED, form, record)


def test_the_record_of_another_backprop_is_no_evidence_for_an_answer():
    own = RecordedBackprop("own.py", "mine", "0" * 64)
    record = dataclasses.replace(record_of_some("PERM.1"), backprop=own)
    with pytest.raises(ValueError, match=r"ASK.2: the record is of own.py:mine .*; name a record made without"):
        cite(ASKED, "text", record)


def test_every_question_is_cited_beside_other_ids_with_unique_keys():
    done = CliRunner().invoke(app, ["cite", "ask", "tie.1", "claim.54", "--format", "bibtex"])
    assert done.exit_code == 0, done.stderr
    keys = list(parse_string(done.stdout, "bibtex").entries)  # which raises where a key comes twice
    assert keys[:2] == ["symmetry:TIE.1", "symmetry:CLAIM.54"]
    assert {f"symmetry:{id}" for id in QUESTIONS} < set(keys)


def test_another_answer_has_another_digest():
    other = dataclasses.replace(ASKED, answer=ASKED.answer[:-1])
    assert other.digest != ASKED.digest
