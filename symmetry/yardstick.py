"""The yardstick for black boxes: how far a function's results spread when every input moves by one unit in the last place.

Code from other libraries does not run on balls, so nothing bounds its rounding. Its allowed error is this spread times a
stated factor, and the evidence says so.
"""

import functools
import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Array, Tree, is_array
from symmetry.numbers.ball import Ball

FACTOR = 16
"""The spread is multiplied by this factor, since a correct computation may round somewhat worse than its inputs do."""


def black_box(function: Callable[[Tree], Tree], inputs: Tree) -> Tree:
    """The result of `function` on a tree of floats, as balls whose radius is the yardstick.

    The inputs move up and down by one unit in the last place, in two opposite patterns; integers among them stay.
    """
    return jax.tree.map(_spread, function(inputs), *[function(_moved(inputs, sign)) for sign in (1, -1)])


def black_boxes(function: Callable[[Tree], Tree], inputs: Tree) -> Tree:
    """The same as `array_wide(black_box)`, for many cases stacked along a leading axis.

    `function` takes the whole stack, and is called once: with every case, and with every case moved up and down.
    """
    return _array_wide_spreads(function(_with_neighbours(inputs)))


@jax.jit
def _with_neighbours(inputs: Tree) -> Tree:
    moved = [jax.vmap(functools.partial(_moved, sign=sign))(inputs) for sign in (1, -1)]
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), inputs, *moved)


@jax.jit
def _array_wide_spreads(results: Tree) -> Tree:
    return jax.vmap(array_wide)(jax.tree.map(lambda stacked: _spread(*jnp.split(stacked, 3)), results))


def _spread(still: Array, up: Array, down: Array) -> Ball:
    """A result, and how far it spreads, as a ball."""
    moves = [jnp.abs(moved - still).astype(jnp.result_type(float)) for moved in (up, down)]
    return Ball(still, FACTOR * jnp.maximum(*moves))


def array_wide(balls: Tree) -> Tree:
    """The same centers, with the largest radius of an array at each of its entries.

    The spread of one entry can be small by accident; the largest spread of an array hardly can.
    """

    def widened(ball: Ball) -> Ball:
        return Ball(ball.center, jnp.broadcast_to(ball.radius.max(), ball.shape))

    return jax.tree.map(widened, balls, is_leaf=is_array)


def at_least_a_unit(balls: Tree) -> Tree:
    """Array-wide balls whose radius is at least `FACTOR` units in the last place of the array's largest number.

    A lone number, such as a loss, can have no spread by accident; but what is computed is rounded at the end.
    """

    def widened(ball: Ball) -> Ball:
        unit = FACTOR * jnp.finfo(ball.radius.dtype).eps * jnp.abs(ball.center).max(initial=0)
        return Ball(ball.center, jnp.maximum(ball.radius, unit))

    return jax.tree.map(widened, balls, is_leaf=is_array)


def opposite_ways(shape: tuple[int, ...]) -> np.ndarray:
    """1 and -1 in turn: which way each entry of an array moves.

    >>> opposite_ways((2, 2)).tolist()
    [[1, -1], [1, -1]]
    """
    return (1 - 2 * (np.arange(math.prod(shape)) % 2)).reshape(shape)


def _moved(inputs: Tree, sign: int) -> Tree:
    """Every input one unit up or down: neighbours go opposite ways."""

    def move(leaf: Array) -> Array:
        if not jnp.issubdtype(leaf.dtype, jnp.floating):
            return leaf
        return leaf * (1 + (sign * opposite_ways(leaf.shape)).astype(leaf.dtype) * jnp.finfo(leaf.dtype).eps)

    return jax.tree.map(move, inputs)
