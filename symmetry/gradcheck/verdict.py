"""How a check fails: the gradient is wrong, or the check cannot tell."""

from typing import Any


class _Failed(AssertionError):
    """The message is for reading; `report` holds what was found as data, if the check ran."""

    __module__ = "symmetry"  # where users import these from, and what pytest prints before the message

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


class WrongGradient(_Failed):
    """A backprop that failed its check; the message says where and what is wrong. `report` holds it as data, if it ran."""

    __module__ = "symmetry"


class Undecided(_Failed):
    """A backprop that may be right or wrong: the check cannot tell. The message says in which arrays, why, and what to do."""

    __module__ = "symmetry"
