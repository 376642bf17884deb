"""METH, continued: the program is right at every depth and width, not only where the theorems are tried."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from proofs.second_program import integers, random_network, second
from symmetry.engine.measure import Trials
from symmetry.gradcheck.jaxpr.program import interpreted
from symmetry.network import Batch, Gradient, Layer, Network, backprop, batch_loss, forward_pass
from symmetry.statements.theorem import theorem

DEPTHS = range(7)
"""Hidden layers."""

ROUNDS = 3
"""Networks of each depth."""

NARROW = (1, 2, 2, 3, 4, 5)
"""Widths that are drawn: square weights are common."""

WIDE_ONES = (9, 33, 64, 65, 129)
"""Widths of one layer of a network, wherever it is."""

Widths = tuple[int, ...]


def shapes(generator: np.random.Generator) -> Iterator[tuple[Widths, bool, int]]:
    """Widths, whether there are biases, and the number of examples: every depth, and every wide layer."""
    for depth in [*DEPTHS] * ROUNDS:
        yield tuple(map(int, generator.choice(NARROW, depth + 2))), bool(generator.integers(4)), _examples(generator)
    for wide in WIDE_ONES:
        for place in range(3):
            widths = list(map(int, generator.choice(NARROW, 3)))
            widths[place] = wide
            yield tuple(widths), True, _examples(generator)


def _examples(generator: np.random.Generator) -> int:
    return int(generator.integers(1, 4))


def on_residues(function: Callable, *arguments: Any) -> Any:
    """The result as integers; the function runs in NumPy, and nothing is compiled."""
    return integers(interpreted(function, *arguments)(*arguments))


def add_equal(trials: Trials, what: str, found: Any, expected: Any) -> None:
    """Adds arrays of integers at the same places of two trees that must be equal, entry by entry."""
    pairs = [jax.tree.flatten_with_path(tree)[0] for tree in (found, expected)]
    for (path, one), (_, other) in zip(*pairs, strict=True):
        entries = np.ravel(np.asarray(one == other, dtype=bool)) if np.shape(one) == np.shape(other) else np.zeros(1)
        trials.add(f"{what}{jax.tree_util.keystr(path)}", np.where(entries, 0.0, np.inf))


def itself(gradient: Gradient) -> Gradient:
    return gradient


def _doubled_weight(gradient: Gradient, number: int) -> Gradient:
    layers = list(gradient.layers)
    layers[number] = Layer(layers[number].weight * 2, layers[number].bias)
    return dataclasses.replace(gradient, layers=tuple(layers))


def wrong_from_the_fifth_layer_on(gradient: Gradient) -> Gradient:
    return _doubled_weight(gradient, 4) if len(gradient.layers) > 4 else gradient


def wrong_with_six_hidden_layers(gradient: Gradient) -> Gradient:
    return _doubled_weight(gradient, 0) if len(gradient.layers) == 7 else gradient


def wrong_without_hidden_layers(gradient: Gradient) -> Gradient:
    return dataclasses.replace(gradient, x=gradient.x * 2) if len(gradient.layers) == 1 else gradient


def wrong_at_width_65(gradient: Gradient) -> Gradient:
    wide = [number for number, layer in enumerate(gradient.layers) if layer.weight.shape[1] == 65]
    return _doubled_weight(gradient, wide[0]) if wide else gradient


def wrong_for_one_example(gradient: Gradient) -> Gradient:
    return dataclasses.replace(gradient, x=gradient.x * 2) if gradient.x.shape[0] == 1 else gradient


@theorem(
    "METH.18",
    title="The program is right at every depth and width",
    statement=r"z^l, \; a^l, \; L, \; \frac{\partial L}{\partial W^l}, \; "
    r"\frac{\partial L}{\partial b^l} \text{ and } \frac{\partial L}{\partial x} \text{ are those of a second program}",
    hypotheses="modulo p = 2^31 - 1; networks without hidden layers and with up to 6, widths from 1 to 129 that are drawn, "
    "with and without biases, 1 to 3 examples; random polynomials of degree 2 in the place of activations and of the loss; "
    "the second program goes forward where backprop goes back, on Python's integers",
    cites=("rumelhart1986learning", "griewank2008evaluating"),
    controls={
        "wrong from the fifth layer on": dict(spoil=wrong_from_the_fifth_layer_on),
        "wrong with six hidden layers": dict(spoil=wrong_with_six_hidden_layers),
        "wrong without hidden layers": dict(spoil=wrong_without_hidden_layers),
        "wrong at width 65": dict(spoil=wrong_at_width_65),
        "wrong for one example": dict(spoil=wrong_for_one_example),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def the_program_is_right_at_every_depth_and_width(
    trials: Trials, *, spoil: Callable[[Gradient], Gradient] = itself
) -> None:
    """Every number that the two programs find, entry by entry."""

    def run(network: Network, batch: Batch):
        preactivations, activations = forward_pass(network, batch.x)
        gradient = spoil(backprop(network, batch))
        return preactivations, activations, batch_loss(network, batch), gradient.layers, gradient.x

    for widths, bias, examples in shapes(trials.generator):
        network, batch = random_network(trials.generator, widths, bias, examples)
        found, true = on_residues(run, network, batch), second(network, batch)
        layers = tuple(Layer(weight, slopes if bias else None) for weight, slopes in true.layers)
        expected = (true.preactivations, true.activations, true.loss, layers, true.x)
        trials.networks += 1
        add_equal(trials, f"{'-'.join(map(str, widths))}, {examples} examples: ", found, expected)
