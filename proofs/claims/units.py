"""Hidden units of exact networks as tuples of their numbers, which claims about ties compare."""

from collections.abc import Sequence

from symmetry.loss import loss_named
from symmetry.network import Batch, Layer, Network, forward_pass, weight_gradient
from symmetry.numbers.symbol import Symbol, UnknownFormula, UnknownLossFormula
from symmetry.training import GradientDescent


def units(thing) -> list[tuple]:
    """Of each unit of the first hidden layer: incoming weights, bias where there is one, outgoing weights.

    >>> from proofs.exact_networks import exact_network
    >>> units(exact_network([[[1, 2]], [[3], [4]]]))
    [(1, 3), (2, 4)]
    """
    return [(*into, *out) for into, out in zip(incoming(thing), outgoing(thing), strict=True)]


def written(numbers) -> str:
    """Numbers as a person reads them.

    >>> from fractions import Fraction
    >>> written([1, Fraction(1, 2)])
    '(1, 1/2)'
    """
    return f"({', '.join(map(str, numbers))})"


def incoming(thing) -> list[tuple]:
    """Of each unit of the first hidden layer: incoming weights, and the bias where there is one."""
    layer = thing.layers[0]
    columns = layer.weight.T.tolist()
    biases = [[]] * len(columns) if layer.bias is None else [[bias] for bias in layer.bias.tolist()]
    return [(*column, *bias) for column, bias in zip(columns, biases, strict=True)]


def outgoing(thing) -> list[tuple]:
    """Of each unit of the first hidden layer: outgoing weights."""
    return [tuple(row) for row in thing.layers[1].weight.tolist()]


def tied(thing) -> bool:
    """Whether the first two units of the first hidden layer are equal, number by number."""
    first, second, *_ = units(thing)
    return first == second


def unknown_network(weights: Sequence, biases: Sequence | None = None, loss: str | None = None) -> Network:
    """A network of symbols whose hidden activations are unknown functions; so is the loss, unless it is named."""
    vectors = [None] * len(weights) if biases is None else [Symbol.of(bias) for bias in biases]
    layers = tuple(Layer(Symbol.of(weight), bias) for weight, bias in zip(weights, vectors, strict=True))
    hidden = (UnknownFormula("phi"),) * (len(layers) - 1)
    return Network(layers, (*hidden, UnknownFormula("psi")), loss_named(loss) if loss else UnknownLossFormula())


def trained(network: Network, batch: Batch, rate: int, steps: int) -> list[Network]:
    """The network at the start and after each step of gradient descent with step size 1/rate."""
    path = [network]
    for _ in range(steps):
        path.append(GradientDescent(rate).train(path[-1], [batch]))
    return path


def pull_apart(network: Network, batch: Batch) -> tuple:
    """sum_n ((v_1 - v_2) . e_n) phi'(z_n) (x_n, 1) of the first two hidden units; the 1 is there if they have a bias.

    One step of size eta takes -eta times this from the gap between the incoming weights of two units that share them.
    """
    from symmetry.activation import slope

    preactivations, activations = forward_pass(network, batch.x)
    error = network.loss.error(activations[-1], batch.y) * slope(preactivations[-1], network.activations[-1])
    rows = network.layers[1].weight
    pull = (error @ (rows[0] - rows[1])[:, None]) * slope(preactivations[0][:, :1], network.activations[0])
    bias = () if network.layers[0].bias is None else (pull.sum(),)
    return (*weight_gradient(batch.x, pull).ravel().tolist(), *bias)
