"""The tape: what was done with exact numbers, from which the derivative of a result follows (griewank2008evaluating)."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import flint
import numpy as np
from flint import arb

PRECISION = 256
"""Bits that exact numbers carry."""

MOST_OPERATIONS = 1_000_000
"""Operations after which code is left to faster number systems: a second or two, and less than 300 MiB."""

Step = tuple[Any, ...]
"""What a number was made of: place of an operand, derivative in it, place of the next operand, and so on."""

Rates = list[arb | None]
"""The derivative of a result in every number on the tape; None where none was found yet."""


class Noted(Protocol):
    """A number as the tape knows it; its place is None for a constant."""

    value: arb
    node: int | None


class Block(Protocol):
    """Many results on the tape that are differentiated together."""

    def pass_back(self, rates: Rates, sizes: bool) -> None: ...


class Observer(Protocol):
    """Watches what is done with whole arrays, and keeps the tape's steps."""

    @property
    def parts(self) -> list[Step | Block]: ...

    def watch(
        self, ufunc: np.ufunc, method: str, inputs: tuple, keywords: Mapping[str, object], applied: Callable
    ) -> object: ...

    def watch_where(self, condition: object, one: object, other: object, outcome: object) -> object: ...


class CannotRun(TypeError):
    """The code does something that exact numbers cannot follow, such as storing them as floats."""


class Tape:
    """What was done with numbers: of each result, the numbers it was made of and its derivative in each of them.

    Attributes:
        parts: of every number in turn: place of an operand, derivative in it, place of the next operand, ...; nothing for an
            input. Or a block: an object that passes the rates of many results back at once, at the place of the first.
        bits: how many bits numbers carry.
        remembers: whether derivatives are wanted; if not, a number only knows whether it is made of inputs.
        operations: how many there were, those with constants included.
        converted: the numbers made of inputs that code turned into floats.
        nudge: by how much of its size each such float is off: whether it matters shows in the result.
        wobble: changes the floats that code brings in, as if they had been rounded otherwise; None leaves them as they are.
        casts: the float types that code cast numbers to, which exact numbers ignore.
        ties: how many comparisons were of numbers made of inputs that are equal: where there are none, there is no kink.
        unclear: how many comparisons could not be decided, since the balls overlap and are not one number.
        observer: watches what is done with whole arrays, and keeps the parts; None for most runs.
        refusal: why the code cannot be followed, once it cannot.
    """

    def __init__(self, remembers: bool = True, bits: int = PRECISION, observer: Observer | None = None) -> None:
        self.bits = bits
        self.observer = observer
        self.parts: list[Step | Block] = [] if observer is None else observer.parts
        self.remembers = remembers
        self.operations = 0
        self.converted: list[Noted] = []
        self.nudge = 0.0
        self.wobble: Callable[[float], arb] | None = None
        self.casts: set = set()
        self.ties = 0
        self.unclear = 0
        self.refusal = ""

    def input(self) -> int:
        """The place of a new number that derivatives are taken in."""
        if not self.remembers:
            return 0
        self.parts.append(())
        return len(self.parts) - 1

    def derivatives(self, result: Noted, inputs: int, sizes: bool = False) -> list[arb]:
        """The derivative of a result in each of the first `inputs` numbers; 0 if it depends on none.

        If `sizes`, the size of every contribution stands in its place: large beside a derivative to which others add up to 0.
        """
        rates: Rates = [None] * len(self.parts)
        if result.node is not None:
            rates[result.node] = arb(1)
        with flint.ctx.workprec(self.bits):
            for node in range(len(self.parts) - 1, -1, -1):
                parts, rate = self.parts[node], rates[node]
                if not isinstance(parts, tuple):
                    parts.pass_back(rates, sizes)
                elif rate is not None:
                    for place in range(0, len(parts), 2):
                        slope = parts[place + 1]
                        add_rate(rates, parts[place], rate * (abs(slope) if sizes else slope))
        return [arb(0) if rate is None else rate for rate in rates[:inputs]]


def add_rate(rates: Rates, node: int, rate: arb) -> None:
    """Adds to the derivative of the result in the number at a place."""
    known = rates[node]
    rates[node] = rate if known is None else known + rate


_tape = Tape()
_work = 0


@contextlib.contextmanager
def recording(bits: int = PRECISION, remembers: bool = True, observer: Observer | None = None) -> Iterator[Tape]:
    """A fresh tape, and that many bits, for the code that runs inside."""
    global _tape, _work
    outer, precision = _tape, flint.ctx.prec
    _tape, flint.ctx.prec = Tape(remembers, bits, observer), bits
    try:
        yield _tape
        if _tape.refusal:  # the code took the error for an answer
            raise CannotRun(_tape.refusal)
    except Exception as error:
        # NumPy's loops over objects may go on after an error, and end in another one.
        if _tape.refusal:
            raise CannotRun(_tape.refusal) from error
        raise
    finally:
        _work += _tape.operations
        _tape, flint.ctx.prec = outer, precision


def work_done() -> int:
    """How many operations were done since the process began."""
    return _work


def current() -> Tape:
    """The tape of the code that runs now."""
    return _tape


def note(parts: Step) -> int | None:
    """Puts a result on the tape, and returns its place; None if it is made of constants only."""
    tape = _tape
    count(1)
    if not parts:
        return None
    if not tape.remembers:
        return 0
    tape.parts.append(parts)
    return len(tape.parts) - 1


def note_block(block: Block, results: int) -> range:
    """Puts many results on the tape that are differentiated together, and returns their places."""
    start = len(_tape.parts)
    _tape.parts.append(block)
    _tape.parts.extend([()] * (results - 1))
    return range(start, start + results)


def count(operations: int) -> None:
    """Counts work that is done."""
    _tape.operations += operations
    if _tape.operations > MOST_OPERATIONS:
        _tape.refusal = f"it takes more than {MOST_OPERATIONS:,} operations"
        raise CannotRun(_tape.refusal)
