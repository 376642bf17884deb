"""The tape: what was done with exact numbers, from which the derivative of a result follows (griewank2008evaluating)."""

import contextlib
from collections.abc import Iterator
from typing import Any

import flint
from flint import arb

PRECISION = 256
"""Bits that exact numbers carry."""

MOST_OPERATIONS = 600_000
"""Operations after which code is left to faster number systems: one or two seconds."""


class CannotRun(TypeError):
    """The code does something that exact numbers cannot follow, such as storing them as floats."""


class Tape:
    """What was done with numbers: of each result, the numbers it was made of and its derivative in each of them.

    Attributes:
        parts: of every number in turn, (place of an operand, derivative in it); nothing for an input.
        operations: how many there were, those with constants included.
        converted: the numbers that were made floats.
        refusal: why the code cannot be followed, once it cannot.
    """

    def __init__(self) -> None:
        self.parts: list[tuple] = []
        self.operations = 0
        self.converted: list[Any] = []
        self.refusal = ""

    def input(self) -> int:
        """The place of a new number that derivatives are taken in."""
        self.parts.append(())
        return len(self.parts) - 1

    def derivatives(self, result: Any, inputs: int) -> list[arb]:
        """The derivative of a result in each of the first `inputs` numbers; 0 if it depends on none."""
        rates: list[Any] = [None] * len(self.parts)
        if getattr(result, "node", None) is not None:
            rates[result.node] = arb(1)
        for node in range(len(self.parts) - 1, -1, -1):
            rate = rates[node]
            if rate is None:
                continue
            for operand, slope in self.parts[node]:
                step = rate * slope
                rates[operand] = step if rates[operand] is None else rates[operand] + step
        return [arb(0) if rate is None else rate for rate in rates[:inputs]]

    def refuse(self, reason: str) -> CannotRun:
        self.refusal = reason
        return CannotRun(reason)


_tape = Tape()


@contextlib.contextmanager
def recording(bits: int = PRECISION) -> Iterator[Tape]:
    """A fresh tape, and that many bits, for the code that runs inside."""
    global _tape
    outer, precision = _tape, flint.ctx.prec
    _tape, flint.ctx.prec = Tape(), bits
    try:
        yield _tape
    except Exception as error:
        # NumPy's loops over objects may go on after an error, and end in another one.
        if _tape.refusal:
            raise CannotRun(_tape.refusal) from error
        raise
    finally:
        _tape, flint.ctx.prec = outer, precision


def note(parts: tuple) -> int | None:
    """Puts a result on the tape, and returns its place; None if it is made of constants only."""
    _tape.operations += 1
    if _tape.operations > MOST_OPERATIONS:
        raise _tape.refuse(f"it takes more than {MOST_OPERATIONS:,} operations")
    if not parts:
        return None
    _tape.parts.append(parts)
    return len(_tape.parts) - 1


def note_conversion(number: Any) -> None:
    """A number is made a float: a loss may well end in that, so one is followed, and a second one refused."""
    _tape.converted.append(number)
    if len(_tape.converted) > 1:
        raise _tape.refuse("numbers are stored as floats, in an array made before or by `float(...)`")
