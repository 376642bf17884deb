"""What backprop is checked against: forward differentiation and JAX's own derivatives."""

import dataclasses
from collections.abc import Callable

import jax
from jax import lax

from symmetry.activation import Activation, Choice, Facts
from symmetry.array import Array, Tree, is_array, pytree
from symmetry.cases import Direction
from symmetry.network import Batch, Network, batch_loss
from symmetry.numbers import Ball
from symmetry.numbers.ball import unit_roundoff
from symmetry.numbers.dual import derivative_along, every_derivative
from symmetry.yardstick import black_box


def loss_of_layers(network: Network, batch: Batch) -> Callable:
    """The loss as a function of the parameters."""
    return lambda layers: batch_loss(dataclasses.replace(network, layers=layers), batch)


def trusted_derivatives(network: Network, batch: Batch) -> list[Tree]:
    """The gradient of the loss by every way that the network's number system has, each a tree like its layers.

    Every system differentiates forwards; float64 and float32 also by `jax.grad`, whose error the yardstick measures. 16-bit
    types do not: the yardstick ignores underflow, and raised a false alarm on 1 in 10^6 float16 networks.
    """
    forwards = every_derivative(loss_of_layers(network, batch), network.layers)
    if not _has_yardstick(network):
        return [forwards]

    def by_jax(slopes: int = 0) -> Callable:
        return jax.grad(_loss_on_floats(network, batch, slopes))

    return [forwards, _with_radius_of(black_box(by_jax(), _centers(network.layers), by_jax), forwards)]


def trusted_derivatives_along(network: Network, batch: Batch, direction: Direction) -> list[Array]:
    """The derivative of the loss along a direction, forwards and, in float64 and float32, also by `jax.jvp`."""
    forwards = derivative_along(loss_of_layers(network, batch), network.layers, direction.layers)
    if not _has_yardstick(network):
        return [forwards]

    def by_jax(slopes: int = 0) -> Callable:
        loss = _loss_on_floats(network, batch, slopes)
        return lambda pair: jax.jvp(loss, (pair[0],), (pair[1],))[1]

    pair = _centers(network.layers), _centers(direction.layers)
    return [forwards, _with_radius_of(black_box(by_jax(), pair, by_jax), forwards)]


def _has_yardstick(network: Network) -> bool:
    weight = network.layers[0].weight
    return isinstance(weight, Ball) and weight.dtype.itemsize >= 4


def _loss_on_floats(network: Network, batch: Batch, slopes: int) -> Callable:
    """The loss as a function of floats, the centers of balls; activations' slopes are moved up (1), down (-1) or not (0)."""
    if slopes:
        network = dataclasses.replace(network, activations=[WithSlopeMoved(phi, slopes) for phi in network.activations])
    loss = loss_of_layers(network, batch)
    return lambda floats: loss(jax.tree.map(Ball.exact, floats)).center


@pytree
class WithSlopeMoved:
    """An activation whose value is as it was, and whose slope, as JAX differentiates it, is moved.

    As far as its value may be off, times the steepest slope: JAX takes a slope for a difference of two numbers that may be
    nearly equal, 1 - a of a saturated unit, and that loses digits which no move of the inputs shows.
    """

    activation: Activation | Choice
    sign: int = dataclasses.field(metadata={"static": True})

    def evaluate(self, z: Array, order: int) -> Array:
        facts = self.activation.facts(0)
        steepest = facts.lipschitz + facts.growth * lax.stop_gradient(lax.abs(z))
        move = self.sign * unit_roundoff(z.dtype) * (facts.relative + facts.absolute) * steepest
        return self.activation.evaluate(z, order) + move.astype(z.dtype) * (z - lax.stop_gradient(z))

    def facts(self, order: int) -> Facts:
        return self.activation.facts(order)


def _centers(tree: Tree) -> Tree:
    return jax.tree.map(lambda ball: ball.center, tree, is_leaf=is_array)


def _with_radius_of(black_boxes: Tree, balls: Tree) -> Tree:
    """Black boxes with their own yardstick plus the rounding error of the same derivative on balls."""

    def widened(box: Ball, ball: Ball) -> Ball:
        return Ball(box.center, box.radius + ball.radius)

    return jax.tree.map(widened, black_boxes, balls, is_leaf=is_array)
