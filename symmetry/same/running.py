"""Running a side: on exact numbers of 256 bits, or on floats of 64 bits where those do not run."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

import jax
import numpy as np
from jax.extend.core import jaxpr_as_fun

from symmetry.gradcheck.exact import values_of
from symmetry.gradcheck.jaxpr.values import Value, is_inexact, is_key
from symmetry.gradcheck.tape import recording
from symmetry.same.arithmetic import Exact, exact_numbers
from symmetry.same.evaluate import Arithmetic, evaluate
from symmetry.same.sides import Leaf, Side


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a side returns.

    Attributes:
        leaves: arrays of balls, of floats of 64 bits, of whole numbers or of booleans.
        unclear: whether a comparison on the way could not be decided, since balls overlap.
        operations: how many operations it took on exact numbers.
    """

    leaves: tuple[np.ndarray, ...]
    unclear: bool = False
    operations: int = 0


class System(Protocol):
    """A kind of number on which sides run."""

    def lifted(self, leaf: Leaf) -> Value:
        """A parameter or an input as the argument of a program."""
        ...

    def arithmetic(self) -> Arithmetic:
        """An arithmetic that leaves numbers as they are."""
        ...

    def run(
        self, side: Side, parameters: Sequence[Value], inputs: Sequence[Value], arithmetic: Arithmetic | None = None
    ) -> Outcome:
        """What the side returns, perhaps in another arithmetic.

        Raises:
            CannotRun: a primitive has no rule, or it takes too long.
        """
        ...


class ExactSystem:
    """Balls of 256 bits: two results are told apart however small their difference is."""

    def lifted(self, leaf: Leaf) -> Value:
        return exact_numbers(leaf) if not is_key(leaf) and is_inexact(leaf.dtype) else leaf

    def arithmetic(self) -> Arithmetic:
        return Exact()

    def run(
        self, side: Side, parameters: Sequence[Value], inputs: Sequence[Value], arithmetic: Arithmetic | None = None
    ) -> Outcome:
        with recording(remembers=False) as tape:
            values = _run(side, arithmetic or self.arithmetic(), [*parameters, *inputs])
        balls = (
            values_of(each) if is_inexact(shape.dtype) else each
            for each, shape in zip(values, side.shapes, strict=True)
        )
        return Outcome(tuple(balls), tape.unclear > 0, tape.operations)


class DoubleSystem:
    """Floats of 64 bits, by NumPy."""

    def lifted(self, leaf: Leaf) -> Value:
        return np.asarray(leaf, np.float64) if not is_key(leaf) and is_inexact(leaf.dtype) else leaf

    def arithmetic(self) -> Arithmetic:
        return Arithmetic()

    def run(
        self, side: Side, parameters: Sequence[Value], inputs: Sequence[Value], arithmetic: Arithmetic | None = None
    ) -> Outcome:
        values = _run(side, arithmetic or self.arithmetic(), [*parameters, *inputs])
        floats = (
            np.asarray(each, np.float64) if is_inexact(shape.dtype) else each
            for each, shape in zip(values, side.shapes, strict=True)
        )
        return Outcome(tuple(floats))


DOUBLES = DoubleSystem()


def _run(side: Side, arithmetic: Arithmetic, arguments: list[Value]) -> list[np.ndarray]:
    with jax.enable_x64(side.in_64_bits), np.errstate(all="ignore"):
        return [np.asanyarray(each) for each in evaluate(arithmetic, side.program, *arguments)]


class Floats:
    """A side as it runs for its owner: compiled by JAX, in its own types."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.compiled = jax.jit(jaxpr_as_fun(side.program))

    def __call__(self, inputs: Sequence[Leaf]) -> tuple[np.ndarray, ...]:
        """What it returns, as floats of 64 bits."""
        with jax.debug_nans(False), jax.debug_infs(False):
            results = self.compiled(*self.side.parameters, *inputs)
        return tuple(np.asarray(each, np.float64) if is_inexact(each.dtype) else np.asarray(each) for each in results)
