"""Faults of what readers call, where no theorem is run: each with the test, or the examples, that must fail."""

import dataclasses
import doctest
import importlib
from collections.abc import Callable

import pytest

from tests.faults.fault import Edit
from tests.faults.plant import planted


@dataclasses.dataclass(frozen=True)
class CheckedFault:
    """An edit of a module of `symmetry`, and a call that raises while it is planted."""

    name: str
    edit: Edit
    check: Callable[[], object]

    def escapes(self) -> bool:
        """Whether the check passes although the fault is there."""
        with planted([self.edit]):
            return passes(self.check)


def passes(check: Callable[[], object]) -> bool:
    """Whether a check raises nothing that a wrong number would make it raise."""
    try:
        check()
    except (AssertionError, ValueError, ArithmeticError, pytest.fail.Exception):
        return False
    return True


@dataclasses.dataclass(frozen=True)
class Examples:
    """The examples in the docstrings of a module."""

    module: str

    def __call__(self) -> None:
        """Run them.

        Raises:
            AssertionError: one prints something else.
        """
        failed, _ = doctest.testmod(importlib.import_module(self.module), report=False, verbose=False)
        assert not failed, f"{failed} examples of {self.module} print something else"
