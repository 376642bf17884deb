"""LAND: the landscape of the loss is not convex, and symmetry is why (brea2019weight, baldi1989neural)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import landscape as derivations
from proofs.exact_networks import XOR, exact_network
from proofs.hessian import hessian_times
from proofs.sums import mean, total
from symmetry.actions import UnitPermutation
from symmetry.activation import IDENTITY, SINE, Activation
from symmetry.architecture import Architecture
from symmetry.network import Batch, Layer, Network, batch_loss, forward, map_parameters
from symmetry.numbers.symbol import Symbol
from symmetry.statements.relation import AtMost, Equal
from symmetry.statements.theorem import WIDE, theorem

XOR_OF_TWO_UNITS = exact_network([[[1, 1], [1, 1]], [[1], [-2]]], [[0, -1], [0]], hidden="relu")
"""relu(x_1 + x_2) - 2 relu(x_1 + x_2 - 1)."""


def mean_of(networks: list[Network]) -> Network:
    """The network whose parameters are the means of theirs."""
    return map_parameters(lambda *parts: mean(parts), *networks)


def the_loss_is_convex(network: Network, pi: UnitPermutation, batch: Batch):
    """The loss halfway between a network and its permutation is at most their common loss (PERM.3)."""
    return AtMost(batch_loss(mean_of([network, pi.act(network)]), batch), batch_loss(network, batch))


@theorem(
    "LAND.1",
    title="The mean of two exact XOR solutions is none: the loss is not convex",
    statement=r"f(\theta) = f(\pi\cdot\theta) = \mathrm{XOR}, \qquad "
    r"\textstyle\sum_n \bigl(f(\tfrac12(\theta + \pi\cdot\theta), x_n) - y_n\bigr)^2 = \tfrac{27}{4}",
    hypotheses="f(x) = relu(x_1 + x_2) - 2 relu(x_1 + x_2 - 1), pi the swap of its two units; the half squared error is 27/8, "
    "though that of both solutions is 0",
    cites=("brea2019weight",),
    controls={"averaging a solution with itself": dict(order=(0, 1))},
    evidence=("identity",),
    systems=("symbols",),
    refutes={"the loss is convex": the_loss_is_convex},
)
def the_mean_of_two_exact_solutions_is_no_solution(*, order: tuple[int, ...] = (1, 0)):
    other = UnitPermutation((list(order),)).act(XOR_OF_TWO_UNITS)
    errors = 2 * batch_loss(mean_of([XOR_OF_TWO_UNITS, other]), XOR)
    outputs = [forward(network, XOR.x) for network in (XOR_OF_TWO_UNITS, other)]
    return (outputs, errors), ([XOR.y, XOR.y], Symbol.of(27) / 4)


@theorem(
    "LAND.2",
    title="Where the loss is convex, averaging over a symmetry never raises it",
    statement=r"L \text{ convex},\ L \circ g = L \;\; (g \in G \text{ finite}) \;\Rightarrow\; "
    r"L\bigl(\tfrac{1}{|G|} \textstyle\sum_g g\theta\bigr) \leq L(\theta)",
    hypotheses="L convex and finite everywhere, G finite and linear; in floats: a single affine layer with a convex loss, and "
    "G the turns of its inputs, on a batch that holds each input in every turn",
    cites=("brea2019weight",),
    controls={"non-convex L": dict(output=SINE)},
    derivation=derivations.orbit_mean,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(
        Architecture((4, 2), loss="half_squared_error"),
        Architecture((3, 3), loss="mean_absolute_error"),
        Architecture((3, 1), loss="sigmoid_binary_cross_entropy"),
    ),
    dtypes=WIDE,
)
def averaging_over_a_symmetry_never_raises_a_convex_loss(
    network: Network, batch: Batch, *, output: Activation = IDENTITY
):
    """The loss is invariant because the batch holds every turn of its inputs."""
    layer = dataclasses.replace(network, activations=(output,))
    inputs = layer.widths[0]
    turns = [(jnp.arange(inputs) + turn) % inputs for turn in range(inputs)]

    def loss(network: Network):
        return total([batch_loss(network, Batch(batch.x[:, turn], batch.y)) for turn in turns])

    (only,) = layer.layers
    orbit = [dataclasses.replace(layer, layers=(Layer(only.weight[turn], only.bias),)) for turn in turns]
    return [Equal(loss(orbit[1]), loss(layer)), AtMost(loss(mean_of(orbit)), loss(layer))]


@theorem(
    "LAND.3",
    title="Two linear layers have a saddle at 0",
    statement=r"L(v, w) = (vw - 1)^2 \;\Rightarrow\; \nabla L(0) = 0, \quad "
    r"\mathrm{spec}\, \nabla^2 L(0) = \{+2, -2\}",
    hypotheses="two linear layers of one unit, one example x = y = 1, squared error (the half squared error has +1 and -1)",
    cites=("baldi1989neural",),
    controls={"one layer": dict(depth=1)},
    derivation=derivations.saddle,
    evidence=("derived", "identity"),
    systems=("symbols",),
)
def two_linear_layers_have_a_saddle_at_the_origin(*, depth: int = 2):
    """The Hessian times (1, 1) is -2 (1, 1), and times (1, -1) it is 2 (1, -1); with one layer, the first entries of these."""
    one = Symbol.of([[1]])
    origin = exact_network([[[0]]] * depth)
    found = []
    for sign in (1, -1):
        direction = tuple(Layer(one * sign**place) for place in range(depth))
        found.append([2 * layer.weight for layer in hessian_times(origin, Batch(one, one), direction).layers])
    return found, [[one * (-2), one * (-2)][:depth], [one * 2, one * (-2)][:depth]]
