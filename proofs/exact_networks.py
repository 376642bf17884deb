"""Networks whose numbers are exact, for claims that a small case decides."""

import itertools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from symmetry.activation import activation_named
from symmetry.loss import loss_named
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.symbol import Symbol


class ExactActivation(Protocol):
    """An activation of symbols that has no name."""

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        """Its value (order 0), slope (1) or curvature (2), entry by entry."""
        ...


def exact_network(
    weights: Sequence,
    biases: Sequence | None = None,
    *,
    hidden: str | ExactActivation = "identity",
    output: str = "identity",
    loss: str = "half_squared_error",
) -> Network:
    """A network of SymPy numbers; the arguments are those of `symmetry.network.network_of`.

    The hidden activation may also be given itself instead of by its name.

    >>> exact_network([[[2]], [[3]]]).layers[1].weight.tolist()
    [[3]]
    """
    vectors = biases if biases is not None else [None] * len(weights)
    layers = tuple(
        Layer(Symbol.of(weight), None if bias is None else Symbol.of(bias))
        for weight, bias in zip(weights, vectors, strict=True)
    )
    phi = activation_named(hidden) if isinstance(hidden, str) else hidden
    activations = (*[phi] * (len(layers) - 1), activation_named(output))
    return Network(layers, activations, loss_named(loss))


def symbolic_network(
    widths: Sequence[int], *, hidden: str | ExactActivation = "identity", biases: bool = True
) -> Network:
    """A network of symbols, each named by its layer and place: W1_0_0, b1_0.

    >>> symbolic_network((1, 1, 2), biases=False).layers[1].weight.tolist()
    [[W2_0_0, W2_0_1]]
    """
    shapes = list(enumerate(itertools.pairwise(widths), 1))
    weights = [Symbol.named(f"W{layer}", shape) for layer, shape in shapes]
    vectors = [Symbol.named(f"b{layer}", shape[1:]) for layer, shape in shapes]
    return exact_network(weights, vectors if biases else None, hidden=hidden)


def exact_batch(x: Sequence[Sequence] | np.ndarray, y: Sequence[Sequence] | np.ndarray) -> Batch:
    """A batch of SymPy numbers: each row is an example."""
    return Batch(Symbol.of(x), Symbol.of(y))


CORNERS = Symbol.of([[0, 0], [0, 1], [1, 0], [1, 1]])
"""The corners of the unit square."""

XOR = exact_batch(CORNERS, [[0], [1], [1], [0]])
"""Their exclusive or."""
