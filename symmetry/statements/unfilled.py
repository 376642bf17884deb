"""What is still to be written of a new theorem: places that its source marks."""

import inspect
from collections.abc import Callable

FILL_IN = "FILL" + " IN"
"""Marks, in the source of a new theorem, what is not written yet; in two parts, so that it marks nothing here."""


def marks(function: Callable) -> list[tuple[int, str]]:
    """The lines in which something is marked as missing: their numbers, and what is missing."""
    try:
        lines, first = inspect.getsourcelines(function)
    except OSError:  # made where there is no file, so no file is to be filled in
        return []
    marked = [(number, line.partition(FILL_IN)[1:]) for number, line in enumerate(lines, start=first)]
    return [(number, what.strip(" :\n") or "this line") for number, (mark, what) in marked if mark]
