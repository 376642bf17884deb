"""FDIM: in how many directions the function moves as the parameters do (grigsby2022functional)."""

import itertools
from collections.abc import Sequence

import numpy as np

from proofs.derivations import functional_dimension as derivations
from proofs.exact_ranks import in_a_row, network_of_integers, parameter_jacobian, rank_modulo_prime
from symmetry.actions import multiply_units
from symmetry.network import Network, forward_pass
from symmetry.numbers.residue import PRIME
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import theorem

LINEAR = ((2, 3, 2), (3, 2, 4), (2, 2, 2, 2), (1, 3, 1), (3, 1, 3), (2, 4, 3, 2), (3, 3, 2, 3))
"""Widths of linear networks, with bottlenecks and with hidden layers wider than both ends."""

POINTS = 8
"""Random points for each."""


def of_low_rank(widths: Sequence[int]) -> int:
    """The dimension of the matrices (inputs, outputs) whose rank is at most the least width."""
    least = min(widths)
    return least * (widths[0] + widths[-1] - least)


def weights_of(widths: Sequence[int]) -> int:
    return sum(before * after for before, after in itertools.pairwise(widths))


def symmetries_counted_twice(widths: Sequence[int]) -> int:
    """The weights minus n^2 for each hidden layer of n units, as if no two maps of hidden spaces moved weights alike."""
    return weights_of(widths) - sum(width**2 for width in widths[1:-1])


@theorem(
    "FDIM.1",
    title="A deep linear network has the dimension of the matrices of its bottleneck's rank",
    statement=r"\mathrm{rank}\, \frac{\partial f}{\partial \theta} = r (n_0 + n_L - r), \quad r = \min_l n_l",
    hypotheses="no biases; the rank at almost every theta, for at least as many independent inputs as there are; decided for the "
    f"widths {', '.join('-'.join(map(str, widths)) for widths in LINEAR)} at {POINTS} random points each modulo p = 2^31 - 1: "
    "such a rank is a lower bound, and a larger one elsewhere would be missed with probability at most 2^-100",
    cites=("grigsby2022functional", "schwartz1980fast"),
    controls={"parameters minus symmetries, some counted twice": dict(dimension=symmetries_counted_twice)},
    evidence=("identity",),
    systems=("symbols",),
)
def a_deep_linear_network_has_the_dimension_of_low_rank_matrices(*, dimension=of_low_rank):
    """The outputs are linear in the inputs, so the unit vectors are inputs enough."""
    generator = np.random.default_rng(0)
    ranks = []
    for widths in LINEAR:
        networks = [network_of_integers(generator, widths, below=PRIME, biases=False) for _ in range(POINTS)]
        inputs = Symbol.of(np.eye(widths[0], dtype=int))
        jacobians = [parameter_jacobian(network, inputs).reshape(-1, weights_of(widths)) for network in networks]
        ranks.append([rank_modulo_prime(jacobian) for jacobian in jacobians])
    return Symbol.of(ranks), Symbol.of([[dimension(widths)] * POINTS for widths in LINEAR])


WITNESSES = {(2, 2, 1): 2, (3, 2, 2): 3, (2, 3, 2, 1): 176, (2, 2, 2, 1): 60, (2, 1, 2, 1): 5914}
"""Widths of ReLU networks, and a seed whose network has the largest rank."""

EXAMPLES = 24
"""Inputs that a witness is tried on."""


def witness(widths: Sequence[int], seed: int) -> tuple[Network, Symbol]:
    """A ReLU network of small whole numbers and a batch of inputs.

    Raises:
        ValueError: some preactivation of a hidden unit is 0, so that a small change may switch it.
    """
    generator = np.random.default_rng(seed)
    network = network_of_integers(generator, widths, below=10, hidden="relu", biases=True)
    x = Symbol.of(generator.integers(-9, 10, (EXAMPLES, widths[0])))
    if any((z == 0).any() for z in forward_pass(network, x)[0][:-1]):
        raise ValueError(f"{widths}, seed {seed}: a hidden preactivation is 0; choose another seed.")
    return network, x


def rescaling_directions(network: Network) -> Symbol:
    """How every parameter moves as a hidden unit's (w, b, v) becomes (c w, c b, v / c), at c = 1: shape (units, parameters)."""
    still = [np.ones(width, dtype=int) for width in network.widths[1:-1]]
    directions = []
    for layer, width in enumerate(network.widths[1:-1]):
        for unit in np.eye(width, dtype=int):
            more, less = ([*still[:layer], 1 + sign * unit, *still[layer + 1 :]] for sign in (1, -1))
            directions.append(in_a_row(multiply_units(network, more, less)) - in_a_row(network))
    return Symbol.of(np.array(directions))


@theorem(
    "FDIM.2",
    title="The rank of a ReLU network is at most its parameters minus its hidden units, and that is attained",
    statement=r"\mathrm{rank}\, \frac{\partial f}{\partial \theta} \leq P - \textstyle\sum_l n_l, "
    r"\text{ with equality on an open set}",
    hypotheses="P parameters, n_l units in hidden layer l; wherever the derivative exists and no unit has outgoing weights 0; "
    "the bound for any widths, depth and inputs; equality, at a witness with no preactivation 0, for the widths "
    f"{', '.join('-'.join(map(str, widths)) for widths in WITNESSES)} with biases, by a rank modulo p = 2^31 - 1",
    cites=("grigsby2022functional", "neyshabur2015path"),
    controls={"P": dict(directions=0)},
    derivation=derivations.relu_dimension,
    evidence=("derived", "identity"),
    systems=("symbols",),
)
def a_relu_network_lacks_a_dimension_for_each_hidden_unit(*, directions: int = 1):
    """The ranks at the witnesses, and how fast the outputs move along each rescaling: (units, examples, outputs)."""
    ranks, bounds, rates = [], [], []
    for widths, seed in WITNESSES.items():
        network, x = witness(widths, seed)
        jacobian = parameter_jacobian(network, x)
        parameters = jacobian.shape[-1]
        ranks.append(Symbol.of(rank_modulo_prime(jacobian.reshape(-1, parameters))))
        bounds.append(Symbol.of(parameters - directions * sum(widths[1:-1])))
        rates.append(np.moveaxis(jacobian @ rescaling_directions(network).T, -1, 0))
    return (ranks, rates), (bounds, [rate * 0 for rate in rates])
