"""TIE: pairs tied up to a sign, and why a tie, once broken, opens: it is a saddle across (goodfellow2016deep)."""

import numpy as np

from proofs.derivations import tied_geometry as derivations
from proofs.equal_initialisation import pairs_of
from proofs.hessian import hessian_times
from symmetry.actions import SignFlips, TiedUnits, gather_units
from symmetry.activation import derivative, slope
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Minibatches, OddNetwork, SigmoidalNetwork
from symmetry.network import Batch, Layer, Network, backpropagate, forward_pass
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent

SOURCES = ("goodfellow2016deep", "fukumizu2000local")
ARCHITECTURES = (Architecture((3, 4, 3, 2), batch=6), Architecture((2, 3, 2), bias=False))


def signs_of(ties: TiedUnits) -> list:
    """-1 for every pair; 1 where a layer has a single unit, which is no pair."""
    return [1 - 2 * (first != second) for first, second in ties.pairs]


def opposite(ties: TiedUnits, network: Network) -> Network:
    """The network in which the second unit of each pair is minus the first in (w, b, v)."""
    units = [np.arange(width) for width in network.widths[1:-1]]
    layers = zip(units, ties.pairs, signs_of(ties), strict=True)
    flips = SignFlips(tuple(1 + (sign - 1) * (unit == second) for unit, (_, second), sign in layers))
    return flips.act(ties.act(network))


def sigmoid_units_stay_opposite(sigmoidal: SigmoidalNetwork, ties: TiedUnits, minibatches: Minibatches):
    return opposite_units_with_an_odd_activation_stay_opposite.law(sigmoidal, ties, minibatches)


def units_of_any_activation_stay_opposite(network: Network, ties: TiedUnits, minibatches: Minibatches):
    return opposite_units_with_an_odd_activation_stay_opposite.law(network, ties, minibatches)


@theorem(
    "TIE.15",
    title="Units with an odd activation that start opposite stay opposite",
    statement=r"\varphi(-z) = -\varphi(z),\ (w_t, b_t, v_t) = -(w_s, b_s, v_s) \;\Rightarrow\; "
    r"(w_t, b_t, v_t) = -(w_s, b_s, v_s) \text{ after every step of gradient descent}",
    hypotheses="odd hidden activations, such as tanh, sine and the identity; gradient descent with any minibatches; any loss, "
    "widths and depth",
    cites=("goodfellow2016deep", "sussmann1992uniqueness"),
    controls={"sigmoid": sigmoid_units_stay_opposite},
    refutes={"units of any activation that start opposite stay opposite": units_of_any_activation_stay_opposite},
    derivation=derivations.sign_tied,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def opposite_units_with_an_odd_activation_stay_opposite(
    odd_network: OddNetwork, ties: TiedUnits, minibatches: Minibatches
):
    after = GradientDescent(16).train(opposite(ties, odd_network), minibatches.batches[:2])
    first, second = pairs_of(after.layers, ties)
    signed = zip(second, signs_of(ties), strict=True)
    return first, [tuple(None if part is None else part * sign for part in parts) for parts, sign in signed]


def every_unit_twice(thing):
    """The network, or direction, with two equal units in the place of each of the first hidden layer."""
    widths = [layer.weight.shape[1] for layer in thing.layers[:-1]]
    units = np.concatenate([np.arange(widths[0])] * 2)
    return gather_units(thing, [units, *[np.arange(width) for width in widths[1:]]])


def across(direction: Direction) -> tuple[Layer, ...]:
    """The direction in which the units of each pair part: the first moves by its (w, b, v), the second by minus that."""
    width = direction.layers[0].weight.shape[1]
    signs = np.concatenate([np.ones(width, int), -np.ones(width, int)])
    first, second, *others = every_unit_twice(direction).layers
    moved = Layer(first.weight * signs, None if first.bias is None else first.bias * signs)
    parted = Layer(second.weight * signs[:, None], _still(second).bias)
    return moved, parted, *[_still(layer) for layer in others]


def _still(layer: Layer) -> Layer:
    return Layer(layer.weight * 0, None if layer.bias is None else layer.bias * 0)


def own_rows(layers: tuple[Layer, ...]) -> tuple:
    """What belongs to the units of the first hidden layer: (w, b, v)."""
    first, second, *_ = layers
    return first.weight, first.bias, second.weight


def curved(z, activation):
    """phi''(z)."""
    return derivative(z, activation, 2)


def block_times(network: Network, batch: Batch, direction: tuple[Layer, ...], curvature) -> tuple:
    """The matrix R of TIE.16 times what each unit moves by: phi'' (v.e) (x.w) x + phi' (e.v') x, and phi' (x.w) e."""
    preactivations, activations = forward_pass(network, batch.x)
    error = backpropagate(network, preactivations, activations, batch.y)[1]
    z, phi, by = preactivations[0], network.activations[0], direction[0]
    moved = batch.x @ by.weight
    if by.bias is not None:
        moved = moved + by.bias
    bent = curvature(z, phi) * (error @ network.layers[1].weight.T) * moved
    weighed = bent + slope(z, phi) * (error @ direction[1].weight.T)
    bias = None if by.bias is None else weighed.sum(0)
    return batch.x.T @ weighed, bias, (slope(z, phi) * moved).T @ error


def flat(z, activation):
    """0 in the place of phi''(z)."""
    return curved(z, activation) * 0


@theorem(
    "TIE.16",
    title="A tie is a saddle across: along a pair that parts, the loss curves both ways",
    statement=r"H (u, -u) = (R u, -R u), \quad "
    r"\frac{d^2}{d\epsilon^2} L(\theta_s + \epsilon u, \theta_t - \epsilon u) = 2 u^T R u, \quad R = "
    r"\begin{pmatrix} \sum_n (v \cdot e_n) \varphi''(z_n) x_n x_n^T & S \\ S^T & 0 \end{pmatrix}, \quad "
    r"S = \sum_n \varphi'(z_n) x_n e_n^T, \quad S \neq 0 \;\Rightarrow\; R \text{ is indefinite}",
    hypotheses="two units of one hidden layer equal in (w, b, v); x the layer's inputs with a 1 for the bias, e the errors of "
    "the next layer (for one output S is a vector s); activations and loss twice differentiable where they are evaluated; "
    "any loss, widths and depth",
    cites=SOURCES,
    controls={"phi'' left out": dict(curvature=flat)},
    derivation=derivations.saddle_across,
    architectures=(Architecture((3, 4, 2), batch=6), Architecture((3, 4, 5, 2), bias=False, batch=6)),
    dtypes=WIDE,
)
def a_tie_is_a_saddle_across(network: Network, batch: Batch, direction: Direction, *, curvature=curved):
    tied, parting = every_unit_twice(network), across(direction)
    curving = own_rows(hessian_times(tied, batch, parting).layers)
    return curving, block_times(tied, batch, parting, curvature)
