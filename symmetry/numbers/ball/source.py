"""Where floats come from: random numbers, or the bytes that Hypothesis generates and shrinks; and drawn floats as balls."""

import zlib

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import ACTIVATIONS, FAMILIES, Choice, activation_named
from symmetry.array import Array, Tree
from symmetry.loss import LOSSES, Loss, LossChoice, loss_named
from symmetry.numbers.ball.ball import Ball
from symmetry.source import Source

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

    def loss(self, known: str | None) -> Loss | LossChoice:
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


SCALED, LARGEST_SCALE = 16, 10
"""In one case of so many, each array is multiplied by a power of 2, up to 2^10 and down to 2^-10."""


class FloatsOfManyScales(RandomFloats):
    """Normal numbers, and in some cases arrays whose numbers are all large or all small, each on its own scale."""

    def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        powers = self.integers(f"{name} scale", (), 2 * LARGEST_SCALE + 1) - LARGEST_SCALE
        scales = np.where(self.integers("scaled", (), SCALED) == 0, 2.0**powers, 1)
        return super().numbers(name, shape) * scales.reshape(-1, *[1] * len(shape))


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


def round_to(cases: Tree, dtype) -> Tree:
    """Drawn float64 numbers rounded to a float type, the largest finite one where they overflow."""
    largest = float(jnp.finfo(dtype).max)

    def rounded(leaf: Array) -> np.ndarray:
        leaf = np.asarray(leaf)
        return np.clip(leaf, -largest, largest).astype(dtype) if leaf.dtype == np.float64 else leaf

    return jax.tree.map(rounded, cases)


def as_balls(cases: Tree) -> Tree:
    """Floats as exact balls; indices, keys and residues as they are."""

    def number(leaf: Array) -> Array:
        return Ball.exact(leaf) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf

    return jax.tree.map(number, cases)


def float_types(cases: Tree) -> set[str]:
    """The float types of the centers of the balls in a tree, by name."""
    leaves = jax.tree.leaves(cases, is_leaf=lambda node: isinstance(node, Ball))
    return {str(leaf.center.dtype) for leaf in leaves if isinstance(leaf, Ball)}
