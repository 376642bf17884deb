"""A theorem's proof in Agda, as it is shown and written for an editor."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import proofs
from symmetry.cli import app
from symmetry.display.formal import shown_formal
from symmetry.display.statement import shown
from symmetry.evidence.shipped import given_or_shipped
from symmetry.formal import checker
from symmetry.formal.imports import written_modules
from symmetry.formal.places import places
from symmetry.formal.signatures import SIGNATURES
from symmetry.formal.sources import laws, source
from symmetry.statements.theorem import Theorem

PROVED = {id: made for id, made in proofs.load().items() if isinstance(made, Theorem) and made.formal is not None}
LAWS = laws(checker.sources() / "Theory" / "Laws.agda")


def symmetry(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "NO_COLOR": "1"})


def test_nineteen_theorems_have_a_proof_and_every_file_is_of_one():
    assert len(PROVED) == 19
    files = {path.stem for path in checker.sources().glob("*.agda")}
    assert files == {id.replace(".", "-") for id in PROVED}


@pytest.mark.parametrize("id", PROVED)
def test_a_file_says_its_theorem_its_laws_and_its_control(id):
    file = PROVED[id].formal_file
    assert file is not None
    found = source(file)
    assert found.says.startswith(f"{id}. ")
    assert set(found.laws) <= set(LAWS)
    assert "theorem :" in found.theorem.text
    assert "refuted : ¬ (" in found.control.text
    assert "Control:" in found.control.text
    lines = file.read_text(encoding="utf-8").splitlines()
    for part in (found.theorem, found.model, found.control):
        assert lines[part.line - 1] == part.text.splitlines()[0]


def test_each_chapter_needs_the_laws_that_it_is_known_for():
    needs = {id: set(source(made.formal_file).laws) for id, made in PROVED.items() if made.formal_file is not None}
    assert needs["TIE.1"] == needs["TIE.2"] == needs["TIE.3"] == needs["TIE.9"] == {"EqualTerms"}
    assert needs["PERM.1"] == needs["PERM.4"] == needs["PERM.7"] == {"SumsInAnyOrder"}
    assert needs["PERM.8"] == set()
    assert needs["GRAD.4"] == {"Laws"}


@pytest.mark.parametrize("law", LAWS)
def test_the_words_of_a_law_begin_with_its_short_name(law):
    name, _, words = LAWS[law].partition(": ")
    assert len(name) <= 12
    assert words


@pytest.mark.parametrize("width", [60, 80, 110])
def test_words_fit_the_terminal_and_agda_stays_as_it_is(width):
    made = PROVED["GRAD.4"]
    assert made.formal_file is not None
    text = shown_formal(made, width, given_or_shipped(None))
    agda = source(made.formal_file).theorem.text.splitlines()
    assert all(f"  {line}".rstrip() in text.splitlines() for line in agda)
    assert "with-rules-of-calculus" in text
    assert (
        "hidden-error next-δ next-weight z φ n j = sum (λ k → next-δ n k * next-weight j k) * slope (z n j) φ" in text
    )
    for head in ("Laws of numbers", "Trusted besides", "To check it yourself"):
        (block,) = [block for block in text.split("\n\n") if block.startswith(head)]
        assert max(map(len, block.splitlines())) <= width


def test_a_theorem_names_the_command_that_shows_its_proof():
    assert "`symmetry show PERM.1 --formal`" in shown(PROVED["PERM.1"], 80)


def test_the_command_shows_a_proof_and_says_where_there_is_none():
    assert "module Theorem (𝔸 : Arithmetic)" in symmetry("show", "TIE.1", "--formal").stdout
    without = symmetry("show", "CLAIM.1", "--formal")
    assert without.exit_code == 2
    assert without.stderr.startswith("symmetry: CLAIM.1 has no proof in Agda; these have one: GRAD.2, ")
    told = json.loads(symmetry("show", "TIE.1", "--json").stdout)["formal"]
    assert (told["file"], told["refutes"]) == ("formal/TIE-1.agda", "tie incoming weights only")


def test_all_files_are_written_for_an_editor_to_a_new_folder_only(tmp_path: Path):
    folder = tmp_path / "agda"
    first = symmetry("show", "PERM.1", "--formal", "--sources", str(folder))
    assert first.exit_code == 0, first.stderr
    assert (folder / "PERM-1.agda").exists()
    assert (folder / "Generated" / "Program.agda").exists()
    again = symmetry("show", "PERM.1", "--formal", "--sources", str(folder))
    assert (again.exit_code, "is not empty; name a new folder" in again.stderr) == (2, True)
    alone = symmetry("show", "PERM.1", "--sources", str(tmp_path / "other"))
    assert (alone.exit_code, alone.stderr) == (
        2,
        "symmetry: --sources writes the files of a proof in Agda; add --formal.\n",
    )
    assert not (tmp_path / "other").exists()


def test_a_proof_names_its_lemmas_where_the_theory_states_them():
    sources = checker.sources()
    texts = written_modules(sources)
    for made in PROVED.values():
        assert made.formal_file is not None
        found = places(source(made.formal_file), texts)
        assert found, made.id
        for each in found:
            line = (sources / each.file).read_text(encoding="utf-8").splitlines()[each.line - 1]
            assert line.split()[:2] == [each.name, ":"]


def test_the_lemma_of_permuted_outputs_is_named_with_its_line():
    shown = symmetry("show", "PERM.1", "--formal").stdout
    (line,) = [line for line in shown.splitlines() if "permuting-preserves-outputs: " in line]
    assert "proofs/formal/Theory/Permutation.agda, line " in line


@pytest.mark.parametrize(
    ("id", "names"),
    [
        ("PERM.1", ["preactivation", "preactivation-without-bias", "activated"]),
        ("PERM.3", ["preactivation", "preactivation-without-bias", "activated", "batch-loss"]),
        ("TIE.3", [each.name for each in SIGNATURES]),
        ("PERM.8", []),
    ],
)
def test_the_definitions_shown_are_those_that_the_statement_is_about(id, names):
    shown = shown_formal(PROVED[id], 80)
    said = [each.name for each in SIGNATURES if f"\n  {each.name} : ∀ " in shown]
    assert said == names
