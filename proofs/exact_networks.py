"""Networks whose numbers are exact, for claims that a small case decides."""

from collections.abc import Sequence

from symmetry.activation import activation_named
from symmetry.loss import loss_named
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.symbol import Symbol


def exact_network(
    weights: Sequence,
    biases: Sequence | None = None,
    *,
    hidden: str = "identity",
    output: str = "identity",
    loss: str = "half_squared_error",
) -> Network:
    """A network of SymPy numbers; the arguments are those of `symmetry.network.network_of`.

    >>> exact_network([[[2]], [[3]]]).layers[1].weight.tolist()
    [[3]]
    """
    vectors = biases if biases is not None else [None] * len(weights)
    layers = tuple(
        Layer(Symbol.of(weight), None if bias is None else Symbol.of(bias))
        for weight, bias in zip(weights, vectors, strict=True)
    )
    activations = (*[activation_named(hidden)] * (len(layers) - 1), activation_named(output))
    return Network(layers, activations, loss_named(loss))


def exact_batch(x: Sequence[Sequence], y: Sequence[Sequence]) -> Batch:
    """A batch of SymPy numbers, an example a row."""
    return Batch(Symbol.of(x), Symbol.of(y))
