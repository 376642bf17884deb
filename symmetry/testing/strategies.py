"""A Hypothesis strategy of networks: trees of parameters of the shapes of given ones."""

from typing import TYPE_CHECKING

import numpy as np

from symmetry.discovery.leaves import Tree, named_arrays, split
from symmetry.modelcheck.networks import drawn
from symmetry.numbers.ball.source import BUFFER, ByteFloats

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

MODERATE = 252
"""Bytes below this stand for numbers that are neither huge nor tiny."""


def networks(params: Tree) -> "SearchStrategy[Tree]":
    """Trees like `params`, with other numbers: 0 and fractions k/16 below 10, which floats add and multiply exactly.

    They are scaled by a power of 2 to about the size of the given ones. Parameters that are all positive stay positive;
    integers and random keys are those that are given. Hypothesis shrinks to a network of zeros.

    >>> import jax.numpy as jnp
    >>> networks({"W": jnp.zeros((2, 1))})
    binary(min_size=128, max_size=128).map(network)

    Args:
        params: a tree of arrays or of `jax.ShapeDtypeStruct`.
    """
    from hypothesis import strategies as st

    arrays, joined = named_arrays(params), split(params)[1]

    def network(buffer: bytes) -> Tree:
        source = ByteFloats(np.frombuffer(buffer, np.uint8)[None, :] % MODERATE)
        found = drawn(arrays, source)
        return joined([_typed(found[path][0], leaf.dtype) for path, leaf in arrays.items()])

    return st.binary(min_size=BUFFER, max_size=BUFFER).map(network)


def _typed(numbers: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Numbers of the type of the parameters; random keys as they are."""
    return numbers.astype(dtype) if isinstance(numbers, np.ndarray) else numbers
