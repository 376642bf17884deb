"""Runs of optimisers that should agree: on networks as they are drawn, permuted and tied; and how far two runs do agree.

Optimisers run on floats only, so a difference is judged by the one-ulp yardstick (`symmetry.yardstick`).
"""

import dataclasses
import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from proofs.equal_initialisation import pairs_of
from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.architecture import Architecture
from symmetry.array import Array, Tree
from symmetry.cases import Direction, Minibatches, draw_cases
from symmetry.engine.compare import compare, leaves_of
from symmetry.engine.compilation import compiled
from symmetry.network import Batch, Network, backprop, batch_loss
from symmetry.numbers.ball.source import RandomFloats, round_to
from symmetry.optimisers import Way, made, trained
from symmetry.yardstick import FACTOR, black_boxes

NETWORKS = 256
"""Networks that each optimiser trains, as they are drawn, permuted and tied."""

ARCHITECTURE = Architecture((3, 4, 3, 2), batch=4, hidden="tanh", output="identity", loss="half_squared_error")

DECAY, LARGEST_NORM = 1 / 64, 2.0
"""Before any optimiser, DECAY times the parameters is added to the gradient, and its global norm is clipped."""


@dataclasses.dataclass(frozen=True)
class Cases:
    """Networks, stacked, with a permutation, ties and minibatches for each.

    `stacked` holds the layers and minibatches of all: as drawn, then permuted, then tied.
    """

    network: Network
    pi: UnitPermutation
    ties: TiedUnits
    stacked: tuple[Tree, Tree]


@functools.cache
def draw_networks(seed: int, dtype: str) -> Cases:
    """The same networks in each float type; only their rounding differs."""
    types = {"network": Network, "pi": UnitPermutation, "ties": TiedUnits, "minibatches": Minibatches}
    cases = draw_cases(types, RandomFloats((seed,), NETWORKS), ARCHITECTURE)
    cases = jax.tree.map(jnp.asarray, round_to(cases, jnp.dtype(dtype)))
    network, pi, ties = cases["network"], cases["pi"], cases["ties"]
    permuted, tied = (jax.vmap(lambda group, network: group.act(network))(group, network) for group in (pi, ties))
    batches = jax.tree.map(lambda *steps: jnp.stack(steps, axis=1), *cases["minibatches"].batches)
    starts = [(each.layers, batches) for each in (network, permuted, tied)]
    return Cases(network, pi, ties, jax.tree.map(lambda *parts: jnp.concatenate(parts), *starts))


def gradient_at(network: Network, way: Way) -> Callable:
    """A function of layers and a batch: the decayed and clipped gradient, and what else an update may read."""

    def at(layers, batch: Batch):
        def loss(layers):
            return batch_loss(dataclasses.replace(network, layers=layers), batch) + DECAY / 2 * _squared(layers)

        def gradient(examples: Batch):
            raw = backprop(dataclasses.replace(network, layers=layers), examples).layers
            return jax.tree.map(lambda slope, parameter: slope + DECAY * parameter, raw, layers)

        whole = gradient(batch)
        readable = {"value": loss(layers), "grad": whole, "value_fn": loss, "obj_fn": loss}
        if way.per_example:
            whole = jax.vmap(lambda x, y: gradient(Batch(x[None], y[None])))(batch.x, batch.y)
        factor = jnp.minimum(1, LARGEST_NORM / jnp.sqrt(_squared(whole)))
        return jax.tree.map(lambda slope: slope * factor, whole), readable

    return at


