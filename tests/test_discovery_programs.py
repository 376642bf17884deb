"""Random programs: every group that discovery reports is a symmetry."""

from collections import Counter

import pytest
from hypothesis import given, seed, settings
from random_permutations import fault_of
from random_programs import UNHURRIED, Program, programs

from symmetry.discovery import discover


def fault_in(program: Program, seen: Counter | None = None) -> str:
    """A group of a program that is no symmetry, in words; "" if all are. Counts what was there."""
    seen = Counter() if seen is None else seen
    groups = discover(program.apply, program.params, program.input)
    seen["programs"] += 1
    seen["steps"] += len(program.steps)
    seen["groups"] += len(groups)
    seen["with blocks"] += sum(bool(group.per) for group in groups)
    lengths = {path: shape.shape for path, shape in program.params.items()}
    seen["with a part of an axis"] += sum(
        any(axis.positions.size < lengths[axis.path][axis.axis] for axis in group.axes) for group in groups
    )
    return fault_of(program.apply, program.params, (program.input,), groups) if groups else ""


def check(count: int, start: int) -> Counter:
    """Tests as many programs; the first with a fault is made small, and printed with the group and the permutation."""
    seen = Counter()

    @seed(start)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=UNHURRIED)
    @given(programs())
    def every_group_is_a_symmetry(program: Program) -> None:
        fault = fault_in(program, seen)
        assert not fault, f"{program}\n{fault}"

    every_group_is_a_symmetry()
    return seen


def test_every_group_of_random_programs_is_a_symmetry():
    seen = check(200, start=1)
    assert seen["groups"] > seen["programs"] / 2
    assert seen["with blocks"] > seen["programs"] / 5
    assert seen["with a part of an axis"] > seen["programs"] / 20
    assert seen["steps"] > 5 * seen["programs"]


@pytest.mark.slow
def test_every_group_of_3000_random_programs_is_a_symmetry():
    assert check(3000, start=2)["groups"] > 1500
