"""A Hypothesis strategy of networks: trees of parameters of the shapes of given ones."""

from typing import TYPE_CHECKING

import numpy as np

from symmetry.discovery.leaves import Tree, named_arrays, split
from symmetry.modelcheck.networks import drawn
from symmetry.numbers.ball.source import BUFFER, ByteFloats

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def networks(params: Tree) -> "SearchStrategy[Tree]":
    """Trees like `params`, with other numbers: 0 and small dyadic rationals, which floats add exactly, and a few extreme ones.

    Parameters that are all positive stay positive; integers and random keys are those that are given. Hypothesis
    shrinks to a network of zeros.

    >>> import jax.numpy as jnp
    >>> networks({"W": jnp.ones((2, 1)), "table": jnp.arange(3)}).example()["table"].tolist()  # doctest: +SKIP
    [0, 1, 2]

    Args:
        params: a tree of arrays or of `jax.ShapeDtypeStruct`.
    """
    from hypothesis import strategies as st

    arrays, joined = named_arrays(params), split(params)[1]

    def network(buffer: bytes) -> Tree:
        source = ByteFloats(np.frombuffer(buffer, np.uint8)[None, :])
        found = drawn(arrays, source)
        return joined([_typed(found[path][0], leaf.dtype) for path, leaf in arrays.items()])

    return st.binary(min_size=BUFFER, max_size=BUFFER).map(network)


def _typed(numbers: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Numbers of the type of the parameters, the largest finite ones where they would overflow."""
    if not isinstance(numbers, np.ndarray) or numbers.dtype == dtype:
        return numbers
    largest = float(np.finfo(dtype).max) if np.issubdtype(dtype, np.floating) else None
    return (numbers if largest is None else np.clip(numbers, -largest, largest)).astype(dtype)
