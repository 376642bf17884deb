"""Faults planted in discovery: for each there is a case that shows a group which is no symmetry, or a random program."""

import pytest
import test_discovery_blocks
from discovery_cases import CASES
from discovery_faults import FAULTS, Fault
from hypothesis import Phase, given, seed, settings
from random_programs import UNHURRIED, Program, programs
from test_discovery_programs import fault_in
from test_discovery_rules import is_equivariant

TRIES = 6


def is_sound(name: str) -> bool:
    """Whether a case finds nothing wrong; a rule that raises is wrong, too."""
    try:
        if name in CASES:
            return all(is_equivariant(CASES[name], attempt) for attempt in range(TRIES))
        return not test_discovery_blocks.found(test_discovery_blocks.CASES[name])[1]
    except (AssertionError, ValueError, LookupError):
        return False


def programs_until_caught(fault: Fault, count: int) -> int:
    """The number of the first random program that shows a fault; 0 if none of so many does."""
    tried = 0

    @seed(1)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=UNHURRIED,
    )
    @given(programs())
    def nothing_is_wrong(program: Program) -> None:
        nonlocal tried
        tried += 1
        assert not fault_in(program)

    with fault():
        try:
            nothing_is_wrong()
        except (AssertionError, ValueError):
            return tried
    return 0


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.caught])
def test_a_planted_fault_is_caught_by_its_case(name):
    fault = FAULTS[name]
    assert is_sound(fault.caught)
    with fault():
        assert not is_sound(fault.caught)
    assert is_sound(fault.caught)


def test_a_fault_that_no_case_shows_is_caught_by_random_programs():
    alone = {name: programs_until_caught(fault, 60) for name, fault in FAULTS.items() if not fault.caught}
    assert alone
    assert all(alone.values()), alone


def test_a_fault_says_which_line_is_gone():
    fault = Fault("rules.order", "no such line", "")
    with pytest.raises(ValueError, match=r"rules.order has 0 times 'no such line', not once; state the fault"), fault():
        pass
