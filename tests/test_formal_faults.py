"""Faults planted in the program and in the formal arrays are found, with words; harmless rewrites are not."""

import re

import pytest

from symmetry.formal.checking import written
from tests.faults.plant import planted
from tests.formal_faults import ARRAY_FAULTS, FAULTS, REWRITES, Fault


def said(fault: Fault) -> str:
    """What is said of the generated modules that are missing, which must be those that the fault names.

    Numbers show the fault: in each of them, and in the gradient.
    """
    with planted(fault.edits):
        found = written()
    assert {name.removeprefix("Generated.") for name in found.problems} == set(fault.missing)
    assert not found.problems.keys() & found.files.keys()
    assert all(problem.differs for problem in found.problems.values())
    assert found.no_gradient
    return "\n".join(each.words for each in found.problems.values())


def test_without_a_fault_everything_is_written():
    found = written()
    assert (found.problems, found.by_laws) == ({}, {})
    assert len(found.files) == 14


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_program_is_found_and_said_in_words(name):
    words = said(FAULTS[name])
    assert re.search(FAULTS[name].words, words, re.DOTALL), words


@pytest.mark.parametrize("name", ARRAY_FAULTS)
def test_a_fault_of_the_formal_arrays_leaves_nothing_proved(name):
    fault = ARRAY_FAULTS[name]
    with planted(fault.edits):
        found = written()
    missing = {each.removeprefix("Generated.") for each in found.problems}
    assert set(fault.missing) <= missing
    assert all(re.search(fault.words, each.words) and not each.differs for each in found.problems.values())


@pytest.mark.parametrize("name", REWRITES)
def test_a_harmless_rewrite_loses_no_proof(name):
    with planted(REWRITES[name]):
        found = written()
    assert (found.problems, found.by_laws) == ({}, {})
