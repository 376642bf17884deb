"""Formal evidence: what a line says with Agda, without it, and where a proof is refused or cannot be told."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from recorded import formal_line, lines_of
from typer.testing import CliRunner

import proofs
from symmetry.citation.formats import FORMATS, citation_of
from symmetry.cli import app
from symmetry.display.ledger import ledger
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding, Heading, exit_status, sentences
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.formal import Formal
from symmetry.evidence.record import Record, RecordedStatement, line_from_json
from symmetry.evidence.schema import schema
from symmetry.evidence.session import Session
from symmetry.formal.checker import unavailable
from symmetry.formal.checking import Checking
from symmetry.own_backprop import backprop_from
from symmetry.reproduction.difference import between
from symmetry.reproduction.resume import resumption
from symmetry.statements.theorem import FormalProof, Theorem, theorem

KNOWN = proofs.load()
PERMUTING, GRADIENT = KNOWN["PERM.1"], KNOWN["GRAD.4"]
assert isinstance(PERMUTING, Theorem)
assert isinstance(GRADIENT, Theorem)

MISSING = "Agda is not installed; run pip install 'symmetry-proofs[formal]'"
WIDER = "bias_gradient differs from what was proved: 2 in place of 1"
UNKNOWN = "it calls numpy.dot"

RUNS: dict[Any, object] = {}
"""The other work of the sessions below, which is done once."""


def where_agda_says(made: Theorem, **said: Any) -> Session:
    """A session in which Agda has said this."""
    accepted = Checking(agda="2.7.0", definitions="d" * 64, program="p" * 64, sources="s" * 64, refused={}, unknown={})
    session = Session([made], networks=64)
    session.work.kept = RUNS
    RUNS["formal", str(folder_of(made))] = dataclasses.replace(accepted, **said)
    return session


def folder_of(made: Theorem) -> Path:
    assert made.formal_file is not None
    return made.formal_file.parent


def finding(made: Theorem, formal: Evidence | None) -> Finding:
    """All evidence of a theorem, with that line of Agda or with none."""
    others = [line for line in lines_of(made) if line.kind != "formal"]
    if formal is None or formal.outcome != "passed":
        others = [line.without(("formal",)) for line in others]
    return Finding(Heading.of(made), [*([formal] if formal is not None else []), *others])


def recorded(made: Theorem, formal: Evidence | None) -> RecordedStatement:
    return RecordedStatement.of(finding(made, formal))


def not_run(reason: str = MISSING) -> Formal:
    return Formal(outcome="not run", reason=reason)


def in_sentences(found: Finding) -> dict[str, str]:
    return dict(sentences(found.verdict, found.in_order, {"sympy": "1.14.0"}))


def test_a_line_that_passed_names_the_laws_and_what_it_is_about():
    line = where_agda_says(PERMUTING).gather(PERMUTING, "formal")
    assert isinstance(line, Formal)
    assert (line.outcome, line.file, line.cell) == ("passed", "formal/PERM-1.agda", "order")
    assert line.words({}).startswith(
        "Agda 2.7.0 checked the proof, from definitions generated from symmetry/network.py (sha256 pppppppppppp...), "
        "with these laws of numbers: order: a sum does not depend on the order of its terms"
    )
    assert PERMUTING.formal_file is not None
    assert line.line is not None
    assert PERMUTING.formal_file.read_text(encoding="utf-8").splitlines()[line.line - 1].startswith("module Theorem")


def test_without_agda_the_line_is_not_run_and_nothing_else_changes():
    line = where_agda_says(PERMUTING, agda="", missing=f"{MISSING}.").gather(PERMUTING, "formal")
    assert (line.outcome, line.reason) == ("not run", MISSING)
    found, before = finding(PERMUTING, line), finding(PERMUTING, None)
    assert (found.verdict, found.in_ledger, found.reasons) == ("proved", "proved", [])
    assert (before.verdict, before.in_ledger, before.reasons) == ("proved", "proved", [])
    assert exit_status([found]) == 0
    assert f"PERM.1: not run, formal: {MISSING}" in ledger([found], 200).splitlines()
    assert in_sentences(found)["Verdict"] == "proved, trusting SymPy 1.14.0."
    assert in_sentences(found)["Formal"] == f"NOT RUN, {MISSING}."


def test_the_column_is_there_where_some_theorem_has_such_a_line():
    assert ledger([finding(PERMUTING, formal_line(PERMUTING))], 120).split()[2] == "formal"
    assert ledger([finding(PERMUTING, not_run())], 120).split()[2] == "formal"
    without = ledger([finding(PERMUTING, None)], 120)
    assert "formal" not in without
    assert without.split()[2] == "derived"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_ledger_and_the_law_fit_the_terminal(width):
    found = [finding(made, formal_line(made)) for made in (PERMUTING, GRADIENT)]
    text = ledger(found, width)
    assert max(map(len, text.splitlines())) <= width
    assert re.search(r"\border\b", text)
    assert re.search(r"\bsemiring\b", text)
    assert "Agda 2.7.0 for formal proofs" in " ".join(text.split())


def test_what_only_agda_proves_is_checked_without_it():
    assert finding(GRADIENT, formal_line(GRADIENT)).verdict == "proved"
    assert in_sentences(finding(GRADIENT, formal_line(GRADIENT)))["Verdict"] == "proved, trusting Agda 2.7.0."
    assert finding(GRADIENT, not_run()).verdict == "checked"
    assert finding(GRADIENT, None).verdict == "checked"


def test_both_proofs_say_what_they_trust():
    said = in_sentences(finding(PERMUTING, formal_line(PERMUTING)))
    assert said["Verdict"] == "proved, trusting Agda 2.7.0, and again trusting SymPy 1.14.0."


def test_a_refused_proof_fails_the_theorem_in_words_and_says_nothing_of_its_control():
    session = where_agda_says(PERMUTING, refused={"PERM-1": WIDER})
    line = session.gather(PERMUTING, "formal")
    assert (line.outcome, line.reason, line.reproduce) == ("failed", WIDER, "symmetry prove PERM.1")
    assert line.explanation == f"{WIDER}\nTo run it again: symmetry prove PERM.1"
    assert finding(PERMUTING, line).verdict == "failed"
    assert control_of(session).by == ("derived", "identity", "sampled")


def test_what_cannot_be_told_is_not_run():
    line = where_agda_says(PERMUTING, unknown={"PERM-1": UNKNOWN}).gather(PERMUTING, "formal")
    assert (line.outcome, line.reason) == ("not run", UNKNOWN)
    assert finding(PERMUTING, line).verdict == "proved"
    assert finding(GRADIENT, line).verdict == "checked"


def control_of(session: Session, name: str = "permute-incoming-weights-only") -> Control:
    line = session.gather(PERMUTING, f"control-{name}")
    assert isinstance(line, Control)
    assert line.caught
    return line


def test_a_control_that_agda_refutes_counts_it_where_it_ran():
    others = ("derived", "identity", "sampled")
    assert control_of(where_agda_says(PERMUTING)).by == ("formal", *others)
    assert control_of(where_agda_says(PERMUTING, missing=MISSING)).by == others
    assert control_of(where_agda_says(PERMUTING, unknown={"PERM-1": UNKNOWN})).by == others
    assert control_of(where_agda_says(PERMUTING), "permute-outgoing-weights-by-the-inverse").by == others


HOLLOW = "module OWN-1 where\n\nmodule Theorem where\n  theorem = x\n\nmodule Model where\n"


@pytest.mark.parametrize(
    ("text", "outcome", "why"),
    [
        (HOLLOW, "failed", "OWN-1.agda has no module Control; a theorem's file has Theorem, Model, Control."),
        (
            f"{HOLLOW}\nmodule Control where\n  x = y\n",
            "passed",
            "OWN-1.agda refutes no statement in its module Control",
        ),
    ],
)
def test_a_file_that_refutes_nothing_rejects_no_control(tmp_path, text, outcome, why):
    (tmp_path / "Theory").mkdir()
    (tmp_path / "Theory" / "Laws.agda").write_text("")
    (tmp_path / "OWN-1.agda").write_text(text)
    proof = FormalProof(str(tmp_path / "OWN-1.agda"), control="permute incoming weights only")
    made = dataclasses.replace(PERMUTING, formal=proof)
    session = where_agda_says(made)
    line = session.gather(made, "formal")
    assert (line.outcome, line.reason) == (outcome, why if outcome == "failed" else None)
    control = session.gather(made, "control-permute-incoming-weights-only")
    assert (control.outcome, control.reason) == ("failed", f"formal: {why}")


def test_where_only_agda_could_reject_a_control_it_is_not_run_without_it():
    made = dataclasses.replace(PERMUTING, evidence=("formal",))
    session = where_agda_says(made, missing=MISSING)
    (found,) = session.findings()
    assert [line.outcome for line in found.evidence] == ["not run"] * 3
    assert (found.verdict, exit_status([found])) == ("not run", 0)


def test_a_record_holds_the_line_and_its_schema_accepts_it():
    line = where_agda_says(PERMUTING).gather(PERMUTING, "formal")
    content = json.loads(json.dumps(line.to_json()))
    assert line_from_json(content, "PERM.1") == line
    record = Record.of([finding(PERMUTING, line), finding(GRADIENT, not_run())], networks=64, seed=0)
    jsonschema.validate(json.loads(json.dumps(record.to_json())), schema())
    del content["definitions"]
    with pytest.raises(ValueError, match=r"PERM\.1 lacks definitions, which a line that passed has"):
        line_from_json(content, "PERM.1")


@pytest.mark.parametrize("form", FORMATS)
def test_a_citation_says_what_agda_checked(form):
    record = Record.of([finding(GRADIENT, formal_line(GRADIENT))], networks=64, seed=0)
    cited = citation_of(GRADIENT, record)
    sha256 = (formal_line(GRADIENT).program or "")[:12]
    said = f"Formal: Agda 2.7.0 checked the proof, from definitions generated from symmetry/network.py (sha256 {sha256}...)"
    assert any(sentence.startswith(said) for sentence in cited.evidence)
    assert cited.environment == ("theorem", "Theorem")
    text = " ".join(FORMATS[form]([cited]).split())
    assert "trusting Agda 2.7.0" in text
    assert "generated from" in text
    unproved = citation_of(GRADIENT, Record.of([finding(GRADIENT, not_run())], networks=64, seed=0))
    assert unproved.environment == ("property", "Property")


def test_a_notebook_shows_the_line():
    shown = finding(PERMUTING, formal_line(PERMUTING))._repr_html_()
    assert "<th scope='row'>Formal</th><td>Agda 2.7.0 checked the proof, from definitions generated from" in shown
    assert (
        "<th scope='row'>Formal</th><td>NOT RUN, Agda is not installed" in finding(PERMUTING, not_run())._repr_html_()
    )


def test_a_record_without_the_line_is_reproduced_where_agda_is():
    here = recorded(PERMUTING, formal_line(PERMUTING))
    assert between(here, here, exactly=True) == []
    assert between(recorded(PERMUTING, None), here, exactly=True) == []
    assert between(recorded(PERMUTING, not_run()), here, exactly=True) == []


def test_a_recorded_proof_must_be_checked_again():
    passed = formal_line(PERMUTING)
    without = between(recorded(PERMUTING, passed), recorded(PERMUTING, not_run()), exactly=True)
    assert ("formal", "outcome", "passed", "not run") in [dataclasses.astuple(each) for each in without]
    other = recorded(PERMUTING, dataclasses.replace(passed, program="0" * 64))
    (difference,) = between(other, recorded(PERMUTING, passed), exactly=True)
    assert (difference.line, difference.field) == ("formal", "program")


def left_to_run(formal: Evidence | None) -> list[str]:
    """What `symmetry prove --resume` runs of a record with that line."""
    record = Record.of([finding(PERMUTING, formal)], networks=1, seed=0)
    kept = {each.heading.id for each in resumption(record, [], KNOWN, record.environment).kept}
    return [each.id for each in record.statements if each.id not in kept]


def test_a_record_is_resumed_with_proofs_about_the_files_that_are_here(monkeypatch):
    passed = formal_line(PERMUTING)
    assert left_to_run(passed) == []
    assert left_to_run(dataclasses.replace(passed, program="0" * 64)) == ["PERM.1"]
    assert left_to_run(dataclasses.replace(passed, sources="0" * 64)) == ["PERM.1"]
    for missing, rest in (("", ["PERM.1"]), (MISSING, [])):
        monkeypatch.setattr("symmetry.evidence.kinds.formal.unavailable", lambda missing=missing: missing)
        assert left_to_run(None) == left_to_run(not_run()) == rest


OWN = "def backprop(network, batch):\n    raise NotImplementedError\n"


def test_a_proof_about_our_functions_is_no_proof_of_the_readers():
    ran = dataclasses.replace(formal_line(PERMUTING), ran=())
    theirs = [dataclasses.replace(line, ran=("backprop",)) for line in lines_of(PERMUTING) if line.kind != "formal"]
    with backprop_from("own.py", "backprop", OWN.encode()).in_place():
        found = Finding(Heading.of(PERMUTING), [ran, *theirs]).attributed()
        (line,) = found.of_kind(Formal)
        assert (line.outcome, line.ran) == ("not run", ())
        assert line.reason == "its definitions are of symmetry's own functions and never ran own.py:backprop"
        assert [control.by for control in found.of_kind(Control)] == [("derived", "identity", "sampled")] * 2
        (derived,) = [line for line in found.evidence if line.kind == "derived"]
        assert derived.outcome == "passed"
        both = Finding(Heading.of(PERMUTING), [dataclasses.replace(ran, ran=("backprop",)), *theirs])
        assert both.attributed() is both


def test_a_proof_about_the_readers_functions_names_them():
    line = dataclasses.replace(formal_line(GRADIENT), ran=("hidden_error", "weight_gradient"))
    assert "with the reader's hidden_error and weight_gradient, with these laws" in line.words({})


WORDS: dict[str, Any] = {"title": "", "statement": "", "hypotheses": "", "controls": {"one": dict(knob=1)}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"formal": FormalProof("formal/OWN-1.agda", control="nothing")},
            r"OWN\.1: its formal proof refutes 'nothing'; name one of its controls, \['one'\]\.",
        ),
        (
            {"formal": FormalProof("formal/OWN-1.agda", control="one"), "evidence": ("sampled",)},
            r"OWN\.1: a formal proof and evidence without it; give both or neither\.",
        ),
        ({"evidence": ("formal",)}, r"OWN\.1: formal evidence and no formal proof; give both or neither\."),
        (
            {"formal": FormalProof("formal/OWN-1.agda", control="one")},
            r"OWN\.1: its formal proof is to be in .*tests/formal/OWN-1\.agda, where no file is; write it",
        ),
    ],
)
def test_a_proof_that_does_not_belong_to_its_theorem_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        theorem("OWN.1", **WORDS, **given)(lambda network, *, knob=0: (network, network))


def test_what_the_shipped_record_says_of_proofs_is_about_the_files_that_ship():
    """After a change to network.py or to the proofs: symmetry prove --resume proofs/record.json."""
    from symmetry.evidence.shipped import shipped_record

    record = shipped_record()
    assert record is not None
    formal = [(KNOWN[each.id], line) for each in record.statements for line in each.evidence if line.kind == "formal"]
    assert [made.id for made, line in formal if Formal.is_outdated(made, [line])] == []
    assert Formal.is_outdated(PERMUTING, [dataclasses.replace(formal_line(PERMUTING), sources="0" * 64)])


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "")
def test_agda_accepts_the_proof_of_the_program_itself():
    line = Session([PERMUTING]).gather(PERMUTING, "formal")
    assert line.outcome == "passed", line.reason


def test_plain_show_names_the_laws_and_the_command_that_shows_the_proof():
    shown = " ".join(CliRunner().invoke(app, ["show", "TIE.1"], env={"COLUMNS": "80"}).stdout.split())
    assert "Proof in Agda (proofs/formal/TIE-1.agda) Laws of numbers that it needs: none: equal terms have" in shown
    assert "`symmetry show TIE.1 --formal` shows it." in shown
    assert "Agda (" not in CliRunner().invoke(app, ["show", "TIE.4"]).stdout
