"""The record that ships with the catalogue: it is whole, of this very catalogue, and shown to who has not run anything."""

import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

import proofs
import symmetry
from symmetry.cli import app
from symmetry.display.ledger import ledger
from symmetry.display.statement import shown, shown_json
from symmetry.evidence.shipped import given_or_shipped, shipped_record
from symmetry.reproduction.plan import contradictions, evidence_at_hand
from symmetry.reproduction.resume import resumption
from symmetry.statements.claim import Claim
from tests.recorded import record_of

KNOWN = proofs.load()


@pytest.fixture(scope="module")
def record():
    found = shipped_record()
    assert found is not None
    return found


def test_it_is_whole_and_of_this_catalogue(record):
    """After a change to what is stated or run: symmetry prove --record proofs/record.json."""
    assert {each.id: each.digest for each in record.statements} == {id: made.digest for id, made in KNOWN.items()}
    assert record.unfinished == ()
    assert (record.seed, record.networks, record.backprop) == (0, 10_000, None)
    assert record.environment["symmetry"] == symmetry.__version__
    assert [contradictions(each, KNOWN[each.id]) for each in record.statements] == [[]] * len(KNOWN)


def test_nothing_in_it_failed_or_was_left_out(record):
    assert {each.verdict for each in record.statements if not each.is_claim} == {"proved", "checked", "refuted"}
    assert all(each.verdict == KNOWN[each.id].stated_verdict for each in record.statements if each.is_claim)


def test_the_page_with_the_ledger_shows_it(record):
    """COLUMNS=150 symmetry prove --resume proofs/record.json prints it."""
    page = (Path(__file__).parent.parent / "docs" / "ledger.md").read_text(encoding="utf-8").splitlines()
    printed = ledger(resumption(record, [], KNOWN, record.environment).kept, 150).splitlines()
    assert [line for line in printed if line not in page and not line.startswith("Trusted:")] == []


def test_evidence_is_shown_at_once_and_whose_run_it_is(record):
    whose = f"Run that ships with version {symmetry.__version__}"
    for command in ("show", "cite"):
        for id in ("TIE.1", "CLAIM.12"):
            text = " ".join(CliRunner().invoke(app, [command, id]).stdout.split())
            assert whose in text, (command, id)
            assert "Verdict: " in text
    assert shown_json(KNOWN["TIE.1"], record)["recorded"] == record["TIE.1"].to_json()


def test_a_run_of_the_readers_own_takes_its_place(tmp_path):
    own = record_of({"TIE.1": KNOWN["TIE.1"]})
    own.write(tmp_path / "record.json")
    assert given_or_shipped(tmp_path / "record.json") == own
    text = CliRunner().invoke(app, ["cite", "TIE.1", "--record", str(tmp_path / "record.json")]).stdout
    assert "Run: seed 7" in " ".join(text.split())
    refused = CliRunner().invoke(app, ["show", "TIE.2", "--record", str(tmp_path / "record.json")])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "the record holds nothing of TIE.2" in refused.stderr


def test_it_is_no_evidence_for_another_text(record):
    changed = dataclasses.replace(record["TIE.1"], digest="0" * 64)
    other = dataclasses.replace(record, statements=(changed,))
    assert evidence_at_hand(KNOWN["TIE.1"], other) is None
    assert "Evidence listed" in shown(KNOWN["TIE.1"], 80, other)
    with pytest.raises(ValueError, match="another statement or law"):
        evidence_at_hand(KNOWN["TIE.1"], dataclasses.replace(other, ships=False))


def test_the_claims_it_decides_are_all_there(record):
    assert {each.id for each in record.statements if each.is_claim} == {
        id for id, made in KNOWN.items() if isinstance(made, Claim)
    }
