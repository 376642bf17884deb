"""What PERM.6 and TIE.3 say of the optimisers people use: each one of optax's, trained on networks, and its verdict.

Optimisers run on floats only, so a difference is judged by the one-ulp yardstick (`symmetry.yardstick`).
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from proofs.equal_initialisation import pairs_of
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Minibatches, draw_cases
from symmetry.draw import RandomFloats
from symmetry.engine.compare import compare, leaves_of
from symmetry.engine.kernel import compiled, described_error, exact_settings, round_to
from symmetry.engine.measure import Trials
from symmetry.group import TiedUnits, UnitPermutation
from symmetry.network import Batch, Network, backprop, batch_loss
from symmetry.numbers import Ball
from symmetry.numbers.dual import is_number
from symmetry.optimisers import WAYS, Way, made, optimisers, quietly, trained
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
        apart: the difference, relative to the largest number of its array.
        growth: how many units in the last place the result moves for one of the inputs.
    """

    excess: np.ndarray
    vacuous: np.ndarray
    apart: np.ndarray
    growth: np.ndarray

    @property
    def agrees(self) -> bool:
        return bool((self.excess <= 1).all())


@dataclasses.dataclass(frozen=True)
class Surveyed:
    """One optimiser: how it was called, and what came of it; a reason where it could not be run.

    `elementwise` compares it with itself run on every parameter alone. What disagrees in float64 was run in float32 too.
    """

    way: Way | None = None
    reason: str = ""
    elementwise: bool = False
    outcomes: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)
    in_float32: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)

    def verdict(self, claim: str) -> str:
        """Of "commutes" or "ties": yes; no; or rounding, if float32's roundings, but not float64's, explain the gap."""
        if self.outcomes[claim].agrees:
            return "yes"
        return "rounding" if self.in_float32[claim].agrees else "no"


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


def surveyed_in(make: Callable, way: Way, cases: Cases, *, split: bool) -> tuple[dict[str, Outcome], bool]:
    """The outcomes of one optimiser in one float type, and, if asked for, whether it is elementwise."""

    def train(case):
        return trained(made(make), way, *case, gradient_at(cases.network, way))

    results = black_boxes(lambda stacked: compiled(jax.vmap(train), stacked)(stacked), cases.stacked)
    (still, gradients), (moved, _), (tied, _) = (
        jax.tree.map(lambda part, k=k: jnp.split(part, 3)[k], results) for k in range(3)
    )
    outcomes = {"commutes": agreement(moved, permuted(still, cases.pi)), "ties": agreement(*pairs(tied, cases.ties))}
    return outcomes, split and is_elementwise(made(make), way, cases.network.layers, still, gradients)


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
    return Outcome(*map(np.asarray, _agreement(left, right)))


@jax.jit
def _agreement(left, right):
    def one(left, right):
        leaves = leaves_of((left, right))
        outcome = compare(leaves)
        size = jnp.stack([jnp.abs(leaf.left.center).max() for leaf in leaves]).max()
        gap = jnp.stack([jnp.abs(leaf.left.center - leaf.right.center).max() for leaf in leaves]).max()
        spread = jnp.stack([leaf.left.radius.max() for leaf in leaves]).max() / FACTOR
        epsilon = jnp.finfo(leaves[0].left.dtype).eps
        return outcome.excess.max(), outcome.vacuous.all(), gap / size, spread / size / epsilon

    return jax.vmap(one)(left, right)


def is_elementwise(optimiser, way: Way, start, after, gradients) -> bool:
    """Whether training every parameter alone, on the gradients that it had, gives what training all together gave."""
    if way.reads or way.per_example:
        return False

    def alone(parameter, slopes):
        return trained(optimiser, way, parameter, slopes, lambda _, slope: (slope, {}))[0]

    numbers = jax.vmap(lambda tree: ravel_pytree(tree)[0])
    arguments = numbers(start), jax.vmap(numbers)(centers(gradients))
    try:
        separate = compiled(jax.vmap(jax.vmap(alone, in_axes=(0, 1), out_axes=1)), *arguments)(*arguments)
    except Exception:  # an optimiser of matrices may refuse numbers in any way
        return False
    unravel = ravel_pytree(jax.tree.map(lambda leaf: leaf[0], start))[1]
    return agreement(after, exact(jax.vmap(jax.vmap(unravel))(separate))).agrees


def centers(balls):
    return jax.tree.map(lambda ball: ball.center, balls, is_leaf=is_number)


def exact(tree):
    return jax.tree.map(lambda center: Ball(center, jnp.zeros_like(center)), tree)


def surveyed(make: Callable, seed: int) -> Surveyed:
    """One optimiser, called in the first way in which it runs."""
    reasons = []
    with quietly():
        for way in WAYS:
            try:
                outcomes, elementwise = surveyed_in(make, way, drawn(seed, "float64"), split=True)
            except Exception as error:  # whatever it raises is why it does not run this way
                reasons.append(described_error(error).split("\n")[0])
                continue
            again = all(outcome.agrees for outcome in outcomes.values())
            narrow = {} if again else surveyed_in(make, way, drawn(seed, "float32"), split=False)[0]
            return Surveyed(way, "", elementwise, outcomes, narrow)
    return Surveyed(reason=reasons[0])


@functools.cache
def survey(seed: int = 0) -> dict[str, Surveyed]:
    """Every optimiser that optax exports, by name: computed once a process, in about half a minute."""
    with exact_settings():
        return {name: surveyed(make, seed) for name, make in optimisers().items()}
