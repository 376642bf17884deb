"""Rotary embedding: the columns of a head, two for each frequency, taken for complex numbers (su2021roformer)."""

from collections.abc import Callable

import numpy as np

from proofs.attention_block import HEADS
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.source import Source

Layout = Callable[[int], np.ndarray]
"""From a number of frequencies, the columns (2, frequencies) that hold real and imaginary parts."""


def half_split(frequencies: int) -> np.ndarray:
    """All real parts, then all imaginary ones.

    >>> half_split(2).tolist()
    [[0, 1], [2, 3]]
    """
    return np.arange(2 * frequencies).reshape(2, frequencies)


def interleaved(frequencies: int) -> np.ndarray:
    """A real part, its imaginary part, the next real part, and so on.

    >>> interleaved(2).tolist()
    [[0, 2], [1, 3]]
    """
    return np.arange(2 * frequencies).reshape(frequencies, 2).T


@pytree
class Complex:
    """Complex numbers: their real and their imaginary parts, in arrays of one shape."""

    real: Array
    imaginary: Array


def turned(rows: Array, by: Complex, layout: Layout = half_split) -> Array:
    """Rows (..., 2 frequencies) times a complex number (..., frequencies) for each frequency."""
    first, second = layout(rows.shape[-1] // 2)
    frequency, partner, sign = (np.empty(rows.shape[-1], int) for _ in range(3))
    frequency[first] = frequency[second] = np.arange(len(first))
    partner[first], partner[second] = second, first
    sign[first], sign[second] = -1, 1
    return rows * by.real[..., frequency] + rows[..., partner] * (by.imaginary[..., frequency] * sign)


@pytree
class Rotations:
    """What a rotary embedding multiplies by: a complex number for each position and frequency.

    Those of a rotary embedding have the length 1, exp(i m omega) at position m; laws use only that they are complex numbers.
    """

    at: Complex


@case_kind(Rotations)
def _(source: Source, architecture: Architecture, name: str) -> Rotations:
    return Rotations(draw_complex(source, name, (architecture.batch, architecture.widths[1])))


@pytree
class Factors:
    """A complex number for each head and frequency."""

    of_heads: tuple[Complex, ...]


@case_kind(Factors)
def _(source: Source, architecture: Architecture, name: str) -> Factors:
    frequencies = architecture.widths[1]
    return Factors(tuple(draw_complex(source, f"{name} {head}", (frequencies,)) for head in range(HEADS)))


def draw_complex(source: Source, name: str, shape: tuple[int, ...]) -> Complex:
    """Complex numbers of the source."""
    return Complex(*(source.numbers(f"{name} {part}", shape) for part in ("real", "imaginary")))
