"""The book: what its pages say with and without a record, and that everything in them leads somewhere."""

import dataclasses
import re
from collections import Counter
from pathlib import Path

import latex2mathml.converter
import pytest
from book_page import Page
from markupsafe import Markup
from recorded import record_of
from typer.testing import CliRunner

import proofs
from symmetry import cli
from symmetry.book.breaking import in_one_line, opened
from symmetry.book.formulas import formula
from symmetry.book.site import write_book
from symmetry.formal import checker
from symmetry.latex import equation
from symmetry.statements import registry
from symmetry.statements.claim import Claim
from symmetry.statements.theorem import Theorem

KNOWN = proofs.load()
SOME = {id: made for id, made in KNOWN.items() if made.chapter in ("DUP", "SOFT") or id in ("PERM.1", "PERM.10")}
SOME |= {id: KNOWN[id] for id in ("CLAIM.36", "CLAIM.54")}
"""A part of the catalogue with every kind of thing in it, and without figures, which take long."""


@pytest.fixture(scope="module", autouse=True)
def _without_agda():
    """Agda takes long; test_book_agda.py has its pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "unavailable", lambda: "Agda is not installed; run pip install.")
        yield


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> dict[str, Page]:
    return pages_of(tmp_path_factory.mktemp("plain"), None)


@pytest.fixture(scope="module")
def reporting(tmp_path_factory) -> dict[str, Page]:
    return pages_of(tmp_path_factory.mktemp("reporting"), record_of(SOME))


def pages_of(folder: Path, record) -> dict[str, Page]:
    files = write_book(folder / "book", SOME, record)
    return {file.name: Page(file) for file in files if file.suffix == ".html"}


def test_a_chapter_is_a_page_with_an_anchor_for_each_theorem(plain):
    assert next(iter(plain)) == "index.html"
    assert {"permutation.html", "duplication.html", "softmax.html", "claims.html", "questions.html"} < set(plain)
    assert {"PERM.1", "PERM.10"} < set(plain["permutation.html"].ids)
    assert "CLAIM.54" in plain["claims.html"].ids


def test_links_and_anchors_resolve_and_anchors_are_unique(plain, reporting):
    for pages in (plain, reporting):
        for name, page in pages.items():
            assert max(Counter(page.ids).values()) == 1
            for link in page.links:
                file, _, anchor = link.partition("#")
                if file.endswith(".svg"):
                    assert (page.folder / file).read_text().startswith("<svg")
                elif not link.startswith("https://"):
                    target = pages[file or name]
                    assert not anchor or anchor in target.ids, f"{name}: {link}"


def test_nothing_is_loaded_from_elsewhere(plain):
    assert {address for page in plain.values() for address in page.loaded} == {"data:,", "book.css", "book.js"}


def test_a_picture_is_a_file_that_stands_in_the_page_with_its_size_and_what_it_shows(reporting):
    (shown,) = re.findall(r"<img [^>]*>", reporting["index.html"].html)
    drawn = (reporting["index.html"].folder / "evidence_ledger.svg").read_text()
    width, height = (round(float(points) * 96 / 72) for points in re.findall(r' (?:width|height)="([\d.]+)pt"', drawn))
    assert f'src="evidence_ledger.svg" width="{width}" height="{height}" alt="A table with a row a theorem' in shown


def test_without_a_record_no_evidence_is_shown(plain):
    assert "No run is recorded in this book" in plain["index.html"].html
    for page in plain.values():
        assert "No run is recorded" in page.html
        for words in ("of the bound", "Seed", "seed 7", ">proved<", "random points each", "Counterexample"):
            assert words not in page.html


def test_with_a_record_its_evidence_is_shown(reporting):
    theorem = reporting["duplication.html"].html
    assert ">proved<" in theorem
    assert "64 networks, worst difference 0.13 of the bound" in theorem
    assert "2<sup>\N{MINUS SIGN}123</sup>" in theorem
    assert "seed 7" in theorem
    assert "rejected by derived, identity, sampled" in theorem
    assert ">\N{MINUS SIGN}123<" in reporting["index.html"].html
    sampled = sum(
        64 for made in SOME.values() if "float32" in getattr(made, "dtypes", ()) and "sampled" in made.evidence
    )
    assert f"float32: {sampled:,} checks on networks" in reporting["index.html"].html
    assert 'id="evidence_ledger"' in reporting["index.html"].html
    claims = reporting["claims.html"].html
    assert "<strong>Holds</strong> (condition met)" in claims
    assert "(stated)" not in claims


def test_every_figure_can_be_saved(reporting):
    page = reporting["index.html"]
    assert page.html.count("<figure ") == page.html.count('href="evidence_ledger.svg" download>Save image</a>') == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in (page.folder / "evidence_ledger.svg").read_text()


def test_the_page_of_dependencies_links_every_theorem_to_what_it_rests_on(plain):
    page = plain["dependencies.html"]
    for id, made in SOME.items():
        if isinstance(made, Theorem):
            assert any(link.endswith(f".html#{id}") for link in page.links)
    assert "<td>refuted</td>" in page.html
    assert "PERM.1</a> (corrected by)" in page.html
    assert (page.folder / "dependencies.svg").read_text() in page.html


def test_questions_stand_before_the_chapters(plain):
    index = plain["index.html"].html
    assert index.index('href="questions.html#ASK.1"') < index.index("<h2>Chapters</h2>")
    assert index.index(">Questions</a>") < index.index(">Claims</a>")


def test_a_false_claim_is_said_to_be_false_with_what_corrects_it(reporting):
    page = reporting["permutation.html"].html
    assert "<strong>FALSE.</strong>" in page
    assert "FALSE: " in page  # in its citation
    assert "the sides are <code>[[1]]</code> and <code>[[0]]</code>" in page


def test_a_record_of_another_statement_is_no_evidence(tmp_path):
    record = record_of(SOME)
    kept = [each for each in record.statements if each.id not in ("DUP.1", "DUP.2")]
    old = dataclasses.replace(record["DUP.1"], digest="0" * 64)
    page = pages_of(tmp_path, dataclasses.replace(record, statements=(old, *kept)))["duplication.html"].html
    assert "DUP.1: the record is of another statement or law" in page
    assert "the record holds nothing of DUP.2" in page


def test_every_theorem_can_be_cited_and_has_its_law(plain):
    page = plain["duplication.html"].html
    assert page.count("<summary>Cite DUP") == 4
    assert "@misc{symmetry:DUP.1" in page
    assert "units_with_equal_incoming_weights_merge" in page


def test_what_laws_call_stands_once_on_their_page_and_each_of_them_leads_there(plain):
    page = plain["duplication.html"]
    assert page.html.count('href="#duplication.everyone_but"') == 2
    assert page.html.count('<span class="nf">everyone_but</span>') == 1
    (called,) = (id for id in plain["claims.html"].ids if id.endswith(".sum_of_units"))
    assert f"#{called}" in plain["claims.html"].links


def test_code_is_written_once_and_not_again_in_each_form_of_a_citation(plain):
    for page in plain.values():
        for citation in re.findall(r'<details class="cite">.*?</details>', page.html, re.DOTALL):
            assert "verbatim" not in citation
            assert "def " not in citation
            assert "<code>symmetry cite</code> quotes it in the citation" in citation


def test_the_tutorial_is_a_page(plain):
    page = plain["invariant.html"].html
    assert "<code>symmetry new MY.1 &quot;Reversing units changes nothing&quot; --path test_my_invariant.py\n" in page
    assert '<span class="nd">@theorem</span>' in page
    assert "```" not in page
    assert 'href="invariant.html"' in plain["index.html"].html


def test_licences_are_named_on_every_page(plain):
    assert all("CC BY 4.0" in page.html and "Apache-2.0" in page.html for page in plain.values())


def test_every_formula_of_the_catalogue_becomes_mathematics():
    """What latex2mathml does not know it writes as text, with its backslash."""
    formulas = [made.statement for made in KNOWN.values() if made.statement]
    for made in KNOWN.values():
        if isinstance(made, Theorem) and made.derivation:
            formulas += [equation(step) for step in made.derivation("")]
    assert len(formulas) > 100
    for latex in formulas:
        assert "\\" not in formula(latex).striptags()
        assert "<math" in formula(latex)


def test_the_command_writes_a_book_of_a_record(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "load", lambda: SOME)
    record = tmp_path / "record.json"
    record_of(SOME).write(record)
    result = CliRunner().invoke(cli.app, ["book", str(tmp_path / "book"), "--record", str(record)])
    assert result.exit_code == 0, result.output
    assert f"book: {tmp_path / 'book' / 'index.html'}" in result.stdout
    assert "seed 7" in (tmp_path / "book" / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{}/file",), "cannot write the book to"),
        (("{}/book", "--record", "{}/none.json"), "cannot read"),
        (("{}/book", "--record", "{}/file"), "is no JSON"),
    ],
)
def test_mistakes_exit_with_2_and_say_what_to_do(tmp_path, arguments, message):
    (tmp_path / "file").write_text("text")
    result = CliRunner().invoke(cli.app, ["book", *(each.format(tmp_path) for each in arguments)])
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", ["index.html", "references.html", "book.css"])
def test_a_folder_with_files_of_others_that_would_be_replaced_is_refused_and_nothing_is_written(tmp_path, name):
    (tmp_path / name).write_text("<p>My thesis</p>")
    result = CliRunner().invoke(cli.app, ["book", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{tmp_path / name} is no page of this book, and is not replaced; nothing is written." in result.stderr
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {name: "<p>My thesis</p>"}


def test_a_book_replaces_itself_and_leaves_other_files_as_they_are(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    few = {"DUP.1": KNOWN["DUP.1"]}
    first = write_book(tmp_path, few)
    first[0].write_text(first[0].read_text().replace("theorem", "THEOREM"))
    assert write_book(tmp_path, few) == first
    assert "THEOREM" not in first[0].read_text()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_claims_keep_their_stated_verdict_without_a_record(plain):
    assert "(stated)" in plain["claims.html"].html
    assert isinstance(KNOWN["CLAIM.54"], Claim)


def test_what_a_formula_is_broken_into_is_what_it_was():
    """Broken in a bracket or not, the letters and signs of an equation are the same in the same order.

    In the widest, divisions in brackets stand in the place of fractions, and exp in the place of powers of e.
    """
    steps = [
        step for made in KNOWN.values() if isinstance(made, Theorem) and made.derivation for step in made.derivation("")
    ]
    broken = [latex for latex in map(equation, steps) if "<br>" in formula(latex)]
    assert len(broken) > 10
    rewritten = []
    for latex in broken:
        whole = "".join(Markup(latex2mathml.converter.convert(latex)).striptags().split())
        parts = "".join(formula(latex).striptags().split())
        if parts != whole:
            rewritten.append(latex)
            whole, parts = (re.sub("[()/]", "", signs) for signs in (whole, parts.replace("exp", "e")))
        assert parts == whole
    assert 0 < len(rewritten) < len(broken) / 10
    assert all(r"\frac" in latex for latex in rewritten)


@pytest.mark.parametrize(
    ("latex", "mathematics"),
    [
        (r"f \left(a\right) = - b", '<mo>=</mo><mo form="prefix">−</mo>'),
        (r"\left(- a + b\right)", '<mo form="prefix">−</mo><mi>a</mi><mo>+</mo>'),
        (r"a \iff b", '<mo lspace="0.28em" rspace="0.28em">⟺</mo>'),
    ],
)
def test_signs_and_relations_are_spaced_as_what_they_are(latex, mathematics):
    assert mathematics in formula(latex)


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"\frac{1}{2} x", r"\frac{1}{2} x"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\frac {1} {2}", r"\frac {1}{2}"),
        (r"e^{-x} e", r"e^{-x} e"),
        (r"\frac", r"\frac{}{}"),
    ],
)
def test_a_short_fraction_and_a_short_power_stay_what_they_are(latex, line):
    assert in_one_line(latex) == line


def test_a_bracket_that_nothing_closes_stays_open():
    assert opened("(a + b] + c") == "(a + b] + c"


def test_a_relation_at_which_a_line_may_break_is_spaced_once():
    assert "</math><wbr><math" in formula(r"f(\pi\cdot\theta, x) = f(\theta, x)")
    assert "</math> <math" not in formula(r"f(\pi\cdot\theta, x) \Rightarrow\ f(\theta, x) = 0")


def test_the_list_of_a_chapter_says_which_claims_are_false(plain):
    listed = plain["permutation.html"].html.partition("</nav>\n<article")[0]
    assert listed.count('<span class="verdict refuted">false</span>') == 1
    assert "PERM.10" in listed


@pytest.fixture(scope="module")
def of_theorems(tmp_path_factory) -> dict[str, Page]:
    """A book of a record that holds two theorems, and no claim."""
    record = record_of({id: KNOWN[id] for id in ("PERM.1", "DUP.1")})
    return pages_of(tmp_path_factory.mktemp("of_theorems"), record)


def test_a_record_without_claims_says_nothing_of_claims(of_theorems):
    index = " ".join(of_theorems["index.html"].html.split())
    assert "Of the theorems, 2 proved, " in index
    assert "; of the claims, 2 not in this run. A verdict marked (stated) is what is claimed of a claim" in index
    table = index.partition('id="claims"')[2]
    assert table.count(" (stated)</td>") == 2
    assert of_theorems["claims.html"].html.count(" (stated)</p>") == 2
    figure = index.partition('id="evidence_ledger"')[2].partition("</figure>")[0]
    assert "2 theorems: 2 proved." in figure
    assert "claims" not in figure


def test_a_book_of_one_theorem_counts_one_and_leaves_out_what_there_is_not(tmp_path):
    one = {"DUP.1": KNOWN["DUP.1"]}
    files = write_book(tmp_path, one, record_of(one))
    index = " ".join(files[0].read_text().split())
    assert "<p>1 theorem in 1 chapter" in index
    assert "Of the theorems, 1 proved." in index
    assert "claims of" not in index
    assert "DUP.1 to" not in index
    assert "1 theorem: 1 proved." in index


def test_steps_that_count_are_numbered_and_a_lemma_is_not(plain):
    derivation = plain["permutation.html"].html.partition('id="PERM.1-derivation"')[2].partition("</ol>")[0]
    assert re.findall(r'<li(?: class="([a-z-]+)")? value="(\w+)">', derivation) == [
        ("", "1"),
        ("aside-step", "1"),
        ("", "2"),
    ]
    assert "The law computes these two sides." in derivation
