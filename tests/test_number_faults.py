"""Faults planted in the number systems fail the theorem that is named with each, as `symmetry prove` would run it."""

import pytest

import proofs
from symmetry.evidence.finding import items_of
from symmetry.evidence.session import Session
from symmetry.statements.theorem import Theorem
from tests.faults.fault import Fault
from tests.faults.numbers import FAULTS, QUICK
from tests.faults.plant import planted

KNOWN = {id: made for id, made in proofs.load().items() if isinstance(made, Theorem)}

NETWORKS = 1_000


def fails(fault: Fault) -> bool:
    """Whether some line of the theorem fails while the fault is planted, its controls apart."""
    theorem = KNOWN[fault.caught_by]
    session = Session([theorem], NETWORKS)
    with planted(fault.edits):
        items = [item for item in items_of(theorem) if item.startswith("sampled")]
        return any(session.gather(theorem, item).outcome == "failed" for item in items)


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.name in QUICK], ids=lambda fault: fault.name)
def test_a_fault_of_a_number_system_is_caught(fault):
    assert fails(fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [each for each in FAULTS if each.name not in QUICK], ids=lambda fault: fault.name)
def test_every_fault_of_a_number_system_is_caught(fault):
    assert fails(fault)


def test_names_are_used_once():
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert set(QUICK) <= set(names)
