"""Citations: what they say, that parsers and compilers take them, and that they say no more than the evidence."""

import dataclasses
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pybtex.database import parse_string
from typer.testing import CliRunner

import proofs
from symmetry.citation.citation import AUTHOR, RELEASED, SOFTWARE, citation
from symmetry.citation.formats import FORMATS, cite
from symmetry.cli import app
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding, Heading, in_text, sentences
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.derived import Derived
from symmetry.evidence.kinds.identity import Identity
from symmetry.evidence.kinds.refuted import Counterexample, Refuted
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import Record
from symmetry.evidence.shipped import shipped_record
from symmetry.statements.claim import QUESTIONS, Claim, Instance
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.verdict import mark

KNOWN = proofs.load()
ONES = list(KNOWN.values())
FALSE_ONES = [
    made for made in ONES if (made.verdict == "wrong" if isinstance(made, Claim) else isinstance(made, FalseClaim))
]
CITATION_FILE = Path(__file__).parent.parent / "CITATION.cff"

PASSED: list[Evidence] = [
    Derived(outcome="passed", scope="every width and depth", steps=8),
    Identity(outcome="passed", architectures=((2, 3, 1),), points=24, log2_failure=-349.7),
    *(
        Sampled(outcome="passed", dtype=dtype, networks=1234, worst=0.081, vacuous=5, vacuous_leaves=5)
        for dtype in ("float64", "float32", "bfloat16", "float16")
    ),
    *(
        Control(outcome="passed", name=name, caught=True, by=("derived", "identity", "sampled"))
        for name in KNOWN["PERM.1"].controls
    ),
]


def a_record(id="PERM.1", lines=PASSED, backprop=None):
    return Record.of([Finding(Heading.of(KNOWN[id]), list(lines))], networks=1000, seed=3, backprop=backprop)


def test_a_citation_has_author_title_version_date_and_identifier():
    for form in FORMATS:
        text = " ".join(cite(KNOWN["PERM.1"], form).replace(r"\allowbreak ", "").split())
        cited = citation(KNOWN["PERM.1"])
        for part in (AUTHOR, "Permuting hidden units preserves the function", cited.version, RELEASED, cited.digest):
            assert part in text, form
        assert "Hecht-Nielsen" in text


def test_with_a_record_counts_versions_seed_and_digest_are_stated():
    record = a_record()
    for form in FORMATS:
        text = " ".join(cite(KNOWN["PERM.1"], form, record).split())
        for part in (
            "1,234 networks",
            "0.09 of the bound",
            "8 steps",
            "seed 3",
            "1,000 networks",
            "JAX 0.",
            "SymPy 1.",
        ):
            assert part in text, form
        assert KNOWN["PERM.1"].digest[:8] in text


def test_numbers_are_rounded_to_the_side_that_claims_less():
    text = cite(KNOWN["PERM.1"], "text", a_record())
    assert "probability at most 2^-349" in " ".join(text.split())
    assert "2^{-349}" in cite(KNOWN["PERM.1"], "latex", a_record())


@pytest.mark.parametrize("made", ONES, ids=lambda made: made.id)
def test_bibtex_is_parsed_with_its_originals(made):
    entries = parse_string(cite(made, "bibtex"), "bibtex").entries
    assert list(entries) == [f"symmetry:{made.id}", *made.cites]
    own = entries[f"symmetry:{made.id}"]
    assert own.fields["digest"] == f"sha256:{made.digest}"
    assert str(own.persons["author"][0]) == f"{{{AUTHOR}}}"
    assert not any("note" in entries[key].fields for key in made.cites)


@pytest.mark.parametrize("made", FALSE_ONES, ids=lambda made: made.id)
def test_what_is_refuted_begins_with_false(made):
    assert cite(made, "text").startswith("FALSE: ")
    assert cite(made, "markdown").startswith("**FALSE: ")
    assert cite(made, "latex").startswith("% FALSE: ")
    assert r"\newtheorem{falseclaim}{FALSE}" in cite(made, "latex")
    entry = parse_string(cite(made, "bibtex"), "bibtex").entries[f"symmetry:{made.id}"]
    assert entry.fields["title"].startswith("{FALSE: ")


