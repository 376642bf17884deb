"""What PERM.6 and TIE.3 say of the optimisers people use: each one of optax's, trained on networks, and its verdict.

Optimisers run on floats only, so a difference is judged by the one-ulp yardstick (`symmetry.yardstick`).
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from proofs.equal_initialisation import pairs_of
from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.architecture import Architecture
from symmetry.array import is_array
from symmetry.cases import Direction, Minibatches, draw_cases
from symmetry.engine.compare import compare, leaves_of
from symmetry.engine.kernel import compiled, described_error, exact_settings
from symmetry.engine.measure import Trials
from symmetry.network import Batch, Network, backprop, batch_loss
from symmetry.numbers import Ball
from symmetry.numbers.ball import unit_roundoff
from symmetry.numbers.ball.cases import round_to
from symmetry.numbers.ball.source import RandomFloats
from symmetry.optimisers import WAYS, Way, in_float64, made, optimisers, quietly, trained
from symmetry.yardstick import FACTOR, black_boxes

NETWORKS = 256
"""Networks that each optimiser trains, as they are drawn, permuted and tied."""

ARCHITECTURE = Architecture((3, 4, 3, 2), batch=4, hidden="tanh", output="identity", loss="half_squared_error")

DECAY, LARGEST_NORM = 1 / 64, 2.0
"""Before any optimiser, DECAY times the parameters is added to the gradient, and its global norm is clipped."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How two runs that should agree did, on each network.

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


@dataclasses.dataclass(frozen=True)
class Surveyed:
    """One optimiser: how it was called, and what came of it; a reason where it could not be run.

    `run` is the trajectory, and the gradients, of the networks as drawn. `outcomes` are in float64; where they disagree,
    `narrow` are in float32, and `wide` in float64 with the optimiser's own roundings in float64 too.
    """

    way: Way = WAYS[0]
    reason: str = ""
    run: Any = None
    outcomes: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)
    narrow: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)
    wide: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)

    def verdict(self, claim: str) -> str:
        """Of "commutes" or "ties": "yes", "no", or "rounding", where a gap is rounding amplified.

        Such a gap shrinks with the unit roundoff, from float32 to float64; that of a broken symmetry does not. Decided is
        which of the two ratios the measured one is nearer to.
        """
        if self.outcomes[claim].agrees:
            return "yes"
        wide, narrow = self.wide[claim].apart.max(), self.narrow[claim].apart.max()
        nearer = wide**2 * unit_roundoff(np.float32) < narrow**2 * unit_roundoff(np.float64)
        return "rounding" if nearer else "no"


def gradient_at(network: Network, way: Way) -> Callable:
    """What a step sees: the decayed and clipped gradient, and what else an update may read."""

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


def _squared(tree):
    return sum((leaf * leaf).sum() for leaf in jax.tree.leaves(tree))


@dataclasses.dataclass(frozen=True)
class Cases:
    """Networks, stacked, with a permutation, ties and minibatches for each.

    `stacked` holds the layers and minibatches of all: as drawn, then permuted, then tied.
    """

    network: Network
    pi: UnitPermutation
    ties: TiedUnits
    stacked: tuple[Any, Any]


@functools.cache
def drawn(seed: int, dtype: str) -> Cases:
    """The same networks in every float type, but for rounding."""
    types = {"network": Network, "pi": UnitPermutation, "ties": TiedUnits, "minibatches": Minibatches}
    cases = draw_cases(types, RandomFloats((seed,), NETWORKS), ARCHITECTURE)
    cases = jax.tree.map(jnp.asarray, round_to(cases, jnp.dtype(dtype)))
    network, pi, ties = cases["network"], cases["pi"], cases["ties"]
    permuted, tied = (jax.vmap(lambda group, network: group.act(network))(group, network) for group in (pi, ties))
    batches = jax.tree.map(lambda *steps: jnp.stack(steps, axis=1), *cases["minibatches"].batches)
    starts = [(each.layers, batches) for each in (network, permuted, tied)]
    return Cases(network, pi, ties, jax.tree.map(lambda *parts: jnp.concatenate(parts), *starts))


def trained_in(make: Callable, way: Way, cases: Cases) -> tuple[Any, dict[str, Outcome]]:
    """The run of the networks as drawn, and the outcomes, of one optimiser in one float type."""

    def train(case):
        layers, batches = case
        return trained(made(make), way, layers, batches, gradient_at(cases.network, way))

    results = black_boxes(lambda stacked: compiled(jax.vmap(train), stacked)(stacked), cases.stacked)
    run, (moved, _), (tied, _) = (jax.tree.map(lambda part, k=k: jnp.split(part, 3)[k], results) for k in range(3))
    commutes, ties = agreement(moved, permuted(run[0], cases.pi)), agreement(*pairs(tied, cases.ties))
    return run, {"commutes": commutes, "ties": ties}


