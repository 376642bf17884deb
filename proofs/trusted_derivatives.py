"""What backprop is checked against: forward differentiation and JAX's own derivatives."""

from collections.abc import Callable

import jax

from symmetry.array import Array, Tree, is_array
from symmetry.network import Layer
from symmetry.numbers import Ball
from symmetry.numbers.dual import derivative_along, every_derivative
from symmetry.yardstick import black_box


def trusted_derivatives(loss: Callable, layers: tuple[Layer, ...]) -> list[Tree]:
    """The gradient of `loss` at `layers`, by every way that their number system has, each a tree like `layers`.

    Every system differentiates forwards; float64 and float32 also by `jax.grad`, whose error the yardstick measures. 16-bit
    types do not: the yardstick ignores underflow, and raised a false alarm on 1 in 10^6 float16 networks.
    """
    forwards = every_derivative(loss, layers)
    if not _has_yardstick(layers):
        return [forwards]
    by_jax = black_box(jax.grad(_on_floats(loss)), _centers(layers))
    return [forwards, _with_radius_of(by_jax, forwards)]


def trusted_derivatives_along(loss: Callable, layers: tuple[Layer, ...], direction: tuple[Layer, ...]) -> list[Array]:
    """The derivative of `loss` along a direction, forwards and, in float64 and float32, also by `jax.jvp`."""
    forwards = derivative_along(loss, layers, direction)
    if not _has_yardstick(layers):
        return [forwards]

    def by_jax(pair: tuple[Tree, Tree]) -> Array:
        return jax.jvp(_on_floats(loss), (pair[0],), (pair[1],))[1]

    return [forwards, _with_radius_of(black_box(by_jax, (_centers(layers), _centers(direction))), forwards)]


def _has_yardstick(layers: tuple[Layer, ...]) -> bool:
    weight = layers[0].weight
    return isinstance(weight, Ball) and weight.dtype.itemsize >= 4


def _on_floats(loss: Callable) -> Callable:
    """The loss as a function of floats: the centers are what the program computes without balls."""
    return lambda floats: loss(jax.tree.map(Ball.exact, floats)).center


def _centers(tree: Tree) -> Tree:
    return jax.tree.map(lambda ball: ball.center, tree, is_leaf=is_array)


def _with_radius_of(black_boxes: Tree, balls: Tree) -> Tree:
    """Black boxes with their own yardstick plus the rounding error of the same derivative on balls."""

    def widened(box: Ball, ball: Ball) -> Ball:
        return Ball(box.center, box.radius + ball.radius)

    return jax.tree.map(widened, black_boxes, balls, is_leaf=is_array)