def _squared(tree: Tree) -> Array:
    return sum((leaf * leaf).sum() for leaf in jax.tree.leaves(tree))


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How far two runs that should agree do, on each network.

    Attributes:
        excess: the difference as a multiple of the yardstick.
        vacuous: whether the yardstick is as large as the numbers.
        apart: the largest difference, relative to the largest number.
        growth: how many units in the last place the result moves for one of the inputs.
        witness: the two numbers that differ most, (networks, 2).
    """

    excess: np.ndarray
    vacuous: np.ndarray
    apart: np.ndarray
    growth: np.ndarray
    witness: np.ndarray

    @property
    def agrees(self) -> bool:
        return bool((self.excess <= 1).all())


def run_optimiser(make: Callable, way: Way, cases: Cases) -> tuple[tuple[Tree, Tree], dict[str, Outcome]]:
    """One optimiser's run on the networks as drawn, and how far it commutes with permutations and keeps ties."""

    def train(case):
        layers, batches = case
        return trained(made(make), way, layers, batches, gradient_at(cases.network, way))

    results = black_boxes(lambda stacked: compiled(jax.vmap(train), stacked)(stacked), cases.stacked)
    run, (moved, _), (tied, _) = (jax.tree.map(lambda part, k=k: jnp.split(part, 3)[k], results) for k in range(3))
    commutes, ties = compare_runs(moved, permute_run(run[0], cases.pi)), compare_runs(*pair_run(tied, cases.ties))
    return run, {"commutes": commutes, "ties": ties}


def step_with_state_unpermuted(make: Callable, seed: int) -> Outcome:
    """How far a second step commutes with a permutation of the network alone: the optimiser's state is not permuted."""
    cases = draw_networks(seed, "float64")
    optimiser, at = made(make), gradient_at(cases.network, Way())

    def step(case):
        layers, state, batch = case
        updates, state = optimiser.update(at(layers, batch)[0], state, layers)
        return jax.tree.map(jnp.add, layers, updates), state

    def after(case):
        return jax.tree.map(lambda leaf: leaf[None], step(case)[0])

    layers = cases.network.layers
    first, second = (jax.tree.map(lambda part, k=k: part[:NETWORKS, k], cases.stacked[1]) for k in range(2))
    layers, state = jax.vmap(step)((layers, jax.vmap(optimiser.init)(layers), first))
    moved = jax.vmap(lambda pi, layers: pi.act(Direction(layers)).layers)(cases.pi, layers)
    still, moved = (black_boxes(jax.vmap(after), (start, state, second)) for start in (layers, moved))
    return compare_runs(moved, permute_run(still, cases.pi))


@jax.jit
def permute_run(layers, pi: UnitPermutation):
    """Stacked runs, lists of layers by step, with the units of each step permuted."""

    def act(layers, pi):
        return pi.act(Direction(layers)).layers

    return jax.vmap(jax.vmap(act, in_axes=(0, None)))(layers, pi)


@jax.jit
def pair_run(layers, ties: TiedUnits):
    """What belongs to the first unit of each pair, and to the second, in stacked runs."""

    def pair(layers, ties):
        return pairs_of(Direction(layers), ties)

    return jax.vmap(jax.vmap(pair, in_axes=(0, None)))(layers, ties)


def compare_runs(left: Tree, right: Tree) -> Outcome:
    """How far two stacked trees of balls agree."""
    excess, vacuous, apart, growth, witness = map(np.asarray, _compare_runs(left, right))
    return Outcome(excess, vacuous, apart, growth, witness)


@jax.jit
def _compare_runs(left, right):
    def one(left, right):
        leaves = leaves_of((left, right))
        outcome = compare(leaves)
        first, second, spread = (
            jnp.concatenate([part.ravel() for part in parts])
            for parts in zip(*[(leaf.left.center, leaf.right.center, leaf.left.radius) for leaf in leaves], strict=True)
        )
        gaps, size = jnp.abs(first - second), jnp.abs(first).max()
        growth = spread.max() / FACTOR / size / jnp.finfo(first.dtype).eps
        witness = jnp.stack([first[gaps.argmax()], second[gaps.argmax()]])
        return outcome.excess.max(), outcome.vacuous.all(), gaps.max() / size, growth, witness

    return jax.vmap(one)(left, right)
