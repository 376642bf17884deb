"""TIE: what tells tied units apart, and by how much after one step (goodfellow2016deep, srivastava2014dropout)."""

import numpy as np
import sympy

from proofs.dropout import DropoutMasks, backprop_with_dropout, backpropagate_with_dropout, forward_pass_with_dropout
from proofs.equal_initialisation import pairs_of, unit_of
from proofs.norms import group_norm
from proofs.partly_equal import gaps_of
from symmetry.actions import TiedUnits
from symmetry.activation import IDENTITY, slope, value
from symmetry.architecture import Architecture
from symmetry.cases import Bits, Direction, Scalar
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import (
    Batch,
    Layer,
    Network,
    backprop,
    forward_pass,
    map_parameters,
    output_error,
    preactivation,
    weight_gradient,
)
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import gradient_step

SOURCES = ("goodfellow2016deep", "srivastava2014dropout")

RATE = 16
"""The step size is 1/RATE: a power of 2, exact in every number system."""


def gaps(thing, ties: TiedUnits) -> list[tuple]:
    """What belongs to the first unit of each pair less what belongs to the second."""
    return gaps_of(thing.layers, ties)


def times(factor, part):
    return None if part is None else factor * part


def with_masks(tied: Network, batch: Batch, dropout: DropoutMasks) -> Network:
    """One step of descent under dropout."""
    return gradient_step(tied, backprop_with_dropout(tied, batch, dropout), RATE)


def gap_of_masks(tied: Network, batch: Batch, dropout: DropoutMasks, ties: TiedUnits) -> list:
    """-1/RATE sum over n of (m_s - m_t) phi'(z) (v.e) (x, 1), and of (m_s - m_t) phi(z) e: what a step then opens."""
    preactivations, activations = forward_pass_with_dropout(tied, batch.x, dropout)
    errors = backpropagate_with_dropout(tied, preactivations, activations, batch.y, dropout)
    opened = []
    for index, (first, second) in enumerate(ties.pairs):
        z, phi, error = preactivations[index][:, first], tied.activations[index], errors[index + 1]
        _, bias, outgoing = unit_of(tied.layers, index, first)
        apart = dropout.masks[index][:, second] - dropout.masks[index][:, first]
        pull = slope(z, phi) * (error * outgoing).sum(1) * apart / RATE
        by_weight = (pull[:, None] * activations[index]).sum(0)
        by_outgoing = ((value(z, phi) * apart / RATE)[:, None] * error).sum(0)
        opened.append((by_weight, None if bias is None else pull.sum(0), by_outgoing))
    return opened


def with_noise(tied: Network, batch: Batch, noise: Direction) -> Network:
    """One step of descent, and a noise of its own for every parameter."""
    return map_parameters(lambda number, by: number + by, gradient_step(tied, backprop(tied, batch), RATE), noise)


def with_rates(tied: Network, gradient) -> Network:
    """One step of descent in which what leads into unit j moves j + 1 times as far."""
    return map_parameters(lambda number, by: number - by * (np.arange(by.shape[-1]) + 1) / RATE, tied, gradient)


def gap_of_rates(gradient, ties: TiedUnits) -> list:
    """-(eta_s - eta_t) times the gradient of (w, b): the units' own rates, over RATE, are s + 1 and t + 1."""
    opened = []
    for index, (first, second) in enumerate(ties.pairs):
        w, b, _ = unit_of(gradient.layers, index, first)
        opened.append((w * (second - first) / RATE, None if b is None else b * (second - first) / RATE))
    return opened


def with_rounding(tied: Network, rests: Network, bits: Bits, spacing) -> Network:
    """Every parameter rounded down or up to a grid: less what it exceeds the grid by, and a spacing more if its bit is 1.

    `rests` holds what parameters exceed the grid by: equal for equal ones.
    """
    down = map_parameters(lambda number, rest: number - rest, tied, rests)
    return map_parameters(lambda number, bit: number + spacing * bit, down, bits)


def with_groups(tied: Network, batch: Batch) -> tuple:
    """One step on the last weight of a network that group-normalises its last hidden layer in two halves.

    Returns: the weight, and the activations and output errors of the step.
    """
    preactivations, _ = forward_pass(tied, batch.x)
    last = tied.layers[-1]
    a = value(group_norm(preactivations[-2], 2), tied.activations[-2])
    z = preactivation(a, last)
    error = output_error(tied, z, value(z, tied.activations[-1]), batch.y)
    return last.weight - weight_gradient(a, error) / RATE, a, error


