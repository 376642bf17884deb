"""`symmetry figure`: what it lists and writes, and what it says of mistakes."""

import sys
import xml.etree.ElementTree

import pytest
from recorded import record_of
from typer.testing import CliRunner

import proofs
from symmetry.book.figures import FIGURES, evidence_ledger, svg_of
from symmetry.cli import app
from symmetry.evidence import shipped

pytestmark = pytest.mark.quick

NAMES = (*FIGURES, "evidence_ledger")
SIGNS = record_of({id: made for id, made in proofs.load().items() if made.chapter == "SIGN"})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that commands run in, with a record."""
    monkeypatch.chdir(tmp_path)
    SIGNS.write(tmp_path / "record.json")
    return tmp_path


def run(*arguments: str, columns: int = 100):
    return CliRunner().invoke(app, ["figure", *arguments], env={"COLUMNS": str(columns), "NO_COLOR": "1"})


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_every_figure_is_listed_with_a_sentence_of_what_it_shows(arguments):
    text = run(*arguments, columns=60).stdout
    for name in NAMES:
        words = (({**FIGURES, "evidence_ledger": evidence_ledger}[name].__doc__) or "").partition("\n")[0]
        assert words.endswith(".")
        assert words in " ".join(text.split())
        assert name in text
    assert max(map(len, text.splitlines())) <= 60


def test_an_svg_is_that_of_the_book_and_its_caption_is_printed(folder):
    picture = evidence_ledger(SIGNS)
    done = run("evidence-ledger", "--record", "record.json")
    assert (folder / "evidence_ledger.svg").read_text(encoding="utf-8") == svg_of(picture)
    assert xml.etree.ElementTree.parse(folder / "evidence_ledger.svg").getroot().tag.endswith("}svg")
    assert done.stdout.startswith("figure: evidence_ledger.svg\n")
    assert " ".join(picture.caption.split()) in " ".join(done.stdout.split())


@pytest.mark.parametrize(("suffix", "begins"), [("pdf", b"%PDF-"), ("PNG", b"\x89PNG\r\n")])
def test_a_pdf_and_a_png_are_written_and_are_the_same_on_every_run(folder, suffix, begins):
    files = [folder / f"{run_}.{suffix}" for run_ in ("first", "second")]
    for file in files:
        assert run("evidence_ledger", "--record", "record.json", "--output", file.name).exit_code == 0
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.startswith(begins)
    assert sorted(file.name for file in folder.iterdir()) == sorted(["record.json", *(file.name for file in files)])


def test_the_ledger_is_drawn_of_the_record_that_ships_or_of_a_named_one(folder, monkeypatch):
    assert run("evidence_ledger", "--output", "shipped.svg").exit_code == 0
    monkeypatch.setattr(shipped, "shipped_record", lambda: None)
    done = run("evidence_ledger")
    assert done.exit_code == 2
    assert "evidence_ledger draws a record; name one that `symmetry prove --record FILE` wrote" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("weights",), "there is no figure 'weights'; choose one of weights_over_training, escape_by_rounding, loss_"),
        (("los_landscape",), "Did you mean loss_landscape?"),
        (("loss_landscape", "--output", "a.gif"), "cannot write a.gif: its name must end in .svg or .png or .pdf."),
        (
            ("loss_landscape", "--output", "none/a.svg"),
            "none is no folder; name a file in one that exists",
        ),
        (("loss_landscape", "--output", "made.svg"), "cannot write made.svg: it is a folder; name a file"),
        (("evidence_ledger", "--record", "none.json"), "cannot read none.json: No such file or directory"),
    ],
)
def test_mistakes_exit_with_2_and_one_line_before_anything_is_drawn(folder, arguments, message):
    (folder / "made.svg").mkdir()
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert {file.name for file in folder.iterdir()} == {"record.json", "made.svg"}


def test_without_scikit_learn_the_figure_of_digits_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    done = run("effective_width")
    assert done.exit_code == 2
    assert "effective_width: the digits come with scikit-learn, which is not installed; `pip install" in done.stderr
