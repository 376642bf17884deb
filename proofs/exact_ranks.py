"""Jacobians of networks in their parameters, exact, and ranks modulo a prime, which no rank over the rationals is below."""

import dataclasses
import itertools
from collections.abc import Sequence

import flint
import numpy as np

from proofs.exact_networks import exact_network
from proofs.sums import parameters_of
from symmetry.array import Array
from symmetry.network import Batch, HasLayers, Network, backprop
from symmetry.numbers.residue import PRIME
from symmetry.numbers.symbol import Symbol


@dataclasses.dataclass(frozen=True)
class OneOutput:
    """The loss that is one of the outputs: its gradient is a row of the Jacobian."""

    index: int

    def value(self, outputs: Array, targets: Array) -> Array:
        """The output, summed over the examples."""
        return outputs[:, self.index].sum()

    def error(self, outputs: Array, targets: Array) -> Array:
        """1 for the output, 0 for the others."""
        return outputs * 0 + (np.arange(outputs.shape[1]) == self.index).astype(int)


def network_of_integers(
    generator: np.random.Generator, widths: Sequence[int], *, below: int, hidden: str = "identity", biases: bool
) -> Network:
    """A network whose weights and biases are whole numbers between -below and below."""

    def integers(*shape: int) -> np.ndarray:
        return generator.integers(1 - below, below, shape)

    weights = [integers(*pair) for pair in itertools.pairwise(widths)]
    return exact_network(weights, [integers(width) for width in widths[1:]] if biases else None, hidden=hidden)


def in_a_row(thing: HasLayers) -> np.ndarray:
    """Every weight and bias, one after the other."""
    return np.concatenate([np.ravel(part) for part in parameters_of(thing.layers)])


def parameter_jacobian(network: Network, x: Symbol) -> Symbol:
    """The derivative of every output at every example in every parameter: shape (examples, outputs, parameters).

    >>> parameter_jacobian(exact_network([[[2]], [[3]]]), Symbol.of([[5]])).tolist()
    [[[15, 10]]]
    """
    of_outputs = [dataclasses.replace(network, loss=OneOutput(k)) for k in range(network.widths[-1])]
    rows = [[in_a_row(backprop(each, Batch(inputs[None], None))) for each in of_outputs] for inputs in x]
    return Symbol.of(np.array(rows))


def rank_modulo_prime(matrix: np.ndarray) -> int:
    """The rank of a matrix of whole numbers modulo p = 2^31 - 1: a minor that is not 0 modulo p is not 0.

    >>> rank_modulo_prime(np.array([[1, 2], [2, 4]])), rank_modulo_prime(np.array([[1, 2], [2, 5]]))
    (1, 2)
    """
    rows, columns = matrix.shape
    return flint.nmod_mat(rows, columns, [int(entry) % PRIME for entry in matrix.ravel()], PRIME).rank()
