"""The ledger in any terminal: nothing in it is cut off, however narrow that is."""

import dataclasses

import pytest
from recorded import findings_of

import proofs
from symmetry.display.ledger import ledger
from symmetry.evidence.finding import Finding
from symmetry.statements.theorem import Theorem

pytestmark = pytest.mark.quick

KNOWN = {id: made for id, made in proofs.load().items() if isinstance(made, Theorem)}
FINDINGS = findings_of(KNOWN)


@pytest.mark.parametrize("width", [20, 80, 200])
def test_no_number_and_no_word_of_a_title_is_cut_off(width):
    text = ledger(FINDINGS, width)
    assert "…" not in text
    assert text.count(" 0.13") >= sum(len(made.dtypes) for made in KNOWN.values() if "sampled" in made.evidence)
    for made in KNOWN.values():
        for word in made.title.split():
            assert word[:12] in text


@pytest.mark.parametrize("width", [80, 120])
def test_the_ledger_is_as_wide_as_the_terminal(width):
    assert max(map(len, ledger(FINDINGS, width).splitlines())) <= width


def test_a_failure_in_every_column_leaves_room_for_the_title():
    (finding,) = [each for each in FINDINGS if each.heading.id == "GRAD.1"]
    lines = [dataclasses.replace(line, outcome="failed") for line in finding.evidence]
    rows = ledger([Finding(finding.heading, lines)], 80).split("\n\n")[0].split()
    assert rows.count("failed") == 7
    assert set(KNOWN["GRAD.1"].title.split()) <= set(rows)