def halves(network: Network) -> TiedUnits:
    """The first units of both halves of every hidden layer, as pairs."""
    return TiedUnits(tuple((0, width // 2) for width in network.widths[1:-1]))


def gap_of_groups(network: Network, batch: Batch) -> tuple:
    """Between the first units of the two halves, tied: the gap of their outgoing weights, and -1/RATE sum over n of
    (a_s - a_t) e."""
    half = network.widths[-2] // 2
    weight, a, error = with_groups(halves(network).act(network), batch)
    return weight[0] - weight[half], ((a[:, half] - a[:, 0])[:, None] * error).sum(0) / RATE


def a_mask_per_unit_keeps_ties(network: Network, ties: TiedUnits, batch: Batch, dropout: DropoutMasks):
    return pairs_of(with_masks(ties.act(network), batch, dropout).layers, ties)


def noise_per_unit_keeps_ties(network: Network, ties: TiedUnits, batch: Batch, noise: Direction):
    return pairs_of(with_noise(ties.act(network), batch, noise).layers, ties)


def rates_per_unit_keep_ties(network: Network, ties: TiedUnits, batch: Batch):
    tied = ties.act(network)
    return pairs_of(with_rates(tied, backprop(tied, batch)).layers, ties)


def stochastic_rounding_keeps_ties(network: Network, ties: TiedUnits, bits: Bits):
    """To whole numbers: 1/2 becomes 0 or 1."""

    def rounded(number, bit):
        down, up = number.map(sympy.floor), number.map(sympy.ceiling)
        return down + (up - down) * bit

    return pairs_of(map_parameters(rounded, ties.act(network), bits).layers, ties)


def group_norm_across_groups_keeps_ties():
    """Preactivations (1, 3) and (1, -3) have variances 1 and 4: the first of each become -1 and 1."""
    weights = Symbol.of([[1, 3, 1, -3]]), Symbol.of([[1]] * 4)
    network = Network(tuple(map(Layer, weights)), (IDENTITY, IDENTITY), HALF_SQUARED_ERROR)
    weight, _, _ = with_groups(network, Batch(Symbol.of([[1]]), Symbol.of([[1]])))
    return weight[0], weight[2]


def gap_of_a_shared_mask(network: Network, ties: TiedUnits, batch: Batch, dropout: DropoutMasks):
    tied = ties.act(network)
    after = with_masks(tied, batch, shared(dropout, ties))
    return gaps(after, ties), gap_of_masks(tied, batch, dropout, ties)


def shared(dropout: DropoutMasks, ties: TiedUnits) -> DropoutMasks:
    """The masks in which the second unit of each pair is dropped where the first is."""
    masks = []
    for mask, (first, second) in zip(dropout.masks, ties.pairs, strict=True):
        units = np.arange(mask.shape[1])
        masks.append(mask[:, units + (first - units) * (units == second)])
    return DropoutMasks(tuple(masks))


@theorem(
    "TIE.13",
    title="What breaks a tie: whatever treats the two units differently",
    statement=r"\theta_s = \theta_t;\ \text{after a step, } \theta_s - \theta_t = \text{(masks) } -\eta \sum_n (m_{ns} - "
    r"m_{nt}) \left(\varphi'(z_n)(v \cdot e_n)(x_n, 1),\ \varphi(z_n) e_n\right); \text{ (noise) } \xi_s - \xi_t; "
    r"\text{ (rates) } -(\eta_s - \eta_t) g; \text{ (rounding) } h (\beta_s - \beta_t); \text{ (group norm) } "
    r"v_s - v_t = -\eta \sum_n (a_{ns} - a_{nt}) e_n",
    hypotheses="a step of gradient descent from units equal in (w, b, v); m the units' own dropout masks, e the errors of the "
    "next layer, xi noise, g the gradient in (w, b), h the spacing that parameters are rounded to, up where the random bit "
    "beta is 1; units in different groups of a group norm",
    cites=SOURCES,
    controls={"a shared mask": gap_of_a_shared_mask},
    refutes={
        "a dropout mask per unit keeps ties": a_mask_per_unit_keeps_ties,
        "noise per unit keeps ties": noise_per_unit_keeps_ties,
        "a learning rate per unit keeps ties": rates_per_unit_keep_ties,
        "stochastic rounding keeps ties": stochastic_rounding_keeps_ties,
        "group norm keeps ties across its groups": group_norm_across_groups_keeps_ties,
    },
    evidence=("sampled",),
    systems=("balls",),
    architectures=(Architecture((3, 6, 2), batch=4), Architecture((3, 4, 6, 2), bias=False, batch=4)),
    dtypes=WIDE,
)
def what_treats_tied_units_differently_opens_a_gap(
    network: Network,
    ties: TiedUnits,
    batch: Batch,
    dropout: DropoutMasks,
    noise: Direction,
    rests: Network,
    bits: Bits,
    spacing: Scalar,
):
    tied = ties.act(network)
    gradient = backprop(tied, batch)
    rounded = with_rounding(tied, ties.act(rests), bits, spacing)
    pairs = {
        "masks": (gaps(with_masks(tied, batch, dropout), ties), gap_of_masks(tied, batch, dropout, ties)),
        "noise": (gaps(with_noise(tied, batch, noise), ties), gaps(noise, ties)),
        "rates": ([gap[:2] for gap in gaps(with_rates(tied, gradient), ties)], gap_of_rates(gradient, ties)),
        "rounding": (gaps(rounded, ties), [tuple(times(spacing, by) for by in gap) for gap in gaps(bits, ties)]),
    }
    if all(width % 2 == 0 and width > 2 for width in network.widths[1:-1]):  # a group of one unit has no variance
        pairs["group norm"] = gap_of_groups(network, batch)
    return tuple({what: pair[side] for what, pair in pairs.items()} for side in (0, 1))
