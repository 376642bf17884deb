"""The corpus of planted faults: each is caught by what it names, in time, and not by an exception; and its table."""

import json
import re

import pytest

import proofs
from tests.faults import actions, engine, families, numbers, peers, program, residues, shapes
from tests.faults.__main__ import main
from tests.faults.catch import BUDGET, SENTINELS, caught, rejected
from tests.faults.corpus import every_fault
from tests.faults.fault import Fault
from tests.faults.plant import planted
from tests.faults.rows import PAIRS

FAULTS = every_fault()

FILES = (program, actions, engine, families, numbers, residues, shapes)
"""Modules of faults, each with the names of those that are quick."""

QUICK = [each for file in FILES for each in file.FAULTS if each.name in file.QUICK]

FEW = 1_000
"""Networks that suffice for faults of the number systems."""

LONGEST = 60
"""Seconds of the processor until a fault is caught."""

RAISED = re.compile(r"\b(Type|Value|Attribute|Index|Name|Assertion|Zero\w+)Error: ")


def assert_caught(fault: Fault) -> None:
    found = caught(fault, budget=FEW if fault in numbers.FAULTS else BUDGET)
    assert found.by, f"{fault.caught_by} holds with {fault.name!r}"
    assert not RAISED.search(found.reason), (
        f"{fault.name!r} raises in the place of computing something wrong: {found.reason}"
    )
    assert found.seconds < LONGEST


@pytest.mark.parametrize("fault", QUICK, ids=lambda fault: fault.name)
def test_a_fault_is_caught(fault):
    assert_caught(fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}: {fault.name}")
def test_every_fault_is_caught(fault):
    assert_caught(fault)


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted({fault.caught_by for fault in FAULTS} - {SENTINELS}))
def test_nothing_is_caught_on_right_code(id):
    assert rejected(id).by == ""


@pytest.mark.slow
def test_no_alarm_is_raised_by_a_right_engine():
    with planted([]):
        assert caught(Fault("", (), SENTINELS, "engine")).by == ""


def test_the_corpus_is_large_and_names_what_it_re_creates():
    assert len({(fault.kind, fault.name) for fault in FAULTS}) == len(FAULTS) >= 150
    sources = [fault.source for fault in FAULTS if fault.source]
    assert len(sources) >= 60
    written = [fault.source for fault in (*program.FAULTS, *actions.FAULTS) if fault.source]
    assert len(written) >= 60
    assert all("Right" in source for source in written), "a source says what the right value is"
    assert {fault.caught_by for fault in FAULTS} - {SENTINELS} <= set(proofs.load())


@pytest.mark.parametrize(("file", "least"), [(residues, 20), (shapes, 60), (numbers, 1)])
def test_names_in_a_file_differ(file, least):
    names = [fault.name for fault in file.FAULTS]
    assert len(set(names)) == len(names) >= least
    assert set(file.QUICK) <= set(names)


def test_the_peers_see_the_program_as_it_is_now():
    """Without a fault the pair is right; with one it is not, and chex sees it in float64."""
    fault = next(each for each in FAULTS if each.name == "the slope left out of hidden errors")
    assert fault.kind in PAIRS
    here = [peers.verdicts("check_grads", 0.05)]
    with planted(fault.edits):
        here.append(peers.verdicts("check_grads", 0.05))
    right, wrong = here
    assert wrong.detects(right)
    assert not right.detects(right)


def test_the_command_prints_a_table_and_writes_json_and_a_figure(tmp_path, capsys):
    rows, figure = tmp_path / "faults.json", tmp_path / "faults.svg"
    chosen = ["--only", "`incomplete` never said", "--seconds", "0"]
    assert main([*chosen, "--json", str(rows), "--figure", str(figure)]) == 0
    printed = capsys.readouterr()
    assert "1 of 1 faults were caught (engine 1)" in printed.out
    assert "1 of 1: `incomplete` never said" in printed.err
    (row,) = json.loads(rows.read_text())["faults"]
    assert (row["caught"], row["by"]) == (True, SENTINELS)
    assert figure.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("asked", "said"),
    [(["--only", "no such fault"], "no fault has"), (["--only", "tanh", "--json", "/nowhere/x"], "no folder")],
)
def test_the_command_says_what_is_wrong(asked, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
