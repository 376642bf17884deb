"""What PERM.6 and TIE.3 claim about the optimisers people use: each one that optax exports, trained on networks; its verdict."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from proofs.optimiser_runs import Outcome, compare_runs, draw_networks, run_optimiser
from symmetry.array import Tree, is_array
from symmetry.engine.compilation import compiled
from symmetry.engine.kernel import described_error, exact_settings
from symmetry.engine.measure import Trials
from symmetry.numbers import Ball
from symmetry.numbers.ball import unit_roundoff
from symmetry.optimisers import WAYS, Way, in_float64, made, optimisers, quietly, trained


@dataclasses.dataclass(frozen=True)
class OptimiserFinding:
    """What was found about one optimiser: the way it is called and the outcomes, or the reason why it could not be run.

    `run` holds the layers after each step, and the gradients, of the networks as drawn. `outcomes` are in float64. Where they
    disagree, `narrow` are in float32, and `wide` in float64 with the optimiser's own roundings in float64 too.
    """

    way: Way = WAYS[0]
    reason: str = ""
    run: tuple[Tree, Tree] | None = None
    outcomes: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)
    narrow: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)
    wide: Mapping[str, Outcome] = dataclasses.field(default_factory=dict)

    def verdict(self, claim: str) -> str:
        """The answer to the claim "commutes" or "ties": "yes", "no", or "rounding" if the gap is amplified rounding.

        From float32 to float64 such a gap shrinks by the ratio of the unit roundoffs; the gap of a broken symmetry stays.
        The verdict is the one whose ratio is nearer to the measured one.
        """
        if self.outcomes[claim].agrees:
            return "yes"
        wide, narrow = self.wide[claim].apart.max(), self.narrow[claim].apart.max()
        nearer = wide**2 * unit_roundoff(np.float32) < narrow**2 * unit_roundoff(np.float64)
        return "rounding" if nearer else "no"


@functools.cache
def is_elementwise(name: str, seed: int) -> bool:
    """Whether training each parameter alone, on its own gradients, gives the same as training all together."""
    found = survey_one(name, seed)
    if found.run is None or found.way.reads or found.way.per_example:
        return False
    after, gradients = found.run
    start = draw_networks(seed, "float64").network.layers

    def alone(parameter, slopes):
        return trained(made(optimisers()[name]), found.way, parameter, slopes, lambda _, slope: (slope, {}))[0]

    numbers = jax.vmap(lambda tree: ravel_pytree(tree)[0])
    with exact_settings(), quietly():
        arguments = numbers(start), jax.vmap(numbers)(centers_of(gradients))
        try:
            separate = compiled(jax.vmap(jax.vmap(alone, in_axes=(0, 1), out_axes=1)), *arguments)(*arguments)
        except Exception:  # an optimiser of matrices may refuse numbers in any way
            return False
        unravel = ravel_pytree(jax.tree.map(lambda leaf: leaf[0], start))[1]
        return compare_runs(after, as_balls(jax.vmap(jax.vmap(unravel))(separate))).agrees


def centers_of(balls: Tree) -> Tree:
    """The centers of a tree of balls."""
    return jax.tree.map(lambda ball: ball.center, balls, is_leaf=is_array)


def as_balls(tree: Tree) -> Tree:
    """Floats as balls of radius 0."""
    return jax.tree.map(lambda center: Ball(center, jnp.zeros_like(center)), tree)


@functools.cache
def survey_one(name: str, seed: int) -> OptimiserFinding:
    """What is found about one optimiser, called in the first way in which it runs."""
    make, reasons = optimisers()[name], []
    with exact_settings(), quietly():
        for way in WAYS:
            try:
                run, outcomes = run_optimiser(make, way, draw_networks(seed, "float64"))
            except Exception as error:  # any error is the reason why it does not run this way
                reasons.append(described_error(error).split("\n")[0])
                continue
            if all(outcome.agrees for outcome in outcomes.values()):
                return OptimiserFinding(way, "", run, outcomes)
            _, narrow = run_optimiser(make, way, draw_networks(seed, "float32"))
            with in_float64():
                _, wide = run_optimiser(make, way, draw_networks(seed, "float64"))
            return OptimiserFinding(way, "", run, outcomes, narrow, wide)
    return OptimiserFinding(reason=reasons[0])


def survey(seed: int) -> dict[str, OptimiserFinding]:
    """What is found about every optimiser that optax exports, by name. It takes about half a minute, once a process."""
    return {name: survey_one(name, seed) for name in optimisers()}


def add_trials(trials: Trials, claim: str, names: Sequence[str]) -> None:
    """Adds the networks on which each optimiser should commute, or keep ties, to the trials.

    Raises:
        ValueError: there are no optimisers, so there is nothing to try.
    """
    if not names:
        raise ValueError(f"no optimiser was found that {claim} could be claimed of; see `symmetry show PERM.6`.")
    for name in names:
        outcome = survey_one(name, trials.seed).outcomes[claim]
        trials.networks += len(outcome.excess)
        trials.add(f"{name} {claim}", outcome.excess, outcome.vacuous)
