"""Ids that name nothing, options that are none, numbers that are no numbers: each command says so, with status 2."""

import subprocess
import sys

import pytest
from hypothesis import assume
from hypothesis import strategies as st

import proofs
from symmetry.statements.claim import QUESTIONS
from tests.hostile.fuzz import fuzz, refused
from tests.hostile.strategies import NO_WHOLE_NUMBERS, STRANGE, TEXTS

IDS = [*proofs.load(), *QUESTIONS]
NAMES = {*IDS, *(id.partition(".")[0] for id in IDS)}

COMMANDS = ["list", "show", "cite", "prove", "reproduce", "book", "sheet", "figure", "grade", "check", "new"]
COMMANDS += ["graph", "dimension"]


@st.composite
def misspelled(draw: st.DrawFn) -> str:
    """An id with a sign more, less or changed."""
    id = draw(st.sampled_from(IDS))
    place = draw(st.integers(0, len(id)))
    return (
        id[:place]
        + draw(st.sampled_from(["", ".", "0", "X", " ", "\n", "-", "<", "é"]))
        + id[place + draw(st.integers(0, 2)) :]
    )


@fuzz(25, 400, command=st.sampled_from(["list", "show", "cite", "sheet", "prove"]), id=misspelled() | TEXTS)
def test_an_id_that_names_nothing_is_refused(command, id, tmp_path):
    assume(id.upper() not in NAMES)
    assert "there is no " in refused(command, "--", id)
    assert list(tmp_path.iterdir()) == []


@fuzz(10, 60, name=TEXTS)
def test_a_figure_that_is_none_is_refused(name):
    assert "there is no figure" in refused("figure", "--", name)


@fuzz(20, 150, id=misspelled() | TEXTS, title=TEXTS)
def test_an_invariant_is_not_written_under_an_id_that_is_none(id, title, tmp_path):
    assume(not id.isascii() or not id.replace(".", "").isalnum())
    refused("new", "--", id, title)
    assert list(tmp_path.iterdir()) == []


NUMBERS = [
    ("prove", "PERM.1", "--networks"),
    ("prove", "PERM.1", "--seed"),
    ("check", "--example", "--networks"),
    ("check", "--example", "--seed"),
    ("grade", ".", "--limit"),
]


@fuzz(30, 150, line=st.sampled_from(NUMBERS), number=st.sampled_from(NO_WHOLE_NUMBERS))
def test_a_number_that_is_none_is_refused(line, number):
    refused(*line, number)
    refused(*line[:-1], f"{line[-1]}={number}")


@fuzz(30, 200, command=st.sampled_from(COMMANDS), option=TEXTS, rest=st.lists(TEXTS, max_size=2))
def test_an_option_that_is_none_is_refused(command, option, rest):
    assume("\0" not in option)
    refused(command, f"--no-such-{option}", *rest)


LINES = [
    ("show",),
    ("show", "PERM.1", "PERM.2"),
    ("show", "PERM.1", "--record"),
    ("show", "PERM.1", "--sources", "x"),
    ("cite",),
    ("cite", "PERM.1", "--format", "docx"),
    ("list", "PERM", "TIE"),
    ("list", "PERM", "--verdict", "wrong"),
    ("list", "CLAIM", "--verdict", "perhaps"),
    ("list", "CLAIM", "--thread", ""),
    ("list", ""),
    ("prove", "PERM.1", "--dtype", "float64"),
    ("prove", "PERM.1", "--example", "1-1-1:00", "--dtype", "int8"),
    ("prove", "PERM.1", "--example", "{}"),
    ("prove", "PERM", "--example", "1-1-1:00"),
    ("prove", "--seed", "1", "--resume", "no.json"),
    ("check",),
    ("check", ""),
    ("check", "--example", "more.py"),
    ("new", "MY.1"),
    ("new", "MY.1", "two\nlines"),
    ("sheet", "PERM.1", "--output", "sheet.pdf"),
    ("figure", "evidence_ledger", "--output", "x.gif"),
    ("PROVE",),
    ("--version=2",),
]


@pytest.mark.quick
@pytest.mark.parametrize("line", LINES)
def test_a_line_that_does_not_fit_is_refused(line, tmp_path):
    refused(*line)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", [("show", "\udcff"), ("list", STRANGE[5]), ("prove", "PERM.1", "--networks", "1e400"), ("check", "[/red]")]
)
def test_so_is_it_in_a_process_of_its_own(line):
    done = subprocess.run([sys.executable, "-m", "symmetry", *line], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
