"""METH, continued: clipping shortens a gradient that is longer than 1, all parameters together, and no other."""

import dataclasses
from collections.abc import Callable

import flint
import jax
import numpy as np

from proofs.real_functions import excess, rational
from symmetry.cases import Direction
from symmetry.engine.measure import Trials
from symmetry.network import Layer, map_parameters
from symmetry.numbers import Ball
from symmetry.statements.theorem import theorem
from symmetry.training import clipped

SHAPES = (((2, 3), True), ((3, 1), True), ((1, 2), False))
"""The shapes of the weights of three layers, and whether there are biases."""

NORMS = (2.0**-500, 2.0**-10, 0.5, 1 - 2.0**-10, 1 + 2.0**-10, 2.0, 1000.0, 2.0**400)
"""Lengths of gradients, about."""


def random_gradients(generator: np.random.Generator, count: int) -> np.ndarray:
    """Gradients, (count, numbers), of every length."""
    size = sum(rows * columns + columns * bias for (rows, columns), bias in SHAPES)
    numbers = generator.standard_normal((count, size))
    lengths = np.resize(NORMS, count)[:, None]
    return numbers / np.sqrt((numbers**2).sum(axis=1, keepdims=True)) * lengths


def as_layers(numbers) -> Direction:
    """Numbers as layers, in order."""
    layers, start = [], 0
    for (rows, columns), bias in SHAPES:
        weight, start = numbers[start : start + rows * columns].reshape(rows, columns), start + rows * columns
        layers.append(Layer(weight, numbers[start : start + columns] if bias else None))
        start += columns * bias
    return Direction(tuple(layers))


def shortened(numbers: np.ndarray) -> np.ndarray:
    """The exact g min(1, 1/|g|) of one gradient."""
    exact = [rational(number) for number in numbers]
    squared = sum((each * each for each in exact), flint.fmpq(0))
    with flint.ctx.workprec(400):
        factor = flint.arb(1) if squared <= 1 else 1 / flint.arb(squared).sqrt()
        return np.array([flint.arb(each) * factor for each in exact], dtype=object)


def at_length_2(gradient: Direction) -> Direction:
    half = clipped(map_parameters(lambda part: part / 2, gradient))
    return map_parameters(lambda part: part * 2, half)


def each_layer_alone(gradient: Direction) -> Direction:
    return Direction(tuple(clipped(Direction((layer,))).layers[0] for layer in gradient.layers))


def weights_only(gradient: Direction) -> Direction:
    weights = clipped(Direction(tuple(Layer(layer.weight) for layer in gradient.layers)))
    pairs = zip(gradient.layers, weights.layers, strict=True)
    return Direction(tuple(dataclasses.replace(layer, weight=other.weight) for layer, other in pairs))


def always(gradient: Direction) -> Direction:
    """Shortened by 1 + 2^-20 however short it is."""
    return map_parameters(lambda part: part - part / 2**20, clipped(gradient))


@theorem(
    "METH.21",
    title="Clipping shortens what is longer than 1 to length 1, and nothing else",
    statement=r"g \mapsto g \min(1, 1/|g|)",
    hypotheses="g the gradient in all weights and biases together, of length 2^-500 to 2^400, also 1 part in 1000 to either "
    "side of 1; balls contain the exact value, which is computed to 400 bits",
    cites=("goodfellow2016deep",),
    controls={
        "at length 2": dict(clip=at_length_2),
        "each layer alone": dict(clip=each_layer_alone),
        "weights only": dict(clip=weights_only),
        "always": dict(clip=always),
    },
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def clipping_shortens_what_is_longer_than_1(
    trials: Trials, *, clip: Callable[[Direction], Direction] = clipped
) -> None:
    """Every entry of many gradients."""
    count = min(max(trials.budget // 40, 100), 400)
    gradients = random_gradients(trials.generator, count)

    def run(stack: Ball) -> list:
        return jax.vmap(lambda numbers: jax.tree.leaves(clip(as_layers(numbers)), is_leaf=_is_ball))(stack)

    parts = jax.jit(lambda numbers: run(Ball.exact(numbers)))(gradients)
    center, radius = (
        np.concatenate([np.asarray(side).reshape(count, -1) for side in each], axis=1)
        for each in ([part.center for part in parts], [part.radius for part in parts])
    )
    for gradient, length, centers, radii in zip(gradients, np.resize(NORMS, count), center, radius, strict=True):
        ratios = [excess(*each) for each in zip(shortened(gradient), centers, radii, strict=True)]
        trials.add(f"a gradient of length {length:.4g}", np.array(ratios), radii >= abs(centers))
    trials.networks += count


def _is_ball(node: object) -> bool:
    return isinstance(node, Ball)
