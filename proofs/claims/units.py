"""Hidden units as tuples of their numbers, which claims compare, and how they are trained and written."""

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import jax

from proofs.exact_networks import exact_network
from symmetry.activation import slope
from symmetry.network import Batch, Gradient, Network, backprop, batch_loss, forward_pass, weight_gradient
from symmetry.numbers.symbol import UnknownFormula, UnknownLossFormula
from symmetry.training import GradientDescent

if TYPE_CHECKING:
    import optax


def units(thing: Network | Gradient) -> list[tuple]:
    """For each unit of the first hidden layer: incoming weights, the bias if there is one, outgoing weights.

    >>> from proofs.exact_networks import exact_network
    >>> units(exact_network([[[1, 2]], [[3], [4]]]))
    [(1, 3), (2, 4)]
    """
    return [(*into, *out) for into, out in zip(incoming(thing), outgoing(thing), strict=True)]


def written(numbers: Iterable) -> str:
    """Numbers as a person reads them.

    >>> from fractions import Fraction
    >>> written([1, Fraction(1, 2)])
    '(1, 1/2)'
    """
    return f"({', '.join(map(str, numbers))})"


def incoming(thing: Network | Gradient) -> list[tuple]:
    """For each unit of the first hidden layer: incoming weights, and the bias if there is one."""
    layer = thing.layers[0]
    columns = layer.weight.T.tolist()
    biases = [[]] * len(columns) if layer.bias is None else [[bias] for bias in layer.bias.tolist()]
    return [(*column, *bias) for column, bias in zip(columns, biases, strict=True)]


def outgoing(thing: Network | Gradient) -> list[tuple]:
    """For each unit of the first hidden layer: outgoing weights."""
    return [tuple(row) for row in thing.layers[1].weight.tolist()]


def tied(thing: Network | Gradient) -> bool:
    """Whether the first two units of the first hidden layer are equal, number by number."""
    first, second, *_ = units(thing)
    return first == second


def gaps(one: Iterable, other: Iterable) -> list:
    """The differences of numbers, pair by pair."""
    return [first - second for first, second in zip(one, other, strict=True)]


def decimals(numbers: Iterable, digits: int = 4) -> list[str]:
    """Numbers rounded to decimals.

    >>> decimals([1, -0.25], 1)
    ['1.0', '-0.2']
    """
    return [f"{float(number):.{digits}f}" for number in numbers]


def listed(found: Iterable[Iterable], between: str = ", ") -> str:
    """Units as a person reads them.

    >>> listed([(1, 2), (3, 4)])
    '(1, 2), (3, 4)'
    """
    return between.join(map(written, found))


def unknown_network(weights: Sequence, biases: Sequence | None = None, loss: str | None = None) -> Network:
    """A network of symbols with unknown hidden activations.

    If the loss is named, the output activation is the identity; if not, both are unknown functions too.
    """
    network = exact_network(weights, biases, hidden=UnknownFormula("phi"), loss=loss or "half_squared_error")
    if loss:
        return network
    activations = (*network.activations[:-1], UnknownFormula("psi"))
    return dataclasses.replace(network, activations=activations, loss=UnknownLossFormula())


def trained(network: Network, batch: Batch, rate: int, steps: int) -> list[Network]:
    """The network at the start and after each step of gradient descent with step size 1/rate."""
    train = GradientDescent(rate).train
    return list(itertools.accumulate(range(steps), lambda here, _: train(here, [batch]), initial=network))


def optimised(network: Network, batch: Batch, optimiser: "optax.GradientTransformation", steps: int) -> list[tuple]:
    """The units after steps by an optimiser of optax."""
    import optax

    update = optax.with_extra_args_support(optimiser).update
    layers, state = network.layers, optimiser.init(network.layers)
    for _ in range(steps):
        here = dataclasses.replace(network, layers=layers)
        updates, state = update(backprop(here, batch).layers, state, layers, value=batch_loss(here, batch))
        layers = optax.apply_updates(layers, updates)
    return units(dataclasses.replace(network, layers=layers))


def is_stationary(network: Network, batch: Batch) -> bool:
    """Whether the gradient in every weight and bias is 0."""
    return not any(entry for part in jax.tree.leaves(backprop(network, batch).layers) for entry in part.ravel())


def pull_apart(network: Network, batch: Batch) -> tuple:
    """sum_n ((v_1 - v_2) . e_n) phi'(z_n) (x_n, 1) for the first two hidden units; without biases the 1 is left out.

    If the units have equal incoming weights, a step of size eta makes a gap of -eta times this sum between them.
    """
    preactivations, activations = forward_pass(network, batch.x)
    error = network.loss.error(activations[-1], batch.y) * slope(preactivations[-1], network.activations[-1])
    rows = network.layers[1].weight
    pull = (error @ (rows[0] - rows[1])[:, None]) * slope(preactivations[0][:, :1], network.activations[0])
    bias = () if network.layers[0].bias is None else (pull.sum(),)
    return (*weight_gradient(batch.x, pull).ravel().tolist(), *bias)
