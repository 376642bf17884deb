"""Theorems in a file of the reader's own, named by --path: listed, shown, and in the book."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symmetry.book.site import write_book
from symmetry.cli import app
from symmetry.statements.registry import REGISTRY, load_with

PAGE = (Path(__file__).parent.parent / "docs" / "contributors.md").read_text(encoding="utf-8")
FOUND = re.search(r"^```python\n(from symmetry import Batch.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture(params=["test_my_invariant", "claims"])
def own(request, tmp_path):
    """A file with MY.1, once by the name of a page of the book; what it registers is forgotten afterwards."""
    assert FOUND is not None
    path = tmp_path / f"{request.param}.py"
    path.write_text(FOUND[1], encoding="utf-8")
    yield path
    REGISTRY.pop("MY.1", None)


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "NO_COLOR": "1"})


def test_they_are_listed_alone_and_by_chapter_with_the_catalogue(own):
    alone = run("list", "--path", str(own))
    assert "Reversing units changes nothing" in alone.stdout
    assert "PERM.1" not in alone.stdout
    assert "PERM.1 " in run("list", "perm", "--path", str(own)).stdout
    assert "MY.1" in run("list", "my", "--path", str(own)).stdout


def test_one_is_shown_as_those_of_the_catalogue_are(own):
    shown = run("show", "my.1", "--path", str(own))
    assert shown.stdout.startswith("MY.1  Reversing units changes nothing")
    assert "forward(reversal(network).act(network), batch.x)" in shown.stdout
    assert "Sources" not in shown.stdout  # it cites nothing


def test_the_book_has_a_chapter_of_them_and_no_page_is_lost(own, tmp_path):
    known = {id: made for id, made in load_with(own).items() if id in ("MY.1", "SIGN.1", "CLAIM.54")}
    files = write_book(tmp_path / "book", known)
    assert len({file.name for file in files}) == len(files)
    page = (tmp_path / "book" / f"own_{own.stem}.html").read_text(encoding="utf-8")
    assert f"The reader&#39;s own, from {own.name}; symmetry only checks it." in page
    assert f"Run it: <code>symmetry prove MY.1 --path {own}</code>" in page
    assert "CLAIM.54" in (tmp_path / "book" / "claims.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [("list",), ("show", "MY.1"), ("book", "nowhere")])
def test_a_file_that_is_not_there_costs_one_line(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*command, "--path", "none.py")
    assert done.exit_code == 2
    assert done.stderr == "symmetry: none.py is no Python file; name the one that defines your theorem.\n"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_without_theorems_is_not_listed_as_an_empty_table(tmp_path):
    (tmp_path / "empty_file.py").write_text("")
    done = run("list", "--path", str(tmp_path / "empty_file.py"))
    assert done.exit_code == 2
    assert "empty_file.py defines no theorem" in done.stderr
