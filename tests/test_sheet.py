"""`symmetry sheet`: a page that says what is stated, why, on what evidence, and how to cite it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from recorded import record_of
from typer.testing import CliRunner

import proofs
from symmetry.book.sheet import REASON, reason
from symmetry.cli import app
from symmetry.evidence import shipped
from symmetry.statements.claim import QUESTIONS
from symmetry.statements.theorem import Theorem

pytestmark = pytest.mark.quick

KNOWN = proofs.load()
TWO = ("PERM.1", "TIE.2")


class Page(HTMLParser):
    """The words of a page, its tags with attributes that load or link, and whether every tag is closed."""

    VOID = ("meta", "link", "br", "wbr", "mspace", "img")

    def __init__(self, html: str):
        super().__init__()
        self.text, self.addresses, self.open = "", [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that commands run in, with a record of PERM.1, TIE.2 and a claim."""
    monkeypatch.chdir(tmp_path)
    record_of({id: KNOWN[id] for id in (*TWO, "CLAIM.54", "PERM.10")}).write(tmp_path / "record.json")
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(app, ["sheet", *arguments], env={"COLUMNS": "100", "NO_COLOR": "1"})


def words_of(file) -> str:
    page = Page(file.read_text(encoding="utf-8"))
    assert page.open == []
    assert page.addresses == []  # it needs nothing from elsewhere
    return " ".join(page.text.split())


def test_a_sheet_has_statement_reason_evidence_and_citation(folder):
    assert run("perm.1", "tie.2", "--record", "record.json").stdout == "sheet: sheet.html\n"
    text = words_of(folder / "sheet.html")
    for id in TWO:
        made = KNOWN[id]
        assert isinstance(made, Theorem)
        for part in (f"{made.title} ({id})", f"Hypotheses: {made.premise}.", f"sha256 {made.digest}"):
            assert part in text
    assert "worst difference 0.13 of the bound" in text
    assert "Controls: 2 of 2 variants rejected." in text
    assert text.count("Run: seed 7, 64 networks") == 1
    assert text.count("Hecht-Nielsen, Robert: On the Algebraic Structure") == 1
    assert "No evidence" not in text


@pytest.mark.parametrize("suffix", ["html", "md"])
def test_without_any_record_it_says_that_no_evidence_is_shown(folder, suffix, monkeypatch):
    monkeypatch.setattr(shipped, "shipped_record", lambda: None)
    run(*TWO, "--output", f"handout.{suffix}")
    text = (folder / f"handout.{suffix}").read_text(encoding="utf-8")
    text = text if suffix == "md" else words_of(folder / "handout.html")
    assert "No evidence is shown, since no run is named; " in text
    assert "symmetry prove PERM.1 TIE.2 --record record.json" in text
    assert not re.search(r"of the bound|Verdict: ", text)


def test_in_markdown_it_is_the_citation_with_the_reason(folder):
    run(*TWO, "--record", "record.json", "--output", "handout.md")
    text = (folder / "handout.md").read_text(encoding="utf-8")
    assert text.startswith("# PERM.1, TIE.2\n\n**Permuting hidden units preserves the function** (PERM.1).")
    assert f"$${KNOWN['PERM.1'].statement}$$" in text
    assert text.count("\n\nWhy: ") == 2
    assert "```python" not in text


def test_what_is_false_says_so_and_what_holds_instead(folder):
    run("perm.10", "claim.54", "--record", "record.json")
    text = words_of(folder / "sheet.html")
    assert "FALSE: Permuting only the incoming weights preserves the function (PERM.10)" in text
    assert "It has a counterexample, which a run finds in exact numbers; PERM.1 says what holds instead." in text
    assert "RIGHT ONLY IF the next layer" in text


def test_a_question_has_its_answer_and_is_no_theorem_to_prove(folder, monkeypatch):
    monkeypatch.setattr(shipped, "shipped_record", lambda: None)
    run("ask.2")
    text = words_of(folder / "sheet.html")
    assert QUESTIONS["ASK.2"].asks in text
    assert "Answer: Nothing in the equations does" in text
    assert "symmetry prove PERM.1 PERM.3 PERM.4 CLAIM.22" in text


def test_a_reason_is_the_beginning_of_a_derivation():
    for made in KNOWN.values():
        text = reason(made)
        assert text
        if isinstance(made, Theorem) and made.derivation:
            first = next(iter(made.derivation(""))).sentence
            assert text.startswith(first.removesuffix(" ..."))
            assert len(text) <= max(REASON, len(first)) + 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("PREM.1",), "Did you mean PERM.1 or PERM.10?"),
        (("PERM.1", "--output", "a.pdf"), "a.pdf: a sheet is written as .html; open that in a browser and print it"),
        (("PERM.1", "--output", "a.docx"), "cannot write a.docx: its name must end in .html or .md."),
        (("PERM.1", "--output", "none/a.md"), "none is no folder; name a file"),
        (("SIGN.1", "--record", "record.json"), "the record holds nothing of SIGN.1; it holds PERM.1"),
    ],
)
def test_mistakes_exit_with_2_and_one_line(folder, arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert [file.name for file in folder.iterdir()] == ["record.json"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_two_theorems_print_on_one_page(folder):
    run(*TWO, "--record", "record.json")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        "--print-to-pdf=a.pdf",
    ]
    page = (folder / "sheet.html").as_uri()
    subprocess.run(["chromium", *options, page], cwd=folder, capture_output=True, check=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", (folder / "a.pdf").read_bytes())) == 1
