"""The yardstick for black boxes: how far a function's results spread when every input moves by one unit in the last place.

Code that is not ours does not run on balls, so nothing bounds its rounding. Its allowed error is this spread, times a
stated factor; the evidence says so.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from symmetry.numbers.ball import Ball
from symmetry.numbers.dual import is_number

FACTOR = 16
"""What the spread is multiplied by. A correct computation may round worse than its inputs do, by a small factor."""


def black_box(function: Callable, inputs):
    """The result of `function` on a tree of floats, as balls whose radius is the yardstick.

    The inputs move up and down by one unit in the last place, in two opposite patterns; integers among them stay.
    """
    result = function(inputs)
    spreads = [
        jax.tree.map(lambda moved, still: jnp.abs(moved - still), function(_moved(inputs, sign)), result)
        for sign in (1, -1)
    ]

    def ball(center, *moves):
        wide = jnp.result_type(float)
        return Ball(center, FACTOR * jnp.maximum(*[move.astype(wide) for move in moves]))

    return jax.tree.map(ball, result, *spreads)


def array_wide(balls):
    """The same balls, every entry of an array allowed what the array's worst entry is.

    An entry's own spread can be small by accident; the largest of an array's cannot well be.
    """

    def widened(ball: Ball) -> Ball:
        return Ball(ball.center, jnp.broadcast_to(ball.radius.max(), ball.shape))

    return jax.tree.map(widened, balls, is_leaf=is_number)


def _moved(inputs, sign: int):
    """Every input one unit up or down: neighbours go opposite ways."""

    def move(leaf):
        if not jnp.issubdtype(leaf.dtype, jnp.floating):
            return leaf
        pattern = sign * (1 - 2 * (jnp.arange(leaf.size) % 2)).reshape(leaf.shape)
        return leaf * (1 + pattern.astype(leaf.dtype) * jnp.finfo(leaf.dtype).eps)

    return jax.tree.map(move, inputs)
