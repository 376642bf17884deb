"""The ledger in any terminal: nothing in it is cut off, however narrow that is."""

import dataclasses

import pytest
from recorded import findings_of

import proofs
from symmetry.display.ledger import ledger
from symmetry.evidence.finding import Finding, exit_status
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


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_ledger_is_as_wide_as_the_terminal(width):
    assert max(map(len, ledger(FINDINGS, width).splitlines())) <= width


def test_a_failure_in_every_column_leaves_room_for_the_title():
    (finding,) = [each for each in FINDINGS if each.heading.id == "GRAD.1"]
    lines = [dataclasses.replace(line, outcome="failed") for line in finding.evidence]
    for width in (60, 80, 120):
        rows = ledger([Finding(finding.heading, lines)], width).split("\n\n")[0].replace(",", " ").split()
        assert rows.count("failed") == 7
        assert set(KNOWN["GRAD.1"].title.split()) <= set(rows)


def test_a_finding_of_some_float_types_only_is_partly_run_and_no_control_of_it_counts_as_accepted():
    (finding,) = findings_of({"PERM.1": KNOWN["PERM.1"]})
    assert (finding.verdict, finding.reasons) == ("proved", [])
    some = [line for line in finding.evidence if line.item not in ("sampled-float32", "sampled-float16")]
    partial = Finding(finding.heading, [line for line in some if line.kind != "control"])
    assert (partial.verdict, partial.in_ledger) == ("not run", "partly run")
    assert partial.reasons == ["not selected: sampled-float32, sampled-float16, control"]
    stopped = dataclasses.replace(partial, unreached=frozenset(["sampled-float16"]))
    assert stopped.reasons == ["not reached: sampled-float16", "not selected: sampled-float32, control"]
    assert "0/" not in ledger([partial], 80)
    assert exit_status([partial]) == 0
    assert "1 partly run" in ledger([partial], 80)
