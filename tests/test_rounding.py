"""What is printed of a run never says more than was found, and the ledger and a citation say the same of it."""

import dataclasses
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import lines_of

import proofs
from symmetry.display.ledger import row
from symmetry.evidence.finding import Finding, Heading, in_text, sentences
from symmetry.rounding import exponent_of_chance, percentage, share_of_bound

pytestmark = pytest.mark.quick

MADE = proofs.load()["PERM.1"]


def said(worst: float, log2: float) -> tuple[list[str], str]:
    """The row of the ledger and the sentences of a citation of one recorded theorem."""
    numbers = {"sampled": {"worst": worst}, "identity": {"log2_failure": log2}}
    lines = [dataclasses.replace(line, **numbers.get(line.kind, {})) for line in lines_of(MADE)]
    said_in_citation = map(in_text, sentences("proved", lines, {}))
    return row(Finding(Heading.of(MADE), lines)), " ".join(said_in_citation)


@given(st.floats(0, 1), st.floats(-800, -100))
def test_the_ledger_and_the_citation_say_the_same(worst, log2):
    (_, _, chance, *floats, _), cited = said(worst, log2)
    assert re.findall(r"worst difference (\S+) of the bound", cited) == floats
    assert re.findall(r"at most 2\^(\S+)\.", cited) == [chance]


@given(st.floats(0, 1))
def test_a_share_is_never_understated_and_overstated_by_less_than_a_hundredth(worst):
    printed, recorded = Fraction(share_of_bound(worst)), Fraction(str(worst))
    assert recorded <= printed < recorded + Fraction(1, 100)


@given(st.floats(-1000, 0))
def test_a_chance_is_never_understated(log2):
    assert log2 <= int(exponent_of_chance(log2)) < log2 + 1


@pytest.mark.parametrize(("worst", "printed"), [(0.0, "0.00"), (1e-12, "0.01"), (0.07, "0.07"), (0.2001, "0.21")])
def test_nothing_but_equality_is_printed_as_zero(worst, printed):
    assert share_of_bound(worst) == printed


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_never_understated(some, others):
    share = some / (some + others)
    assert 100 * Fraction(str(share)) <= Fraction(percentage(share, "0.01").rstrip("%"))
