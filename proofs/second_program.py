"""A second program beside `symmetry.network`: on Python's integers modulo a prime, with one matrix for each pair of layers.

It shares no line with the first. The gradient goes forward: what z^l does to every later layer is pushed from layer to
layer, beginning with the identity, where backprop goes back from the error. Arrays hold Python integers.
"""

import dataclasses
import itertools
from collections.abc import Sequence

import jax
import numpy as np

from symmetry.array import Array, pytree
from symmetry.network import Batch, Layer, Network
from symmetry.numbers import Residue
from symmetry.numbers.residue import PRIME

Integers = np.ndarray
"""Python's integers modulo `PRIME`, as an array of objects."""


@pytree
class Square:
    """The polynomial c + b z + a z^2 with its slope, in the place of an activation; a, b and c have shape (1,)."""

    a: Array
    b: Array
    c: Array

    def evaluate(self, z: Array, order: int) -> Array:
        return (self.a + self.a) * z + self.b if order else (self.a * z + self.b) * z + self.c


@pytree
class SquareLoss:
    """The sum over the examples of p(sum_k k a_k y_k), k from 1, with a polynomial p."""

    square: Square

    def value(self, outputs: Array, targets: Array) -> Array:
        return self.square.evaluate(self._sums(outputs, targets), 0).sum()

    def error(self, outputs: Array, targets: Array) -> Array:
        return self.square.evaluate(self._sums(outputs, targets), 1) * self._factors(targets)

    def _sums(self, outputs: Array, targets: Array) -> Array:
        return (outputs * self._factors(targets)).sum(-1, keepdims=True)

    def _factors(self, targets: Array) -> Array:
        return targets * (np.arange(targets.shape[-1]) + 1)


def random_network(
    generator: np.random.Generator, widths: Sequence[int], bias: bool, examples: int
) -> tuple[Network, Batch]:
    """A network of residues with polynomials in the place of activations, and a batch."""

    def draw(*shape: int) -> Residue:
        return Residue(generator.integers(1, PRIME, size=shape, dtype=np.uint64))

    layers = tuple(Layer(draw(*pair), draw(pair[1]) if bias else None) for pair in itertools.pairwise(widths))
    squares = [Square(draw(1), draw(1), draw(1)) for _ in (*layers, "loss")]
    batch = Batch(draw(examples, widths[0]), draw(examples, widths[-1]))
    return Network(layers, tuple(squares[:-1]), SquareLoss(squares[-1])), batch


def integers(residues: Array) -> Integers:
    """Residues, or a tree of them, as Python's integers."""
    return jax.tree.map(lambda each: np.asarray(each.value).astype(object), residues, is_leaf=_is_residue)


def _is_residue(node: object) -> bool:
    return isinstance(node, Residue)


@dataclasses.dataclass(frozen=True)
class Second:
    """What the second program finds.

    Attributes:
        preactivations: z^l of every layer, (examples, units).
        activations: a^l of every layer, the inputs first.
        loss: the loss of the batch.
        layers: a pair of dL/dW^l and dL/db^l for every layer.
        x: dL/dx.
    """

    preactivations: list[Integers]
    activations: list[Integers]
    loss: Integers
    layers: list[tuple[Integers, Integers]]
    x: Integers


def polynomial(square: Square, z: Integers) -> Integers:
    return (integers(square.c) + integers(square.b) * z + integers(square.a) * z**2) % PRIME


def slope(square: Square, z: Integers) -> Integers:
    return (integers(square.b) + 2 * integers(square.a) * z) % PRIME


def second(network: Network, batch: Batch) -> Second:
    """The values and the gradient of a network from `random_network`."""
    weights = [integers(layer.weight) for layer in network.layers]
    preactivations, activations = [], [integers(batch.x)]
    for layer, weight, phi in zip(network.layers, weights, network.activations, strict=True):
        bias = 0 if layer.bias is None else integers(layer.bias)
        preactivations.append((activations[-1].dot(weight) + bias) % PRIME)
        activations.append(polynomial(phi, preactivations[-1]))
    factors = integers(batch.y) * np.arange(1, batch.y.shape[1] + 1).astype(object)
    sums = (activations[-1] * factors).sum(axis=1) % PRIME
    outputs = slope(network.loss.square, sums)[:, None] * factors
    slopes = [slope(phi, z) for phi, z in zip(network.activations, preactivations, strict=True)]
    errors = [_error(number, weights, slopes, outputs) for number in range(len(weights))]
    layers = [
        ((inputs[:, :, None] * error[:, None, :]).sum(axis=0) % PRIME, error.sum(axis=0) % PRIME)
        for inputs, error in zip(activations[:-1], errors, strict=True)
    ]
    loss = np.array(polynomial(network.loss.square, sums).sum() % PRIME, dtype=object)
    return Second(preactivations, activations, loss, layers, errors[0].dot(weights[0].T) % PRIME)


def _error(number: int, weights: list[Integers], slopes: list[Integers], outputs: Integers) -> Integers:
    """dL/dz of one layer: for each example, what each of its units does to every output, times the loss's slope there."""
    units = np.identity(weights[number].shape[1], dtype=int).astype(object)
    rows = []
    for example, error in enumerate(outputs):
        effect = units * slopes[number][example]
        for weight, slope in zip(weights[number + 1 :], slopes[number + 1 :], strict=True):
            effect = effect.dot(weight) % PRIME * slope[example] % PRIME
        rows.append(effect.dot(error) % PRIME)
    return np.array(rows, dtype=object).reshape(len(outputs), -1)
