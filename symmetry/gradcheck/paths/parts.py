"""The tape's list of numbers, which remembers of each the visit and the operation that made it."""

import sys
from collections.abc import Iterable

from symmetry.gradcheck.paths.visits import TooMuch, Visits
from symmetry.gradcheck.tape import Block, Step

MOST_NUMBERS = 60_000
"""Numbers on the tape up to which the paths are followed."""

_BETWEEN = {"note", "note_block", "_made", "made", "made_of_two", "append", "_of_matrices", "product"}


class Parts(list[Step | Block]):
    """The tape's list, which remembers of every number the visit and the operation that made it."""

    def __init__(self, visits: Visits) -> None:
        super().__init__()
        self.visits = visits
        self.made_by: list[int] = []
        self.kinds: list[str] = []
        self.kind = ""

    def append(self, parts: Step | Block, /) -> None:
        if len(self) >= MOST_NUMBERS:
            raise TooMuch
        super().append(parts)
        self.made_by.append(self.visits.now)
        self.kinds.append(self.kind or _kind())

    def extend(self, more: Iterable[Step | Block], /) -> None:
        more = list(more)
        super().extend(more)
        self.made_by += [self.visits.now] * len(more)
        self.kinds += ["matmul"] * len(more)


def _kind() -> str:
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_name in _BETWEEN:
        frame = frame.f_back
    return frame.f_code.co_name.strip("_") if frame is not None else ""
