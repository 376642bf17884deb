"""The `symmetry` command: what it prints, and what it says of mistakes."""

import json
import os
import re
import subprocess
import sys
from importlib import metadata, resources

import jsonschema
import pytest
from typer.testing import CliRunner

import proofs
import symmetry
from proofs import optimiser_table
from proofs.optimiser_survey import survey_one
from symmetry.cli import app

ALL = [id for id in proofs.load() if not id.startswith("CLAIM")]


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "NO_COLOR": "1"})


def test_list_shows_every_theorem():
    assert [row["id"] for row in json.loads(run("list", "--json").stdout)] == ALL
    text = run("list", "TIE").stdout
    assert "TIE.1" in text
    assert "PERM.1" not in text


def test_list_shows_one_question_as_it_shows_one_theorem_or_claim():
    for id in ("ASK.1", "PERM.1", "CLAIM.3"):
        assert [row["id"] for row in json.loads(run("list", id, "--json").stdout)] == [id]


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("what", ["PERM", "CLAIM", "ASK"])
def test_a_list_fits_the_terminal_and_nothing_in_it_is_cut_off(what, width):
    listed = CliRunner().invoke(app, ["list", what], env={"COLUMNS": str(width), "NO_COLOR": "1"}).stdout
    assert "…" not in listed
    assert max(map(len, listed.splitlines())) <= width
    if width < 100 and what != "PERM":
        assert re.search("threads?: threadundatedinputs|; threadundatedinputs", listed)


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(
    "words", [("show", "PERM.1"), ("show", "PERM.10"), ("show", "CLAIM.16"), ("show", "ASK.2"), ("cite", "TIE.1")]
)
def test_what_is_shown_and_cited_fits_the_terminal_but_for_code_addresses_and_digests(words, width):
    text = CliRunner().invoke(app, words, env={"COLUMNS": str(width), "NO_COLOR": "1"}).stdout
    prose = re.sub(r"Law[ ,(].*?\n(?=Controls|\S.*cite beside)", "", text, flags=re.DOTALL)
    wide = [line for line in prose.splitlines() if len(line) > width]
    assert not [line for line in wide if not re.search("https://|[0-9a-f]{64}", line)]
    assert len(prose) > 500


def test_list_chooses_among_claims():
    claims = json.loads(run("list", "CLAIM", "--json").stdout)
    chosen = json.loads(run("list", "CLAIM", "--verdict", "right if", "--json").stdout)
    assert 0 < len(chosen) <= len(claims)
    assert all(row["verdict"].startswith("right if ") for row in chosen)
    thread = claims[0]["thread"]
    of_thread = json.loads(run("list", "CLAIM", "--thread", thread, "--json").stdout)
    assert of_thread == [row for row in claims if row["thread"] == thread]


def test_show_prints_a_claim_with_its_instances():
    text = run("show", "CLAIM.54").stdout
    assert "Verdict: right if the next layer's weight matrix is the identity" in text
    assert "fails (condition not met)" in text
    assert json.loads(run("show", "CLAIM.54", "--json").stdout)["instances"][0]["holds"]


def test_show_prints_the_whole_proof():
    text = run("show", "GRAD.2").stdout
    for part in ("Hypotheses", "Derivation", "4. Induction", "weights left out", "Rumelhart", "sha256"):
        assert part in text
    shown = json.loads(run("show", "GRAD.2", "--json").stdout)
    assert len(shown["derivation"]) == 4
    assert shown["cites"]["rumelhart1986learning"].startswith("Rumelhart")


def test_an_inequality_is_shown_as_one():
    assert "f[n] <" in run("show", "CAP.8").stdout
    equations = [step["equation"] for step in json.loads(run("show", "CAP.4", "--json").stdout)["derivation"]]
    assert r" \leq " in equations[-1]
    assert " = " in equations[0]


@pytest.mark.parametrize("id", ALL)
def test_every_theorem_can_be_shown(id, monkeypatch):
    some = ("optax.sgd", "optax.noisy_sgd")  # all of them take half a minute
    monkeypatch.setattr(optimiser_table, "survey", lambda seed: {name: survey_one(name, seed) for name in some})
    monkeypatch.setattr("proofs.tie_gaps.WIDTHS", ())  # they take a minute to measure
    result = run("show", id)
    assert result.exit_code == 0
    prose = result.stdout.split("Law (the code")[0]
    assert max(map(len, prose.splitlines())) <= 110


