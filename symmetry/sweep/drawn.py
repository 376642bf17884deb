"""The numbers of network i: random bits by a counter, mapped to floats by whole-number arithmetic alone.

So (theorem, seed, i) names a network for ever: the chunk, the device, the number of processes and NumPy have no part in it.
All is drawn for one network; a kernel runs it for many.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.activation import ACTIVATIONS, FAMILIES, Activation, activation_named
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import CaseType, draw_cases
from symmetry.loss import LOSSES, Loss, loss_named
from symmetry.numbers.ball.source import UNUSUAL
from symmetry.source import Source
from symmetry.sweep.choices import OneActivation, OneLoss
from symmetry.sweep.philox import philox
from symmetry.sweep.variety import Variety

BLOCK = 256
"""Networks in a row that share architecture, activations and loss."""

SHARED = 1 << 16
"""The place, in a block, of what its networks share."""

MOST = 10**6
"""More numbers than any network has."""


class Place(NamedTuple):
    """Which network: a key of the theorem, the seed, its block and its place in it; `family` decides what a block shares.

    All are uint32.
    """

    theorem: Array
    seed: Array
    family: Array
    block: Array
    place: Array

    def words(self, count: int) -> Array:
        """So many words of random bits of the network, uint32."""
        return _words([self.place, self.block], count, self)

    def shared(self, count: int) -> Array:
        """So many words of random bits of its family."""
        return _words([jnp.uint32(SHARED), self.family], count, self)


def _words(first: list[Array], count: int, place: Place) -> Array:
    fours = jnp.arange(-(-count // 4), dtype=jnp.uint32)
    words = philox([*first, jnp.uint32(0), fours], [place.theorem, place.seed])
    return jnp.concatenate(words)[:count]


class Pool(NamedTuple):
    """What arrays are cut from: for each entry two words of random bits, and a number made of them."""

    high: Array
    low: Array
    numbers: Array


@dataclasses.dataclass
class CountedFloats(Source):
    """Draws one network, entry by entry from a pool, in the order in which it is asked.

    Attributes:
        pool: as many entries as will be asked for.
        shared: words of random bits that a family of blocks shares.
        variety: of what kind the network is.
        dtype: float32 or float64; a network in float32 has the numbers of that in float64, cut to fewer bits.
        drawn: entries so far.
        chosen: words of the family so far.
    """

    pool: Pool
    shared: Array
    variety: Variety
    dtype: np.dtype
    drawn: int = 0
    chosen: int = 0

    def numbers(self, name: str, shape: tuple[int, ...]) -> Array:
        """Of both signs, from 1/8 to 2 in size, each power of 2 as often; on networks of some kinds others."""
        bits, entries = self._take(()).high, self._take(shape)
        return self.variety.repeated(entries.numbers * self._power(self.variety.exponent(bits)), bits)

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Array:
        """From 1/4 to 4, each power of 2 as often."""
        high, low, _ = self._take(shape)
        return floats(jnp.zeros_like(high), top(high << 1, 4) - 2, high & 0xFFFFF, low, self.dtype)

    def constants(self, numbers: np.ndarray) -> Array:
        return jnp.asarray(numbers, self.dtype)

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> Array:
        return top(self._take(shape).high, below)

    def activation(
        self, name: str, known: str | None, *, family: str = "any", usually: str | None = None
    ) -> Activation | OneActivation:
        belongs = FAMILIES[family]
        if known is not None and belongs(activation_named(known)):
            return activation_named(known)
        allowed = np.array([index for index, phi in enumerate(ACTIVATIONS) if belongs(phi)])
        index = jnp.asarray(allowed)[self._choice(len(allowed))]
        if usually is not None:
            usual = ACTIVATIONS.index(activation_named(usually))
            index = jnp.where(self._choice(UNUSUAL) == 1, index, usual)
        return OneActivation(index)

    def loss(self, known: str | None) -> Loss | OneLoss:
        return loss_named(known) if known else OneLoss(self._choice(len(LOSSES)))

    def _choice(self, below: int) -> Array:
        """An index in range(below) for all networks of a family."""
        self.chosen += 1
        return top(self.shared[self.chosen - 1], below)

    def _take(self, shape: tuple[int, ...]) -> Pool:
        """The next entries of the pool, as arrays of a shape."""
        size = math.prod(shape)
        self.drawn += size
        return Pool(*(part[self.drawn - size : self.drawn].reshape(shape) for part in self.pool))

    def _power(self, exponent: Array) -> Array:
        zero = jnp.uint32(0)
        return floats(zero, exponent, zero, zero, self.dtype)


def draw(
    types: Mapping[str, CaseType], architecture: Architecture, place: Place, dtype: np.dtype
) -> tuple[dict[str, Any], Array]:
    """The cases of one network, and the sum of all bits drawn for it, modulo 2^32.

    Raises:
        Exception: a kind of case is drawn in a way that only NumPy knows.
    """
    entries, choices = _needed(types, architecture)
    words = place.words(1 + 2 * entries)
    kind, high, low = words[0], words[1 : 1 + entries], words[1 + entries :]
    variety = Variety.of(kind)
    exponent, mantissa, rest = variety.digits(high, low)
    pool = Pool(high, low, floats(high >> 31, exponent, mantissa, rest, dtype))
    source = CountedFloats(pool, place.shared(choices), variety, dtype)
    return draw_cases(types, source, architecture), words.sum(dtype=jnp.uint32)


def _needed(types: Mapping[str, CaseType], architecture: Architecture) -> tuple[int, int]:
    """How many entries and choices the cases take: found out by drawing them from a pool that is large enough."""
    asked: list[CountedFloats] = []

    def pretend() -> object:
        none = jnp.zeros(MOST, jnp.uint32)
        asked.append(CountedFloats(Pool(none, none, none), none, Variety(jnp.int32(0)), np.dtype("float32")))
        return draw_cases(types, asked[0], architecture)

    jax.eval_shape(pretend)
    return asked[0].drawn, asked[0].chosen


def top(word: Array, below: int) -> Array:
    """An index in range(below), for below up to 2^15, from the upper bits of a word.

    >>> int(top(jnp.uint32(2**32 - 1), 6))
    5
    """
    return ((word >> 16) * jnp.uint32(below) >> 16).astype(jnp.int32)


def floats(sign: Array, exponent: Array, mantissa: Array, low: Array, dtype: np.dtype) -> Array:
    """The float (-1)^sign 2^exponent (1 + m / 2^52), put together from its bits; m is 20 bits and then the 32 of `low`.

    An exponent of -127 or less stands for 0.

    >>> float(floats(jnp.uint32(1), jnp.int32(3), jnp.uint32(0), jnp.uint32(0), np.dtype("float32")))
    -8.0
    """
    exists = exponent > -127
    if dtype == np.float32:
        biased = jnp.where(exists, exponent + 127, 0).astype(jnp.uint32)
        tail = jnp.where(exists, mantissa << 3 | low >> 29, 0)
        return lax.bitcast_convert_type(sign << 31 | biased << 23 | tail, jnp.float32)
    biased = jnp.where(exists, exponent + 1023, 0).astype(jnp.uint32)
    high = sign << 31 | biased << 20 | jnp.where(exists, mantissa, 0)
    both = high.astype(jnp.uint64) << 32 | jnp.where(exists, low, 0).astype(jnp.uint64)
    return lax.bitcast_convert_type(both, jnp.float64)
