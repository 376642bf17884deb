"""Planted faults of shapes, training and cases, each of which a theorem must reject, which holds without the fault."""

import numpy as np
import pytest

import proofs
from symmetry.engine.kernel import described_error, exact_settings
from symmetry.engine.measure import Trials, trials
from symmetry.statements.theorem import Theorem
from tests.faults.fault import Fault
from tests.faults.plant import planted
from tests.faults.shapes import FAULTS

BUDGET = 10_000
"""What `symmetry prove` has by default."""

QUICK = (
    "outgoing weights permuted up to hidden layer 3",
    "the velocity forgotten",
    "an optimiser that begins anew",
    "always the same original",
)


def measured(id: str) -> Trials:
    made = proofs.load()[id]
    assert isinstance(made, Theorem)
    found = trials(id, np.dtype(made.dtypes[0]), BUDGET, seed=0)
    with exact_settings():
        try:
            made.law(found)
        except Exception as error:  # a law that raises has failed
            found.error = described_error(error)
    return found


def assert_rejected(fault: Fault) -> None:
    with planted(fault.edits):
        found = measured(fault.caught_by)
    assert found.violation or found.error, f"{fault.caught_by} holds with {fault.name}"


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.name in QUICK], ids=lambda fault: fault.name)
def test_a_fault_is_rejected(fault):
    assert_rejected(fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_rejected(fault):
    assert_rejected(fault)


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted({fault.caught_by for fault in FAULTS}))
def test_without_faults_the_theorems_hold(id):
    found = measured(id)
    assert not found.violation
    assert not found.error
    assert found.worst <= 1


def test_names_differ_and_there_are_at_least_60():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 60
