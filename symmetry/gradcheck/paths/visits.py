"""Which statement of the student's runs at every moment, in which call, and how often it ran before."""

import ast
import contextlib
import dataclasses
import sys
import types
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator

from symmetry.gradcheck.allocation import is_library
from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.named import Named, found, named
from symmetry.gradcheck.paths.source import assigns, quoted, reads, statements_of

MOST_VISITS = 3_000
"""Statements that run, counted each time, after which the paths are not followed."""

MOST_HELD = 3_000_000
"""Entries of all arrays that these statements read."""


class TooMuch(Exception):
    """The loss does too much for its paths to be followed."""


@dataclasses.dataclass
class Visit:
    """One run of one statement.

    Attributes:
        file, line: where the statement stands.
        parent: number of the visit that called the function it stands in; -1 if that is not the student's.
        step: how many visits of the same statement were before.
        frame: number of the call that it is part of.
        operands: the arrays that it reads, by name.
        results: the arrays that it assigned.
    """

    file: str
    line: int
    statement: ast.stmt
    parent: int
    step: int
    frame: int
    operands: list[Named]
    results: list[Named] = dataclasses.field(default_factory=list)

    @property
    def key(self) -> tuple[str, int]:
        """What all visits of one statement have in common."""
        return self.file, self.line

    @property
    def text(self) -> str:
        return quoted(self.file, self.line)

    @property
    def quote(self) -> str:
        """The statement in a cause's sentence."""
        return code(self.text)

    @property
    def is_simple(self) -> bool:
        """Whether its source can be read, and has no statements inside, as a loop has."""
        return bool(self.text) and not hasattr(self.statement, "body")

    def operand(self, text: str) -> Named:
        """The array that it reads under a name."""
        return next(each for each in self.operands if each.text == text)


@dataclasses.dataclass
class Call:
    """A call of a function of the student's: arrays in, one array out.

    Attributes:
        parent: number of the visit that calls it.
        arguments: the arrays among its arguments.
        result: what it returned.
    """

    name: str
    parent: int
    arguments: list[Named]
    result: Named | None = None


class Visits:
    """Follows the student's code statement by statement, as a debugger does."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.calls: list[Call] = []
        self._open: list[tuple[types.FrameType, int, Call, int]] = []
        self._steps: Counter = Counter()
        self._frames = 0
        self._held = 0

    @property
    def now(self) -> int:
        """The number of the visit that is under way; -1 if there is none."""
        return self._open[-1][1] if self._open else -1

    @contextlib.contextmanager
    def following(self) -> Iterator[None]:
        """Follows what runs inside."""
        before = sys.gettrace()
        sys.settrace(self._entered)
        try:
            yield
        finally:
            sys.settrace(before)

    def _entered(self, frame: types.FrameType, event: str, argument: object) -> Callable | None:
        function = frame.f_code
        if event != "call" or is_library(function.co_filename):
            return None
        names = function.co_varnames[: function.co_argcount]
        arrays = [array for name in names if (array := named(name, frame.f_locals.get(name)))]
        self._frames += 1
        self._open.append((frame, self.now, Call(function.co_name, self.now, arrays), self._frames))
        return self._moved

    def _moved(self, frame: types.FrameType, event: str, argument: object) -> Callable | None:
        if event == "line" and self._open and self._open[-1][0] is frame:
            self._finish(frame)
            self._begin(frame)
        elif event == "return":
            self._leave(frame, argument)
        return self._moved

    def _begin(self, frame: types.FrameType) -> None:
        _, current, call, number = self._open[-1]
        file = frame.f_code.co_filename
        statement = statements_of(file).get(frame.f_lineno)
        if statement is None:
            return
        last = self.visits[current] if current != call.parent else None
        if last is not None and last.statement is statement and frame.f_lineno != statement.lineno:
            return  # further lines of the same statement
        if len(self.visits) >= MOST_VISITS:
            raise TooMuch
        key = file, statement.lineno
        arrays = found(reads(*key), ChainMap(frame.f_locals, frame.f_globals))
        self._held += sum(each.entries.size for each in arrays)
        if self._held > MOST_HELD:
            raise TooMuch
        self.visits.append(Visit(*key, statement, call.parent, self._steps[key], number, arrays))
        self._steps[key] += 1
        self._open[-1] = frame, len(self.visits) - 1, call, number

    def _finish(self, frame: types.FrameType) -> None:
        """Looks at what the statement before has assigned."""
        _, current, call, _ = self._open[-1]
        if current != call.parent and not (visit := self.visits[current]).results:
            visit.results = found(assigns(*visit.key), ChainMap(frame.f_locals, frame.f_globals))

    def _leave(self, frame: types.FrameType, returned: object) -> None:
        while self._open and self._open[-1][0] is not frame:
            self._open.pop()
        if self._open:
            self._finish(frame)
            call = self._open.pop()[2]
            call.result = named(call.name, returned)
            if call.result is not None and call.parent >= 0:
                self.calls.append(call)
