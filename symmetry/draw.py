"""Where the numbers of a case come from: random floats, Hypothesis's bytes, residues or symbols.

A case is drawn by one function whatever the source (`symmetry.cases`). All but symbols draw many cases at once: every
array has a leading axis of `count` cases.
"""

import zlib
from typing import Any, Protocol

import numpy as np

from symmetry.activation import ACTIVATIONS, Choice, activation_named
from symmetry.loss import LOSSES, LossChoice, loss_named
from symmetry.numbers.residue import PRIME, Residue, UnknownActivation, UnknownLoss


class Source(Protocol):
    """What cases are made of. `name` tells one draw from another, so that equal seeds give equal cases."""

    def numbers(self, name: str, shape: tuple[int, ...]) -> Any:
        """Numbers of the source's system."""
        ...

    def constants(self, numbers: np.ndarray) -> Any:
        """The given numbers, in every case."""
        ...

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> Any:
        """Indices in range(below), uniform."""
        ...

    def activation(
        self, name: str, known: str | None, *, through_zero: bool = False, usually: str | None = None
    ) -> Any:
        """An activation: the known one if there is one, else any, or the usual one in most cases if there is one.

        With `through_zero`, phi(0) = 0 is known of it.
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

    def activation(self, name: str, known: str | None, *, through_zero: bool = False, usually: str | None = None):
        if known is not None and (activation_named(known).through_zero or not through_zero):
            return activation_named(known)
        allowed = np.array([index for index, phi in enumerate(ACTIVATIONS) if phi.through_zero or not through_zero])
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

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return self._bytes(shape).astype(np.int64) % below


class RandomResidues(Source):
    """Uniform residues, with a random oracle in the place of every activation and of the loss."""

    def __init__(self, seed: tuple[int, ...], count: int):
        self.floats, self.count = RandomFloats(seed, count), count

    def numbers(self, name: str, shape: tuple[int, ...]) -> Residue:
        return Residue(self.floats.integers(name, shape, PRIME).astype(np.uint64))

    def constants(self, numbers: np.ndarray) -> Residue:
        """Fresh residues: an identity must hold at any data."""
        return self.numbers("constants", numbers.shape)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return self.floats.integers(name, shape, below)

    def activation(self, name: str, known: str | None, *, through_zero: bool = False, usually: str | None = None):
        return UnknownActivation(self._key(name), through_zero)

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

    def constants(self, numbers: np.ndarray) -> Any:
        from symmetry.numbers.symbol import Symbol

        return Symbol.of(numbers)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        return (np.arange(int(np.prod(shape, dtype=int))).reshape(shape) + 1) % below

    def activation(self, name: str, known: str | None, *, through_zero: bool = False, usually: str | None = None):
        from symmetry.numbers.symbol import UnknownFormula

        return activation_named(known) if known else UnknownFormula(f"phi_{name.split()[-1]}")

    def loss(self, known: str | None):
        from symmetry.numbers.symbol import UnknownLossFormula

        return loss_named(known) if known else UnknownLossFormula()