@jax.jit
def permuted(layers, pi: UnitPermutation):
    """Stacked trajectories of layers, each step's permuted."""

    def act(layers, pi):
        return pi.act(Direction(layers)).layers

    return jax.vmap(jax.vmap(act, in_axes=(0, None)))(layers, pi)


@jax.jit
def pairs(layers, ties: TiedUnits):
    """Of stacked trajectories of layers, what belongs to the first unit of each pair, and to the second."""
    return jax.vmap(jax.vmap(pairs_of, in_axes=(0, None)))(layers, ties)


def agreement(left, right) -> Outcome:
    """How far two stacked trees of balls agree."""
    excess, vacuous, apart, growth, witness = map(np.asarray, _agreement(left, right))
    return Outcome(excess, vacuous, apart, growth, witness)


@jax.jit
def _agreement(left, right):
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


@functools.cache
def is_elementwise(name: str, seed: int) -> bool:
    """Whether training every parameter alone, on the gradients that it had, gives what training all together gave."""
    found = surveyed(name, seed)
    if found.reason or found.way.reads or found.way.per_example:
        return False
    after, gradients = found.run
    start = drawn(seed, "float64").network.layers

    def alone(parameter, slopes):
        return trained(made(optimisers()[name]), found.way, parameter, slopes, lambda _, slope: (slope, {}))[0]

    numbers = jax.vmap(lambda tree: ravel_pytree(tree)[0])
    with exact_settings(), quietly():
        arguments = numbers(start), jax.vmap(numbers)(centers(gradients))
        try:
            separate = compiled(jax.vmap(jax.vmap(alone, in_axes=(0, 1), out_axes=1)), *arguments)(*arguments)
        except Exception:  # an optimiser of matrices may refuse numbers in any way
            return False
        unravel = ravel_pytree(jax.tree.map(lambda leaf: leaf[0], start))[1]
        return agreement(after, exact(jax.vmap(jax.vmap(unravel))(separate))).agrees


def centers(balls):
    """What balls are around."""
    return jax.tree.map(lambda ball: ball.center, balls, is_leaf=is_array)


def exact(tree):
    """Floats as balls that hold nothing else."""
    return jax.tree.map(lambda center: Ball(center, jnp.zeros_like(center)), tree)


@functools.cache
def surveyed(name: str, seed: int) -> Surveyed:
    """One optimiser, called in the first way in which it runs."""
    make, reasons = optimisers()[name], []
    with exact_settings(), quietly():
        for way in WAYS:
            try:
                run, outcomes = trained_in(make, way, drawn(seed, "float64"))
            except Exception as error:  # whatever it raises is why it does not run this way
                reasons.append(described_error(error).split("\n")[0])
                continue
            if all(outcome.agrees for outcome in outcomes.values()):
                return Surveyed(way, "", run, outcomes)
            _, narrow = trained_in(make, way, drawn(seed, "float32"))
            with in_float64():
                _, wide = trained_in(make, way, drawn(seed, "float64"))
            return Surveyed(way, "", run, outcomes, narrow, wide)
    return Surveyed(reason=reasons[0])


def survey(seed: int) -> dict[str, Surveyed]:
    """Every optimiser that optax exports, by name: in about half a minute, once a process."""
    return {name: surveyed(name, seed) for name in optimisers()}


def add_trials(trials: Trials, claim: str, names: Sequence[str]) -> None:
    """Counts, as trials, the networks on which optimisers are claimed to commute or to keep ties.

    Raises:
        ValueError: there are no optimisers, so that nothing is claimed.
    """
    if not names:
        raise ValueError(f"no optimiser was found that {claim} could be claimed of; see `symmetry show PERM.6`.")
    for name in names:
        outcome = surveyed(name, trials.seed).outcomes[claim]
        trials.networks += len(outcome.excess)
        trials.add(f"{name} {claim}", outcome.excess, outcome.vacuous)


def with_state_unpermuted(make: Callable, seed: int) -> Outcome:
    """A second step from the permuted network, with what the optimiser remembers of the network as it was."""
    cases = drawn(seed, "float64")
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
    return agreement(moved, permuted(still, cases.pi))
