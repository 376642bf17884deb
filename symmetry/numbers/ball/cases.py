"""Drawn floats as balls: rounded to the float type of a run before it, exact balls within it."""

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Array, Tree
from symmetry.numbers.ball.ball import Ball


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