@pytest.mark.parametrize("made", ONES, ids=lambda made: made.id)
def test_without_a_run_nothing_is_said_to_be_proved(made):
    cited = citation(made)
    assert cited.evidence[0].startswith("No run is cited.")
    assert not re.search(r"\b(prove[nds]*|proof|verified|certified|true|holds)\b", cited.evidence[0])
    environment = cited.environment[0]
    assert environment == "theorem" or isinstance(made, Claim | FalseClaim) or "derived" not in made.evidence


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("failed", "FAILED: "),
        ("incomplete", "INCOMPLETE: "),
        ("not run", "NOT RUN: "),
        ("partly run", "PARTLY RUN: "),
        ("cannot be run", "UNDECIDED: "),
        ("right if n = 1", "RIGHT ONLY IF n = 1: "),
        ("checked", ""),
        ("right", ""),
    ],
)
def test_what_did_not_turn_out_to_hold_is_marked(verdict, word):
    assert mark(verdict) == word


def test_a_failed_line_is_said_to_have_failed_and_one_not_run_too():
    failed = Derived(outcome="failed", reason="step 2 differs", reproduce="again")
    record = a_record(lines=[failed, *PASSED[1:]])
    text = " ".join(cite(KNOWN["PERM.1"], "text", record).split())
    assert text.startswith("FAILED: Permuting hidden units")
    assert "Derived: FAILED, step 2 differs." in text
    assert r"\begin{claim}" in cite(KNOWN["PERM.1"], "latex", record)
    left_out = a_record(lines=[Derived(outcome="not run", reason="no time"), *PASSED[1:]])
    assert "Derived: NOT RUN, no time." in cite(KNOWN["PERM.1"], "text", left_out)


def test_a_theorem_of_which_only_some_items_ran_is_cited_as_partly_run():
    text = " ".join(cite(KNOWN["PERM.1"], "text", a_record(lines=PASSED[:1])).split())
    assert text.startswith("PARTLY RUN: Permuting hidden units")
    assert "Verdict: partly run. Derived: " in text


EXAMPLE = Counterexample("claim", "1-1/1:", "differs", "1", "2")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            Identity(outcome="passed", architectures=((1, 1),), points=0, log2_failure=-math.inf),
            "SymPy's formulas of both sides are equal on 1 architecture",
        ),
        (
            Identity(outcome="passed", architectures=(), points=24, log2_failure=-math.inf),
            "equal in exact arithmetic, in the only case of the law",
        ),
        (
            Sampled(outcome="passed", dtype="float64", networks=0, operations=7, worst=1.0, vacuous=0),
            "7 operations, worst difference 1.00 of the bound",
        ),
        (
            Refuted(outcome="passed", claims=(EXAMPLE, EXAMPLE)),
            "2 false claims beside it, each with an exact counterexample",
        ),
        (
            Refuted(outcome="passed", claims=(EXAMPLE,), corrected_by="PERM.1"),
            r"an exact counterexample \(1-1/1:\), differs: the sides are 1 and 2; PERM.1 corrects it",
        ),
        (Decided(outcome="passed", instances=(), decided_by=()), "no run decides it"),
        (
            Decided(
                outcome="passed", instances=(Instance("", True, ""), Instance("", False, "")), decided_by=("TIE.1",)
            ),
            "tried on 2 instances, it held on 1; it rests on TIE.1",
        ),
    ],
)
def test_every_kind_of_line_has_its_words(line, words):
    _, sentence = sentences("checked", [line], {})
    assert re.search(words, in_text(sentence))


def test_a_record_of_another_law_or_edited_by_hand_is_not_cited():
    (recorded,) = a_record().statements
    changed = dataclasses.replace(a_record(), statements=(dataclasses.replace(recorded, digest="0" * 64),))
    with pytest.raises(ValueError, match=r"PERM.1: the record is of another statement or law \(digest 000000000000..."):
        cite(KNOWN["PERM.1"], "text", changed)
    (partial,) = a_record(lines=PASSED[:-1]).statements
    edited = dataclasses.replace(a_record(), statements=(dataclasses.replace(partial, verdict="proved"),))
    with pytest.raises(
        ValueError, match=r"PERM.1: the record is at odds with the theorem or with itself: theorem: verdict"
    ):
        cite(KNOWN["PERM.1"], "text", edited)
    with pytest.raises(ValueError, match=r"the record holds nothing of PERM.2; it holds PERM.1"):
        cite(KNOWN["PERM.2"], "text", a_record())


def test_a_citation_shows_the_law_and_what_it_calls():
    for form in ("text", "markdown", "latex"):
        text = cite(KNOWN["PERM.10"], form)
        assert "forward(incoming_only(pi, network), batch.x), forward(network, batch.x)" in text


