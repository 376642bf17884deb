"""Notebooks: how theorems, claims and findings show themselves, and the example, executed."""

import os
import re
from pathlib import Path

import pytest

import proofs
from symmetry.notebook import prove
from symmetry.statements.registry import REGISTRY, theorem_by_id
from symmetry.statements.theorem import theorem

KNOWN = proofs.load()
EXAMPLE = Path(__file__).parent / "examples" / "proof_citation_invariant.ipynb"


def test_a_theorem_shows_its_statement_as_latex():
    made = KNOWN["PERM.1"]
    assert made._repr_latex_() == rf"$\displaystyle {made.statement}$"
    shown = made._repr_markdown_()
    assert f"$${made.statement}$$" in shown
    assert f"*Hypotheses:* {made.hypotheses}." in shown
    assert "permute incoming weights only" in shown


def test_a_false_claim_among_the_theorems_says_so():
    shown = KNOWN["PERM.10"]._repr_markdown_()
    assert shown.startswith("**PERM.10** FALSE: ")
    assert f"What holds instead: {KNOWN['PERM.10'].corrected_by}." in shown


def test_a_claim_shows_its_verdict():
    made = KNOWN["CLAIM.54"]
    assert f"*Verdict:* {made.stated_verdict}. {made.why}" in made._repr_markdown_()
    assert made._repr_latex_() == rf"$\displaystyle {made.statement}$"


def test_a_finding_is_a_table_of_its_evidence():
    shown = prove(KNOWN["PERM.10"])._repr_html_()
    assert "<th scope='row'>Verdict</th><td>refuted.</td>" in shown
    assert "an exact counterexample" in shown
    assert "<pre>" not in shown


def test_theorems_are_proved_by_their_ids_and_print_the_ledger(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    found = prove("perm.10", "SIGN.1", networks=8)
    assert [(finding.heading.id, finding.verdict) for finding in found] == [
        ("PERM.10", "refuted"),
        ("SIGN.1", "proved"),
    ]
    assert re.search(r"^ SIGN\.1 +proved +\d+ +-\d+ 0\.\d\d", str(found), re.M)
    assert "1 refuted, 1 proved" in str(found)
    assert found._repr_html_().count("<table>") == 2
    assert capsys.readouterr().err.splitlines() == ["[1/2] PERM.10 refuted", "[2/2] SIGN.1 proved"]


def test_a_theorem_that_fails_is_printed_with_its_reason():
    @theorem("SHOWN.2", title="Nothing", statement="", hypotheses="none", evidence=("derived",), controls={})
    def law():
        """FILL IN: nothing."""

    try:
        text = str(prove("shown"))
    finally:
        del REGISTRY["SHOWN.2"]
    assert text.startswith("SHOWN.2 derived failed: SHOWN.2 is not filled in")
    assert "1 failed" in text


def test_a_theorem_is_found_by_its_id_and_near_ones_are_named():
    assert theorem_by_id("perm.1") is KNOWN["PERM.1"]
    assert theorem_by_id("claim.54") is KNOWN["CLAIM.54"]
    with pytest.raises(ValueError, match=r"there is no theorem or claim 'prem.1'; .* Did you mean PERM.1 or PERM.10\?"):
        theorem_by_id("prem.1")


def test_what_is_no_id_is_not_proved():
    with pytest.raises(
        ValueError, match=r"there is no theorem or chapter 'PREM.1'.* Did you mean PERM.1 or PERM.10\?$"
    ):
        prove("prem.1")
    with pytest.raises(TypeError, match=r"prove takes ids such as 'PERM.1' or one statement, and got .*, 100\); name"):
        prove(KNOWN["PERM.1"], 100)  # type: ignore[call-overload]


def test_a_finding_that_failed_shows_the_report_and_special_characters_are_escaped():
    @theorem("SHOWN.1", title="1 < 2 & so on", statement="1 < 2", hypotheses="none", evidence=("derived",), controls={})
    def law():
        """FILL IN: nothing."""

    try:
        shown = prove(law)._repr_html_()
    finally:
        del REGISTRY["SHOWN.1"]
    assert "1 &lt; 2 &amp; so on" in shown
    assert "<td>failed.</td>" in shown
    assert "<pre>SHOWN.1 is not filled in" in shown


def test_a_theorem_can_be_edited_in_a_notebook():
    """Each version of a cell is a file of its own there, and the later one replaces the earlier."""
    import linecache

    source = "@theorem('CELL.1', title='{0}', statement='{0}', hypotheses='none')\ndef law(): return 1, 1\n"
    try:
        for version in ("first", "second"):
            text: str = source.format(version)
            cell = f"<cell {version}>"
            linecache.cache[cell] = (len(text), None, [str(line) for line in text.splitlines(keepends=True)], cell)
            exec(compile(text, cell, "exec"), {"theorem": theorem, "__name__": "__main__"})
        assert REGISTRY["CELL.1"].title == "second"
    finally:
        del REGISTRY["CELL.1"]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the machinery that runs notebooks
def test_the_example_runs_and_shows_what_it_says(monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(EXAMPLE.parents[2]), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(EXAMPLE, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [
        output.get("data", {}) | {"text": output.get("text", "")}
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    verdicts = [
        match.group(1)
        for each in shown
        for match in re.finditer(r"Verdict</th><td>([\w ]+)", each.get("text/html", ""))
    ]
    assert verdicts == ["proved", "checked", "refuted"]
    assert any("@misc{symmetry:PERM.1" in each["text"] for each in shown)
    assert any("f(\\pi\\cdot\\theta, x)" in each.get("text/markdown", "") for each in shown)
