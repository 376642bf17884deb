"""Random bits from a counter: equal counters and keys give equal bits on every device (salmon2011parallel).

Nothing is carried from one number to the next, so any network can be drawn without those before it.
"""

from collections.abc import Sequence

import jax.numpy as jnp

from symmetry.array import Array

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


def philox(counter: Sequence[Array], key: Sequence[Array]) -> list[Array]:
    """Philox4x32-10: four words of 32 random bits for each counter.

    Args:
        counter: four arrays of uint32 that broadcast together.
        key: two arrays of uint32 that broadcast with them.

    Returns: four arrays of uint32.

    >>> [f"{int(word):08x}" for word in philox([jnp.uint32(0)] * 4, [jnp.uint32(0)] * 2)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    first, second, third, fourth = counter
    one, other = key
    for _ in range(ROUNDS):
        high, low = product(first, MULTIPLIERS[0])
        upper, lower = product(third, MULTIPLIERS[1])
        first, second, third, fourth = upper ^ second ^ one, lower, high ^ fourth ^ other, low
        one, other = (part + jnp.uint32(step) for part, step in zip((one, other), KEY_STEPS, strict=True))
    return [first, second, third, fourth]


def product(word: Array, factor: int) -> tuple[Array, Array]:
    """The high and the low 32 bits of a word times a factor of at most 32 bits, in arithmetic of 32 bits.

    >>> [int(part) for part in product(jnp.uint32(2**31), 6)]
    [3, 0]
    """
    half = jnp.uint32(0xFFFF)
    left, right = word >> 16, word & half
    above, below = jnp.uint32(factor >> 16), jnp.uint32(factor & 0xFFFF)
    middle = left * below + (right * below >> 16)
    carried = right * above + (middle & half)
    return left * above + (middle >> 16) + (carried >> 16), word * jnp.uint32(factor)