def test_the_software_is_cited_as_its_citation_file_says():
    said = CITATION_FILE.read_text(encoding="utf-8")
    assert f'title: "{SOFTWARE}"' in said
    assert f"- name: {AUTHOR}" in said
    assert f"date-released: {RELEASED}" in said


def test_the_command_cites_and_says_what_is_wrong():
    run = CliRunner().invoke
    assert run(app, ["cite", "PERM.1", "--format", "bibtex"]).stdout.startswith("@misc{symmetry:PERM.1,")
    for arguments, message in [
        (["NOPE"], "there is no theorem or chapter 'NOPE'; the chapters are ARCH"),
        (["PERM.1", "--format", "word"], "there is no format 'word' to cite in; choose one of bibtex, latex"),
        (["PERM.1", "--record", "none.json"], "cannot read none.json: No such file or directory"),
        (["PERM.1", "--path", "none.py"], "none.py is no Python file; name the one that defines your theorem"),
    ]:
        result = run(app, ["cite", *arguments])
        assert result.exit_code == 2
        assert message in result.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_several_are_cited_with_one_bibliography(form):
    ids = ["PERM.1", "PERM.2", "TIE.2"]
    text = CliRunner().invoke(app, ["cite", *map(str.lower, ids), "--format", form], env={"COLUMNS": "200"}).stdout
    assert text == cite([KNOWN[id] for id in ids], form, shipped_record()) + "\n"
    keys = {key for id in ids for key in KNOWN[id].cites}
    items = {"bibtex": text.count("\n@"), "latex": text.count(r"\bibitem{") - len(ids)}
    expected = len(keys) + (len(ids) - 1 if form == "bibtex" else 0)
    assert items.get(form, text.count("\n- ")) == expected


def test_a_theorem_in_a_file_of_ones_own_is_cited(tmp_path):
    page = (CITATION_FILE.parent / "docs" / "contributors.md").read_text(encoding="utf-8")
    invariant = re.search(r"^```python\n(from symmetry import Batch.*?)^```$", page, re.M | re.S)
    assert invariant is not None
    path = tmp_path / "test_mine.py"
    path.write_text(invariant.group(1))
    command = ["cite", "MY.1", "--path", str(path)]
    result = subprocess.run([sys.executable, "-m", "symmetry", *command], capture_output=True, text=True, check=True)
    said = " ".join(result.stdout.split())
    assert said.startswith("Reversing units changes nothing (MY.1). The author of MY.1; checked by symmetry: ")


@pytest.mark.parametrize("form", FORMATS)
def test_this_software_is_no_author_of_what_is_the_readers_own(form):
    made = dataclasses.replace(KNOWN["PERM.1"], law=cite, cites=())
    assert made.is_own
    assert not KNOWN["PERM.1"].is_own
    text = " ".join(cite(made, form).split())
    assert "The author of PERM.1" in text
    assert "checked by symmetry: " in text
    assert "The symmetry authors" not in text


def compiled(folder: Path, texts: list[str]) -> str:
    """The log of a document with these citations; a preamble is each once."""
    commands = re.findall(r"\\newtheorem\{\w+\}\{\w+\}", "\n".join(texts))
    preamble = ["\\documentclass{article}", "\\usepackage{amsmath,amssymb,url}", *dict.fromkeys(commands)]
    document = [*preamble, "\\begin{document}", *texts, "\\end{document}"]
    (folder / "cited.tex").write_text("\n\n".join(document), encoding="utf-8")
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "cited.tex"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:]
    return (folder / "cited.log").read_text(errors="replace")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not installed")
def test_latex_compiles(tmp_path):
    log = compiled(tmp_path, [cite(KNOWN["PERM.1"], "latex", a_record())])
    assert "undefined" not in log.lower()
    assert "Output written on cited.pdf (1 page" in log
    compiled(tmp_path, [cite(made, "latex") for made in [*ONES, *QUESTIONS.values()]])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bibtex") is None, reason="bibtex is not installed")
def test_bibtex_itself_takes_the_entries(tmp_path):
    entries: dict[str, str] = {}
    for made in ONES:
        entries |= {text.split(",")[0]: text for text in cite(made, "bibtex", None).split("\n\n")}
    (tmp_path / "cited.bib").write_text("\n\n".join(entries.values()), encoding="utf-8")
    text = "\\nocite{*}\n\\bibliographystyle{plain}\n\\bibliography{cited}"
    log = compiled(tmp_path, [text])
    assert "undefined" not in log.lower()
    told = (tmp_path / "cited.blg").read_text(errors="replace")
    assert "error message" not in told, told
