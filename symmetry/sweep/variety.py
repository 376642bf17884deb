"""What makes networks differ beyond chance: scales, zeros, few values, repeated rows and columns, special numbers.

Each network is of one of eight kinds, by three random bits: two are plain, two have a scale for each array.
"""

import jax.numpy as jnp

from symmetry.array import Array, pytree

PLAIN, SCALED, SPARSE, FEW, REPEATED, SPECIAL = (0, 1), (2, 3), (4,), (5,), (6,), (7,)
"""Kinds of networks."""

SMALLEST, SCALES = -20, 31
"""Scales are powers of 2 from 2^-20, about 1e-6, to 2^10, about 1e3, each as often."""

ZERO = -127
"""The exponent that stands for 0."""

SPECIAL_EXPONENTS = (0, 0, ZERO, ZERO, -126, -30, 20, 1)
"""Of numbers whose other digits are 0: ones, zeros of both signs, the smallest normal float32, small, large and two."""


@pytree
class Variety:
    """The kind of one network: an integer from 0 to 7."""

    kind: Array

    @classmethod
    def of(cls, bits: Array) -> "Variety":
        """From one word of random bits."""
        return cls((bits >> 29).astype(jnp.int32))

    def exponent(self, bits: Array) -> Array:
        """The exponent of an array's scale, from one word of random bits."""
        drawn = ((bits >> 16) * jnp.uint32(SCALES) >> 16).astype(jnp.int32) + SMALLEST
        return jnp.where(self._is(SCALED), drawn, 0)

    def digits(self, high: Array, low: Array) -> tuple[Array, Array, Array]:
        """Exponent, first 20 digits and further 32 digits of every entry, from two words of random bits.

        The first bit of `high` is the sign. Of a sparse network three entries in four are 0, of one with few values entries are
        1 and 1.5 times 1 or 1/2, and of one with special numbers a quarter of the entries are special.
        """
        exponent = -(high >> 29 & 3).astype(jnp.int32)
        mantissa = high >> 9 & 0xFFFFF
        choice = (high & 0x1FF).astype(jnp.int32)
        few = self._is(FEW)
        exponent = jnp.where(few, -(high >> 29 & 1).astype(jnp.int32), exponent)
        special = self._is(SPECIAL) & (choice < 128)
        exponent = jnp.where(self._is(SPARSE) & (choice >= 128), ZERO, jnp.where(special, _special(choice), exponent))
        mantissa = jnp.where(special, 0, jnp.where(few, mantissa & 0x80000, mantissa))
        return exponent, mantissa, jnp.where(special | few, 0, low)

    def repeated(self, array: Array, bits: Array) -> Array:
        """The array; of networks of that kind half the rows are the first row, or half the columns the first column."""
        for axis in range(array.ndim):
            chosen = bits >> 8 * axis & 1
            places = jnp.arange(array.shape[axis], dtype=jnp.uint32).reshape(-1, *[1] * (array.ndim - 1 - axis))
            same = self._is(REPEATED) & (chosen == 1) & (places % 2 == 1)
            first = array[:1] if axis == 0 else array[:, :1]
            array = jnp.where(same, first, array)
        return array

    def _is(self, kinds: tuple[int, ...]) -> Array:
        return (self.kind >= kinds[0]) & (self.kind <= kinds[-1])


def _special(choice: Array) -> Array:
    """One of the special exponents, by its low bits."""
    chosen = jnp.full_like(choice, SPECIAL_EXPONENTS[0])
    for index, exponent in enumerate(SPECIAL_EXPONENTS):
        chosen = jnp.where((choice & 7) == index, exponent, chosen)
    return chosen
