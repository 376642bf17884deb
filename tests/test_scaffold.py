"""`symmetry new`: the file that it writes, what it refuses, and that the file fails until it is filled in."""

import ast

import pytest
from typer.testing import CliRunner

from symmetry import cli
from symmetry.evidence.evidence import command_for
from symmetry.evidence.session import Session, items_of
from symmetry.scaffold import law_name, write_invariant
from symmetry.statements.registry import REGISTRY, import_file


@pytest.fixture
def unfilled(tmp_path):
    """The theorem of a file just written."""
    file = tmp_path / "test_my_unfilled.py"
    write_invariant("MY.11", "Nothing changes", file)
    import_file(file)
    yield REGISTRY["MY.11"]
    del REGISTRY["MY.11"]


def test_every_line_of_an_unfilled_theorem_fails_and_says_what_is_missing(unfilled):
    session = Session([unfilled], networks=8)
    lines = [session.gather(unfilled, item) for item in items_of(unfilled)]
    assert {line.outcome for line in lines} == {"failed"}
    for line in lines:
        assert "MY.11 is not filled in: FILL IN still marks 5 lines of test_my_unfilled.py." in line.explanation
        assert "line 15: the equation in LaTeX" in line.explanation
        assert f"To run it again: symmetry prove MY.11 --path {unfilled.law.__code__.co_filename}" in line.explanation
    (finding,) = session.findings()
    assert finding.verdict == "failed"


def test_a_theorem_beside_it_is_not_disturbed(unfilled):
    import proofs

    filled = proofs.load()["PERM.1"]
    findings = list(Session([unfilled, filled], networks=8).findings())
    assert [finding.verdict for finding in findings] == ["failed", "proved"]


def test_the_command_that_runs_again_names_no_file_for_the_catalogue():
    import proofs

    assert command_for(proofs.load()["PERM.1"], "--seed", "3") == "symmetry prove PERM.1 --seed 3"


def test_the_catalogue_has_nothing_to_fill_in():
    import proofs

    assert not [made for made in proofs.load().values() if getattr(made, "unfilled", None)]


@pytest.mark.parametrize(
    "title", ["Reversing units", 'Says "so" \\ here', "class", "2 units", "für alle", "test it", "?"]
)
def test_whatever_the_title_the_file_is_python_and_lists_the_title(tmp_path, title: str):
    file = tmp_path / "scaffolded.py"
    write_invariant("MY.1", title, file)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert title in [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert law_name(title) in [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(
    ("id", "title", "path", "message"),
    [
        ("MY1", "Title", "a.py", "theorem id 'MY1' is malformed"),
        ("PERM.1", "Title", "a.py", "PERM.1 is an id of the catalogue; choose another"),
        ("CLAIM.900", "Title", "a.py", "CLAIM.900 is an id of the catalogue"),
        ("MY.1", " ", "a.py", "must be a few words on one line"),
        ("MY.1", "two\nlines", "a.py", "must be a few words on one line"),
        ("MY.1", "Title", "a.txt", "a.txt is no name for a Python file; name one such as test_my_1.py"),
        ("MY.1", "Title", "my-file.py", "my-file.py is no name for a Python file"),
        ("MY.1", "Title", "class.py", "class.py is no name for a Python file"),
        (
            "MY.1",
            "Title",
            "numpy.py",
            "numpy.py is taken for another module called numpy by what runs beside it; name it",
        ),
        ("MY.1", "Title", "conftest.py", "conftest.py is taken for another module"),
        ("MY.1", "Title", "there.py", "there.py exists already and is left as it is"),
        ("MY.1", "Title", "missing/a.py", "cannot write missing/a.py"),
    ],
)
def test_mistakes_exit_with_2_and_write_nothing(tmp_path, monkeypatch, id, title, path, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.py").write_text("mine")
    result = CliRunner().invoke(cli.app, ["new", id, title, "--path", path])
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert [file.name for file in tmp_path.iterdir()] == ["there.py"]
    assert (tmp_path / "there.py").read_text() == "mine"


def test_without_a_path_the_file_is_named_by_the_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli.app, ["new", "MY.12", "Title"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "test_my_12.py").is_file()
    assert "written: test_my_12.py" in result.stdout


def test_prove_runs_a_file_of_the_readers_own(tmp_path):
    file = tmp_path / "test_my_own.py"
    write_invariant("MY.13", "Title", file)
    result = CliRunner().invoke(cli.app, ["prove", "--path", str(file), "--networks", "8"])
    del REGISTRY["MY.13"]
    assert result.exit_code == 1
    assert "MY.13 is not filled in" in result.stdout
    assert "PERM.1" not in result.stdout


def test_a_file_without_theorems_is_not_taken_for_the_whole_catalogue(tmp_path):
    file = tmp_path / "empty_file.py"
    file.write_text("")
    result = CliRunner().invoke(cli.app, ["prove", "--path", str(file)])
    assert result.exit_code == 2
    assert "empty_file.py defines no theorem; `symmetry new` writes one" in " ".join(result.stderr.split())
