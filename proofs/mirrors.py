"""MIRROR: what a reflection that preserves the loss does to curvature and to weight decay (ziyin2024symmetry)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import mirrors as derivations
from proofs.hessian import hessian_times
from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.activation import SINE
from symmetry.architecture import Architecture
from symmetry.cases import Direction
from symmetry.loss import MEAN_ABSOLUTE_ERROR
from symmetry.network import Batch, Layer, Layered, Network, batch_loss, map_parameters
from symmetry.statements.relation import AtMost
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import squared_norm


def swap_of(ties: TiedUnits, network: Network) -> UnitPermutation:
    """The reflection that swaps the two units of each pair."""
    swaps = []
    for (one, other), width in zip(ties.pairs, network.widths[1:-1], strict=True):
        units = jnp.arange(width)
        swaps.append(jnp.where(units == one, other, jnp.where(units == other, one, units)))
    return UnitPermutation(tuple(swaps))


def half_the_sum(one: Layered, other: Layered) -> Layered:
    return map_parameters(lambda here, there: (here + there) / 2, one, other)


def half_the_difference(one: Layered, other: Layered) -> Layered:
    return map_parameters(lambda here, there: (here - there) / 2, one, other)


def of_equal_votes(network: Network) -> Network:
    """Sine units whose outgoing weights are all 1, under the absolute error: their curvature has a bound."""
    *before, last = network.layers
    layers = (*before, Layer(last.weight * 0 + 1, last.bias))
    votes = dataclasses.replace(network.with_hidden(SINE), layers=layers)
    return votes.with_logits(MEAN_ABSOLUTE_ERROR)


@theorem(
    "MIRROR.1",
    title="Weight decay above half the curvature pulls parameters onto a mirror",
    statement=r"L(R\theta) = L(\theta),\ P = \tfrac12 (1 + R),\ \nabla^2 L \geq -K,\ \gamma > \tfrac{K}{2},\ P\theta \neq \theta "
    r"\;\Rightarrow\; L(P\theta) + \gamma \lVert P\theta \rVert^2 < L(\theta) + \gamma \lVert \theta \rVert^2",
    hypotheses="R an orthogonal map of the parameters with R R = 1, and L plus K/2 times the square of the norm convex; no "
    "smaller constant than K/2 will do; in floats: swaps of two hidden units, on whose mirror they are tied, in networks of "
    "sine units whose outgoing weights are 1, with the absolute error, where K is the sum of 1 + |x|^2 over the batch and "
    "gamma = K; and the loss that is -K/2 times the square of the distance from the mirror",
    cites=("ziyin2024symmetry",),
    controls={"gamma = K/4": dict(quarters=1)},
    derivation=derivations.decay_pulls,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((3, 4, 1)),),
    dtypes=WIDE,
)
def weight_decay_pulls_parameters_onto_a_mirror(network: Network, ties: TiedUnits, batch: Batch, *, quarters: int = 4):
    """For the network, and for the loss that curves down from the mirror by K."""
    votes = of_equal_votes(network)
    swap = swap_of(ties, votes)
    other = swap.act(votes)
    tied, apart = half_the_sum(votes, other), half_the_difference(votes, other)
    bound = (batch.x * batch.x).sum() + batch.x.shape[0]
    gamma = bound * quarters / 4
    here, there, between = (squared_norm(each) for each in (votes, tied, apart))
    return [
        AtMost(batch_loss(tied, batch) + gamma * there, batch_loss(votes, batch) + gamma * here),
        AtMost(gamma * there, gamma * here - bound * between / 2),
    ]


@theorem(
    "MIRROR.2",
    title="On a mirror, curvature does not mix symmetric and antisymmetric directions",
    statement=r"L(R\theta) = L(\theta),\ R\theta = \theta,\ P = \tfrac12 (1 + R) \;\Rightarrow\; "
    r"H P = P H P, \quad H (1 - P) = (1 - P) H (1 - P)",
    hypotheses="R an orthogonal map of the parameters with R R = 1; L twice differentiable where it is evaluated; tried on swaps "
    "of a pair of units in every hidden layer, with any activation and loss: on the mirror the two are tied",
    cites=("ziyin2024symmetry", "palais1979principle"),
    controls={"off the mirror": dict(on_mirror=False)},
    derivation=derivations.no_block_between,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=(Architecture((2, 3, 2), batch=2), Architecture((2, 2, 3, 1), batch=2)),
    dtypes=WIDE,
)
def curvature_on_a_mirror_does_not_mix_directions(
    network: Network, ties: TiedUnits, direction: Direction, batch: Batch, *, on_mirror: bool = True
):
    """The Hessian times a symmetric direction is symmetric, and times an antisymmetric one it is antisymmetric."""
    swap = swap_of(ties, network)
    point = half_the_sum(network, swap.act(network)) if on_mirror else network
    symmetric, antisymmetric = (part(direction, swap.act(direction)) for part in (half_the_sum, half_the_difference))
    one, other = (hessian_times(point, batch, each.layers) for each in (symmetric, antisymmetric))
    parts = half_the_sum(one, swap.act(one)), half_the_difference(other, swap.act(other))
    return (one.layers, other.layers), tuple(each.layers for each in parts)
