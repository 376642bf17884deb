"""Where the numbers of a case come from: random floats, Hypothesis's bytes, residues or symbols.

A case is drawn by one function whatever the source (`symmetry.cases`). All but symbols draw many cases at once: every
array has a leading axis of `count` cases.
"""

import zlib
from typing import Any, Protocol

import numpy as np

from symmetry.activation import ACTIVATIONS, FAMILIES, Choice, activation_named
from symmetry.loss import LOSSES, LossChoice, loss_named
from symmetry.numbers.residue import PRIME, Residue, UnknownActivation, UnknownLoss


class Source(Protocol):
    """What cases are made of. `name` tells one draw from another, so that equal seeds give equal cases."""

    def numbers(self, name: str, shape: tuple[int, ...]) -> Any:
        """Numbers of the source's system."""
        ...

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Any:
        """Numbers above 0; in exact arithmetic modulo a prime, squares, which do as the positive ones."""
        ...

    def constants(self, numbers: np.ndarray) -> Any:
        """The given numbers, in every case."""
        ...

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> Any:
        """Indices in range(below), uniform."""
        ...

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None) -> Any:
        """An activation of a family: the known one if there is one and it belongs, else any that does.

        With `usually`, it is that one in most cases.
        """
        ...

    def loss(self, known: str | None) -> Any:
        """A loss, the known one if there is one."""
        ...


UNUSUAL = 64
"""One case in so many has an unusual activation where one is usual.

Outputs are usually affine, as losses expect them. A saturated or dead output has gradients too small for any bound.
"""


class FloatSource(Source):
    """What the two sources of floats share: activations and losses of the tables, chosen case by case."""

    count: int

    def constants(self, numbers: np.ndarray) -> np.ndarray:
        return np.broadcast_to(numbers, (self.count, *numbers.shape))

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        belongs = FAMILIES[family]
        if known is not None and belongs(activation_named(known)):
            return activation_named(known)
        allowed = np.array([index for index, phi in enumerate(ACTIVATIONS) if belongs(phi)])
        index = allowed[self.integers(name, (), len(allowed))]
        if usually is not None:
            usual = ACTIVATIONS.index(activation_named(usually))
            index = np.where(self.integers(f"{name} unusual", (), UNUSUAL) == 1, index, usual)
        return Choice(index)

    def loss(self, known: str | None):
        return loss_named(known) if known else LossChoice(self.integers("loss", (), len(LOSSES)))


class RandomFloats(FloatSource):
    """Standard normal numbers, as float64; a stream of their own for every name."""

    def __init__(self, seed: tuple[int, ...], count: int):
        self.seed, self.count = seed, count

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """Between 1/4 and 4, a size of 1 in the middle."""
        return 2.0 ** self._generator(name).uniform(-2, 2, (self.count, *shape))

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng((*self.seed, zlib.crc32(name.encode())))

    def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        return self._generator(name).standard_normal((self.count, *shape))

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return self._generator(name).integers(below, size=(self.count, *shape))


BUFFER = 128
"""Bytes a case is made from: constant, so that Hypothesis shrinks values and not lengths."""


def _simplest_first() -> np.ndarray:
    """The number that each byte stands for: dyadic and so exact; 0 and 1 first, four extreme ones last."""
    positive = [1.0, 2.0, 0.5, 3.0, 0.25, 1.5, 4.0, 0.125]
    positive += sorted({k / 16 for k in range(1, 160)} - set(positive), key=lambda number: (number % 1 > 0, number))
    ordered = [0.0] + [sign * number for number in positive for sign in (1, -1)]
    return np.array([*ordered[:252], 2.0**20, -(2.0**20), 2.0**-20, 2.0**-130])


NUMBER_OF_BYTE = _simplest_first()

POWERS = np.array([1, 2, 0.5, 4, 0.25])
"""Positive numbers, the simplest first."""


