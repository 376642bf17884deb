"""What the loss did, seen from the student's code: the tape, with the statement and the operation that made each number."""

import dataclasses
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from symmetry.gradcheck.exact import ExactNumber, Numbers, merged
from symmetry.gradcheck.exact_run import ExactLoss, loss_run
from symmetry.gradcheck.number import Operand, exact_number
from symmetry.gradcheck.paths.named import Named, named
from symmetry.gradcheck.paths.source import forget
from symmetry.gradcheck.paths.visits import TooMuch, Visits
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.tape import Block, Step, note

BITS = 64
"""Enough for values that are compared to a millionth."""

MOST_NUMBERS = 60_000
"""Numbers on the tape up to which the paths are followed."""

CHOICES = ("maximum", "minimum", "fmax", "fmin")

_BETWEEN = {"note", "note_block", "_made", "made", "made_of_two", "append", "_of_matrices", "product"}


@dataclasses.dataclass(frozen=True)
class Operation:
    """One operation on whole arrays, such as a product entry by entry.

    Attributes:
        visit: the number of the visit it is part of.
        name: NumPy's for it; `maximum.reduce` for the largest along axes.
        inputs: the arrays, without names.
        result: the array that came out.
    """

    visit: int
    name: str
    inputs: tuple[Named, ...]
    result: Named


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
        before = len(self)
        super().extend(more)
        self.made_by += [self.visits.now] * (len(self) - before)
        self.kinds += ["matmul"] * (len(self) - before)


def _kind() -> str:
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_name in _BETWEEN:
        frame = frame.f_back
    return frame.f_code.co_name.strip("_") if frame is not None else ""


class Recorder:
    """Watches operations on arrays of exact numbers while a loss runs, and puts on the tape which entries were chosen."""

    def __init__(self) -> None:
        self.visits = Visits()
        self.parts = Parts(self.visits)
        self.operations: list[Operation] = []

    def watch(
        self,
        ufunc: np.ufunc,
        method: str,
        inputs: tuple,
        keywords: Mapping[str, Operand],
        applied: Callable[[], Operand],
    ) -> Operand:
        """Applies a ufunc and remembers it."""
        before = tuple(named("", np.asarray(each)) for each in inputs)
        outcome = applied()
        if not any(each is not None and each.live.size for each in before):
            return outcome
        name = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
        if ufunc.__name__ in CHOICES and not keywords.get("out"):
            outcome = self._chosen(method, inputs, keywords, outcome)
        self._note(name, before, outcome)
        return outcome

    def watch_where(self, condition: Operand, one: Operand, other: Operand, outcome: Operand) -> Operand:
        """Puts what `np.where` chose on the tape, and what it did not."""
        shape = np.shape(outcome)
        taken = np.broadcast_to(np.asarray(condition), shape).ravel()
        rows = zip(taken, _side_by_side((one, other), shape), strict=True)
        outcome = self._numbered([row if first else row[::-1] for first, row in rows], shape, "where")
        self._note("where", tuple(named("", np.asarray(each)) for each in (one, other)), outcome)
        return outcome

    def _note(self, name: str, before: tuple, outcome: Operand) -> None:
        result = named("", outcome)
        if result is not None and all(each is not None for each in before):
            self.operations.append(Operation(self.visits.now, name, before, result))

    def _chosen(self, method: str, inputs: tuple, keywords: Mapping[str, Operand], outcome: Operand) -> Operand:
        """The largest entries as new numbers, made of those they were chosen from."""
        shape = np.shape(outcome)
        if method == "__call__" and len(inputs) == 2:
            groups = _side_by_side(inputs, shape)
        elif method == "reduce":
            rows = merged(np.asarray(inputs[0], object), keywords.get("axis", 0))
            groups = rows.reshape(-1, rows.shape[-1])
        else:
            return outcome
        pairs = zip(groups, np.asarray(outcome, object).ravel(), strict=True)
        ordered = [sorted(group, key=lambda each, best=best: each is not best) for group, best in pairs]
        return self._numbered(ordered, shape, "chosen")

    def _numbered(self, groups: Iterable, shape: tuple[int, ...], kind: str) -> Operand:
        """Numbers of the first of each group, whose derivative in the rest is 0."""
        self.parts.kind = kind
        entries = [_first_of(group) for group in groups]
        self.parts.kind = ""
        return np.fromiter(entries, object, len(entries)).reshape(shape).view(Numbers) if shape else entries[0]


def _side_by_side(arrays: tuple[Operand, Operand], shape: tuple[int, ...]) -> np.ndarray:
    """The entries of two arrays in pairs."""
    return np.stack([np.broadcast_to(np.asarray(each, object), shape).ravel() for each in arrays], axis=1)


def _first_of(group: Sequence) -> Operand:
    parts: list[int] = []
    for place, each in enumerate(group):
        if isinstance(each, ExactNumber) and each.node is not None:
            parts += [each.node, int(place == 0)]
    return ExactNumber(exact_number(group[0]).value, note(tuple(parts))) if parts else group[0]


def recorded(student: Student, point: Point) -> tuple[ExactLoss, Recorder]:
    """Runs the loss on exact numbers, and watches it: the loss that ran, and what was seen.

    Raises:
        TooMuch: it does too much.
        CannotRun: it cannot run on exact numbers.
    """
    forget()
    recorder = Recorder()
    with recorder.visits.following():
        return loss_run(student, point, bits=BITS, observer=recorder), recorder
