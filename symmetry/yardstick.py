"""The yardstick for black boxes: how far a function's results spread when every input moves by one unit in the last place.

Code that is not ours does not run on balls, so nothing bounds its rounding. Its allowed error is this spread, times a
stated factor; the evidence says so.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from symmetry.numbers.ball import Ball

FACTOR = 16
"""What the spread is multiplied by. A correct computation may round worse than its inputs do, by a small factor."""


def black_box(function: Callable, inputs):
    """The result of `function` on a tree of floats, as balls whose radius is the yardstick.

    The inputs move up and down by one unit in the last place, in two opposite patterns.
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


def _moved(inputs, sign: int):
    """Every input one unit up or down: neighbours go opposite ways."""

    def move(leaf):
        pattern = sign * (1 - 2 * (jnp.arange(leaf.size) % 2)).reshape(leaf.shape)
        return leaf * (1 + pattern.astype(leaf.dtype) * jnp.finfo(leaf.dtype).eps)

    return jax.tree.map(move, inputs)
