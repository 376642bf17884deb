"""What backprop is checked against: forward differentiation, JAX's own derivatives, SymPy's formulas."""

import functools
from collections.abc import Callable

import jax

from symmetry.network import Batch, Layer, Network
from symmetry.numbers import Ball
from symmetry.numbers.dual import derivative_along, every_derivative, is_number
from symmetry.yardstick import black_box


def trusted_derivatives(loss: Callable, layers: tuple[Layer, ...]) -> list:
    """The gradient of `loss` at `layers`, by every way that their number system has, each a tree like `layers`.

    Residues differentiate forwards; float64 and float32 also by `jax.grad`, whose error the yardstick measures. Not so
    16-bit types: the yardstick knows nothing of underflow, and raised a false alarm on 1 in 10^6 float16 networks.
    """
    return _derivatives(layers[0].weight, loss, layers)


def trusted_derivatives_along(loss: Callable, layers: tuple[Layer, ...], direction: tuple[Layer, ...]) -> list:
    """The derivative of `loss` along a direction, forwards and, in float64 and float32, also by `jax.jvp`."""
    return _derivatives_along(layers[0].weight, loss, layers, direction)


@functools.singledispatch
def _derivatives(weight, loss, layers) -> list:
    return [every_derivative(loss, layers)]


@functools.singledispatch
def _derivatives_along(weight, loss, layers, direction) -> list:
    return [derivative_along(loss, layers, direction)]


@_derivatives.register
def _(weight: Ball, loss, layers) -> list:
    forwards = every_derivative(loss, layers)
    if weight.dtype.itemsize < 4:
        return [forwards]
    by_jax = black_box(jax.grad(_on_floats(loss)), _centers(layers))
    return [forwards, _with_radius_of(by_jax, forwards)]


@_derivatives_along.register
def _(weight: Ball, loss, layers, direction) -> list:
    forwards = derivative_along(loss, layers, direction)
    if weight.dtype.itemsize < 4:
        return [forwards]

    def by_jax(pair):
        return jax.jvp(_on_floats(loss), (pair[0],), (pair[1],))[1]

    return [forwards, _with_radius_of(black_box(by_jax, (_centers(layers), _centers(direction))), forwards)]


def _on_floats(loss: Callable) -> Callable:
    """The loss as a function of floats: the centers are what the program computes without balls."""
    return lambda floats: loss(jax.tree.map(Ball.exact, floats)).center


def _centers(tree):
    return jax.tree.map(lambda ball: ball.center, tree, is_leaf=is_number)


def _with_radius_of(black_boxes, balls):
    """Black boxes allowed the rounding of the same derivative done on balls besides their own yardstick."""

    def widened(box: Ball, ball: Ball) -> Ball:
        return Ball(box.center, box.radius + ball.radius)

    return jax.tree.map(widened, black_boxes, balls, is_leaf=is_number)


def formula_gradient(network: Network, batch: Batch) -> tuple[Layer, ...]:
    """SymPy's derivative of the loss in every weight and bias, at this network: layers like the network's.

    On symbols it is the formulas themselves; on balls, the formulas turned into JAX.
    """
    from symmetry import formula

    return formula.gradient(network.layers[0].weight, network, batch)
