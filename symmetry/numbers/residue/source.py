"""Where residues come from: uniform at random, with oracles in the place of activations and losses."""

import numpy as np

from symmetry.numbers.ball.source import RandomFloats
from symmetry.numbers.residue.oracle import UnknownActivation, UnknownLoss
from symmetry.numbers.residue.residue import PRIME, Residue
from symmetry.source import Source


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
        return UnknownActivation(self.key(name), family, name)

    def loss(self, known: str | None) -> UnknownLoss:
        return UnknownLoss(self.key("loss"))

    def key(self, name: str) -> np.ndarray:
        """The key of the oracle of that name, at each point."""
        return self.floats.integers(name, (), 2**63).astype(np.uint64)
