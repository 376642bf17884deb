"""TIE, continued: units that differ stay different under short steps of gradient descent, and may merge under longer ones."""

import itertools

import numpy as np

from proofs.derivations import distinct_units as derivations
from proofs.equal_initialisation import SOURCES, linear, unit_of
from proofs.partly_equal import gaps_of
from symmetry.actions import TiedUnits
from symmetry.activation import ABSOLUTE_VALUE, IDENTITY, value
from symmetry.architecture import Architecture
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Layer, Network, backprop, backpropagate, forward_pass
from symmetry.numbers.symbol import Symbol
from symmetry.statements.relation import AtMost, Differs
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import gradient_step


def squared_gaps(network: Network, ties: TiedUnits) -> list:
    """|d|^2 for the pair of every hidden layer, d the difference of (w, b, v)."""
    squares = []
    for incoming, bias, outgoing in gaps_of(network.layers, ties):
        square = (incoming * incoming).sum() + (outgoing * outgoing).sum()
        squares.append(square if bias is None else square + bias * bias)
    return squares


def lipschitz_constant(network: Network, batch: Batch):
    """A constant Lambda with |D| <= Lambda |d| for every two units of a hidden layer, where hidden activations are linear.

    With M the sum over the examples of (a, 1) e^T, the inputs of the layer and the errors of the next, D is (M d_v, M^T d_w)
    where d is (d_w, d_v), and the norm of M is at most the sum of the absolute values of its entries.
    """
    preactivations, activations = forward_pass(network, batch.x)
    errors = backpropagate(network, preactivations, activations, batch.y)
    total = 0
    for index, layer in enumerate(network.layers[:-1]):
        total = total + value(activations[index].T @ errors[index + 1], ABSOLUTE_VALUE).sum()
        if layer.bias is not None:
            total = total + value(errors[index + 1].sum(0), ABSOLUTE_VALUE).sum()
    return total


def merging(numbers: Network) -> tuple[Network, Batch]:
    """The units (1, 2) and (2, 3) that a step of size 1 sends both to (-1, 1): x = 1, y = 7, and so Lambda = 1.

    In the number system of a given network of the same shape.
    """
    zeros = [layer.weight * 0 for layer in numbers.layers]
    layers = (Layer(zeros[0] + np.array([[1, 2]])), Layer(zeros[1] + np.array([[2], [3]])))
    one = zeros[0][:, :1] + 1
    return Network(layers, (IDENTITY, IDENTITY), HALF_SQUARED_ERROR), Batch(one, one * 7)


def distinct_after_any_step():
    """The two units of the merging example after a step of size 1, claimed to differ."""
    network, batch = merging(network_of_formulas((1, 2, 1)))
    layers = gradient_step(network, backprop(network, batch), 1).layers
    return Differs(*(unit_of(layers, 0, unit)[::2] for unit in (0, 1)))


def network_of_formulas(widths: tuple[int, ...]) -> Network:
    """Nothing but the shapes of weights, as SymPy's zeros."""
    shapes = itertools.pairwise(widths)
    return Network(tuple(Layer(Symbol.of(np.zeros(shape, int))) for shape in shapes), (), HALF_SQUARED_ERROR)


def of_any_network(network: Network, batch: Batch) -> tuple[Network, Batch]:
    """The network with linear hidden activations, and the batch."""
    return linear(network), batch


def of_the_merging_example(network: Network, batch: Batch) -> tuple[Network, Batch]:
    return merging(network)


@theorem(
    "TIE.10",
    title="Units that differ stay different under short steps",
    statement=r"\lVert \theta'_s - \theta'_t \rVert \geq (1 - \eta \Lambda)\, \lVert \theta_s - \theta_t \rVert, \quad "
    r"\theta_j = (w_j, b_j, v_j),\ \eta \Lambda < 1",
    hypotheses="one step of gradient descent of size eta; Lambda a Lipschitz constant of the gradient between theta and the "
    "network with the two units swapped, such as one for the whole segment; floats: linear hidden activations, where Lambda "
    "is known, and eta = 1/(1 + Lambda)",
    cites=SOURCES,
    controls={"eta Lambda = 1 or more": dict(case=of_the_merging_example, added=0)},
    derivation=derivations.surviving_gap,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((1, 2, 1), bias=False, batch=1), Architecture((3, 4, 4, 2))),
    dtypes=WIDE,
    refutes={"units that differ stay different under every step": distinct_after_any_step},
)
def units_that_differ_stay_different_under_short_steps(
    network: Network, ties: TiedUnits, batch: Batch, *, case=of_any_network, added: int = 1
):
    start, data = case(network, batch)
    constant = lipschitz_constant(start, data)
    steps = constant if added == 0 else added + constant  # the step size is 1/(added + Lambda)
    after = gradient_step(start, backprop(start, data), steps)
    factor = 1 / (1 + constant)  # which is 1 - eta Lambda for eta = 1/(1 + Lambda)
    return AtMost([gap * factor * factor for gap in squared_gaps(start, ties)], squared_gaps(after, ties))
