"""Where symbols come from: named variables, or the exact rationals that a buffer of bytes stands for."""

import numpy as np

from symmetry.activation import FAMILIES, activation_named
from symmetry.loss import Loss, loss_named
from symmetry.numbers.ball.source import ByteFloats
from symmetry.numbers.symbol.functions import UnknownFormula, UnknownLossFormula
from symmetry.numbers.symbol.symbol import Symbol
from symmetry.source import Source


class Symbols(Source):
    """One case of named SymPy symbols, with an unknown function in the place of each activation and of the loss.

    Activations and a loss may be given by name instead. Indices are 0, 1, 2, ... in turn.
    """

    def numbers(self, name: str, shape: tuple[int, ...]) -> Symbol:
        return Symbol.named(name.replace(" ", "_"), shape)

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Symbol:
        return Symbol.named(name.replace(" ", "_"), shape, positive=True)

    def constants(self, numbers: np.ndarray) -> Symbol:
        return Symbol.of(numbers)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return (np.arange(int(np.prod(shape, dtype=int))).reshape(shape) + 1) % below

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        return activation_named(known) if known else UnknownFormula(f"phi_{name.split()[-1]}")

    def loss(self, known: str | None) -> Loss | UnknownLossFormula:
        return loss_named(known) if known else UnknownLossFormula()


class ByteRationals(ByteFloats):
    """The numbers of one buffer of bytes as SymPy's, exact; activations and losses that are rational functions.

    What a claim is refuted with: see `symmetry.engine.refute`.
    """

    ACTIVATIONS = ("identity", "relu", "square", "leaky_relu")

    def __init__(self, buffer: bytes):
        super().__init__(np.frombuffer(buffer, np.uint8)[None, :])

    def numbers(self, name: str, shape: tuple[int, ...]) -> Symbol:
        return Symbol.of(super().numbers(name, shape)[0])

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Symbol:
        return Symbol.of(super().positive_numbers(name, shape)[0])

    def constants(self, numbers: np.ndarray) -> Symbol:
        return Symbol.of(numbers)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return super().integers(name, shape, below)[0]

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        if usually is not None and known is None:
            return activation_named(usually)
        allowed = [phi for phi in map(activation_named, self.ACTIVATIONS) if FAMILIES[family](phi)]
        chosen = [phi for phi in allowed if phi.name == known] or allowed
        return chosen[int(self.integers(name, (), len(chosen)))]

    def loss(self, known: str | None) -> Loss:
        return loss_named("half_squared_error")
