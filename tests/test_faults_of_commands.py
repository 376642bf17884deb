"""Faults planted in converters and in `symmetry dimension`: the test that each names fails, and passes without it."""

import pytest

from tests import converter_faults, dimension_faults
from tests.checked_fault import CheckedFault, passes

FILES = (converter_faults, dimension_faults)

FAULTS = [fault for file in FILES for fault in file.FAULTS]

QUICK = [fault for file in FILES for fault in file.FAULTS if fault.name in file.QUICK]


def name_of(fault: CheckedFault) -> str:
    return f"{fault.edit.module.removeprefix('symmetry.')}: {fault.name}"


@pytest.mark.parametrize("fault", QUICK, ids=name_of)
def test_a_fault_fails_the_test_that_it_names(fault):
    assert passes(fault.check)
    assert not fault.escapes()


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_every_fault_fails_the_test_that_it_names(fault):
    assert not fault.escapes()


@pytest.mark.slow
@pytest.mark.parametrize("check", list({fault.check: None for fault in FAULTS}), ids=repr)
def test_every_check_passes_without_a_fault(check):
    assert passes(check)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.__name__)
def test_names_differ_and_the_quick_ones_are_among_them(file):
    names = {name_of(fault) for fault in file.FAULTS}
    assert len(names) == len(file.FAULTS) >= 20
    assert set(file.QUICK) <= {fault.name for fault in file.FAULTS}