@pytest.mark.parametrize("words", [("show", "ask.1"), ("show", "perm.1"), ("list", "ask"), ("cite", "claim.54")])
def test_an_id_in_small_letters_is_the_same_in_capitals(words):
    command, id = words
    assert run(command, id).stdout == run(command, id.upper()).stdout != ""


def test_the_version_is_that_of_the_package():
    assert run("--version").stdout.strip() == symmetry.__version__ == metadata.version("symmetry-proofs")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("prove", "PERM.100"), "there is no theorem or chapter 'PERM.100'; the chapters are"),
        (("show", "PERM"), "there is no theorem, claim or question 'PERM'; `symmetry list PERM` shows that chapter"),
        (("show", "PREM.1"), "Did you mean PERM.1 or PERM.10?"),
        (("show", "NOPE.1"), "there is no theorem, claim or question 'NOPE.1'; `symmetry list` shows every theorem"),
        (("cite", "MY.1"), "--path names the file of your own"),
        (("prove", "PERM.1", "--dtype", "float32"), "--dtype float32 is that of an --example"),
        (("prove", "--record", "/no/such/folder/r.json"), "/no/such/folder is no folder"),
        (("prove", "PERM", "--example", "1-2-1/1:"), "an example belongs to one theorem, but 10 are selected"),
        (("prove", "PERM.1", "--example", "nonsense"), "'nonsense' is no example"),
        (("prove", "PERM.1", "--example", "1-1-1/1:"), "PERM.1 has no cases on a 1-1-1 network without biases"),
        (("prove", "PERM.1", "--example", "1-2-1/1:01", "--dtype", "float8"), "there is no float type 'float8' here"),
        (("prove", "--networks", "-3"), "-3 is not a positive whole number"),
        (("prove", "--networks", "inf"), "inf is not a positive whole number"),
        (("prove", "--networks", "nan"), "nan is not a positive whole number"),
        (("prove", "--networks", "many"), "'many' is no number"),
        (("prove", "--seed", "-1"), "greater than or equal to 0"),
    ],
)
def test_mistakes_exit_with_2_and_one_clear_message(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_every_command_has_help_with_an_example():
    names = (
        "prove",
        "reproduce",
        "cite",
        "list",
        "show",
        "book",
        "dimension",
        "figure",
        "grade",
        "graph",
        "sheet",
        "new",
    )
    for command in names:
        assert f"symmetry {command}" in run(command, "--help").stdout.split("Example")[1]


def test_an_example_is_run_and_its_sides_shown():
    result = run("prove", "PERM.1", "--example", "1-2-1/1:0102")
    assert result.exit_code == 0
    assert "PERM.1 Permuting hidden units preserves the function" in result.stdout
    assert "left  = " in result.stdout


def test_prove_prints_a_record_of_evidence(tmp_path, monkeypatch):
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # a reader's own cache is left alone
        monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "cache"))
    record = tmp_path / "record.json"
    command = [sys.executable, "-m", "symmetry", "prove", "DUP.3", "--networks", "1e2", "--record", str(record)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "DUP.3 proved" in result.stdout
    content = json.loads(record.read_text())
    jsonschema.validate(content, json.loads(resources.files("symmetry").joinpath("record.schema.json").read_text()))
    (theorem,) = content["theorems"]
    kinds = [line["kind"] for line in theorem["evidence"]]
    assert kinds == ["formal", "derived", "identity", *["sampled"] * 4, "control"]
    identity = theorem["evidence"][2]
    assert len(identity["architectures"]) >= 5
    assert identity["log2_failure"] <= -100


def test_every_citation_is_in_the_bibliography():
    from symmetry.bibliography import described

    for theorem in proofs.load().values():
        assert theorem.cites
        assert all(described(key) for key in theorem.cites)


def test_a_folder_called_as_the_catalogue_hides_it_from_no_run_in_it_and_one_on_the_path_is_named(tmp_path):
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "__init__.py").write_text("")
    (tmp_path / "numpy.py").write_text("raise ArithmeticError")
    command = [sys.executable, "-m", "symmetry", "list", "PERM.1"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    (tmp_path / "numpy.py").unlink()
    path = os.pathsep.join([str(tmp_path), *sys.path])
    result = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert (
        "the catalogue proofs:load cannot be imported: AttributeError: module 'proofs' has no attribute 'load'." in line
    )
    assert (
        f"Python finds proofs in {tmp_path / 'proofs' / '__init__.py'}; if that is a file of yours, rename it" in line
    )
