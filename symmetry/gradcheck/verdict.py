"""How a check fails: the gradient is wrong, or nothing can be told."""

from typing import Any


class WrongGradient(AssertionError):
    """A backprop that failed its check; the message says where and what is wrong. `report` holds it as data, if it ran."""

    __module__ = "symmetry"  # where users import it from, and what pytest prints before the message

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


class Undecided(AssertionError):
    """A backprop of which it cannot be told whether it is right; the message says of which arrays, why, and what to do."""

    __module__ = "symmetry"

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report