class ByteFloats(FloatSource):
    """Numbers read off a buffer of bytes a case, round and round: what Hypothesis generates and shrinks.

    Args:
        buffers: an array (count, BUFFER) of bytes.
    """

    def __init__(self, buffers: np.ndarray):
        self.buffers, self.count, self.position = buffers, len(buffers), 0

    def _bytes(self, shape: tuple[int, ...]) -> np.ndarray:
        size = int(np.prod(shape, dtype=int))
        places = (self.position + np.arange(size)) % self.buffers.shape[1]
        self.position += size
        return self.buffers[:, places].reshape(self.count, *shape)

    def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        return NUMBER_OF_BYTE[self._bytes(shape)]

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """Powers of 2, 1 first."""
        return POWERS[self._bytes(shape) % len(POWERS)]

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return self._bytes(shape).astype(np.int64) % below


class ByteRationals(ByteFloats):
    """The numbers of one buffer of bytes as SymPy's, exact; activations and losses that are rational functions.

    What a claim is refuted with: see `symmetry.engine.refute`.
    """

    ACTIVATIONS = ("identity", "relu", "square", "leaky_relu")

    def __init__(self, buffer: bytes):
        super().__init__(np.frombuffer(buffer, np.uint8)[None, :])

    def numbers(self, name: str, shape: tuple[int, ...]):
        return self._exact(super().numbers(name, shape))

    def positive_numbers(self, name: str, shape: tuple[int, ...]):
        return self._exact(super().positive_numbers(name, shape))

    def constants(self, numbers: np.ndarray):
        return self._exact(numbers[None])

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return super().integers(name, shape, below)[0]

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        if usually is not None and known is None:
            return activation_named(usually)
        allowed = [phi for phi in map(activation_named, self.ACTIVATIONS) if FAMILIES[family](phi)]
        chosen = [phi for phi in allowed if phi.name == known] or allowed
        return chosen[int(self.integers(name, (), len(chosen)))]

    def loss(self, known: str | None):
        return loss_named("half_squared_error")

    @staticmethod
    def _exact(numbers: np.ndarray):
        from symmetry.numbers.symbol import Symbol

        return Symbol.of(numbers[0])


class RandomResidues(Source):
    """Uniform residues, with a random oracle in the place of every activation and of the loss."""

    def __init__(self, seed: tuple[int, ...], count: int):
        self.floats, self.count = RandomFloats(seed, count), count

    def numbers(self, name: str, shape: tuple[int, ...]) -> Residue:
        return Residue(self.floats.integers(name, shape, PRIME).astype(np.uint64))

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Residue:
        root = self.numbers(name, shape)
        return root * root

    def constants(self, numbers: np.ndarray) -> Residue:
        """Fresh residues: an identity must hold at any data."""
        return self.numbers("constants", numbers.shape)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return self.floats.integers(name, shape, below)

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        return UnknownActivation(self._key(name), family)

    def loss(self, known: str | None) -> UnknownLoss:
        return UnknownLoss(self._key("loss"))

    def _key(self, name: str) -> np.ndarray:
        return self.floats.integers(name, (), 2**63).astype(np.uint64)


class Symbols(Source):
    """One case of named SymPy symbols, with an unknown function in the place of each activation and of the loss.

    Activations and a loss may be given by name instead. Indices are 0, 1, 2, ... in turn.
    """

    def numbers(self, name: str, shape: tuple[int, ...]) -> Any:
        from symmetry.numbers.symbol import Symbol

        return Symbol.named(name.replace(" ", "_"), shape)

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Any:
        from symmetry.numbers.symbol import Symbol

        return Symbol.named(name.replace(" ", "_"), shape, positive=True)

    def constants(self, numbers: np.ndarray) -> Any:
        from symmetry.numbers.symbol import Symbol

        return Symbol.of(numbers)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return (np.arange(int(np.prod(shape, dtype=int))).reshape(shape) + 1) % below

    def activation(self, name: str, known: str | None, *, family: str = "any", usually: str | None = None):
        from symmetry.numbers.symbol import UnknownFormula

        return activation_named(known) if known else UnknownFormula(f"phi_{name.split()[-1]}")

    def loss(self, known: str | None):
        from symmetry.numbers.symbol import UnknownLossFormula

        return loss_named(known) if known else UnknownLossFormula()
