"""What backprop is checked against: forward differentiation and JAX's own derivatives."""

import dataclasses
from collections.abc import Callable

import jax

from symmetry.activation import Activation, Choice, Facts
from symmetry.array import Array, Tree, is_array, pytree
from symmetry.cases import Direction
from symmetry.network import Batch, Network, batch_loss
from symmetry.numbers import Ball
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

    def forwards(network: Network) -> Tree:
        return every_derivative(loss_of_layers(network, batch), network.layers)

    return _by_every_way(network, forwards, jax.grad(_loss_on_floats(network, batch)), network.layers)


def trusted_derivatives_along(network: Network, batch: Batch, direction: Direction) -> list[Array]:
    """The derivative of the loss along a direction, forwards and, in float64 and float32, also by `jax.jvp`."""

    def forwards(network: Network) -> Array:
        return derivative_along(loss_of_layers(network, batch), network.layers, direction.layers)

    def by_jax(pair: tuple[Tree, Tree]) -> Array:
        return jax.jvp(_loss_on_floats(network, batch), (pair[0],), (pair[1],))[1]

    return _by_every_way(network, forwards, by_jax, (network.layers, direction.layers))


def _by_every_way(network: Network, forwards: Callable[[Network], Tree], by_jax: Callable, at: Tree) -> list[Tree]:
    """A derivative forwards and, where there is a yardstick, by JAX at the centers of `at`."""
    if not _has_yardstick(network):
        return [forwards(network)]
    found = black_box(by_jax, _centers(at))
    return [forwards(network), _with_radius_of(found, forwards(with_slopes_of_jax(network)))]


def _has_yardstick(network: Network) -> bool:
    weight = network.layers[0].weight
    return isinstance(weight, Ball) and weight.dtype.itemsize >= 4


def _loss_on_floats(network: Network, batch: Batch) -> Callable:
    """The loss as a function of floats: the centers are what the program computes without balls."""
    loss = loss_of_layers(network, batch)
    return lambda floats: loss(jax.tree.map(Ball.exact, floats)).center


def with_slopes_of_jax(network: Network) -> Network:
    """The network with activations whose slopes may be as far off as those that JAX finds."""
    return dataclasses.replace(network, activations=[AsJaxDifferentiates(phi) for phi in network.activations])


@pytree
class AsJaxDifferentiates:
    """An activation with a larger stated error of its slope.

    JAX takes a slope for a product or a difference of numbers up to 1, such as a (1 - a), that are off as far as the value
    is. Of a saturated unit 1 - a is small, and its error is not.
    """

    activation: Activation | Choice

    def evaluate(self, z: Array, order: int) -> Array:
        return self.activation.evaluate(z, order)

    def facts(self, order: int) -> Facts:
        facts, of_value = self.activation.facts(order), self.activation.facts(0)
        if order != 1:
            return facts
        return facts._replace(absolute=facts.absolute + 2 * (of_value.relative + of_value.absolute))


def _centers(tree: Tree) -> Tree:
    return jax.tree.map(lambda ball: ball.center, tree, is_leaf=is_array)


def _with_radius_of(black_boxes: Tree, balls: Tree) -> Tree:
    """Black boxes with their own yardstick plus the rounding error of the same derivative on balls."""

    def widened(box: Ball, ball: Ball) -> Ball:
        return Ball(box.center, box.radius + ball.radius)

    return jax.tree.map(widened, black_boxes, balls, is_leaf=is_array)
