"""METH, continued: false identities pass as rarely as is stated, and at as many points as are counted."""

import dataclasses
import math
from collections.abc import Callable

import jax
import numpy as np
from scipy import stats

from proofs.method import RARE, power
from symmetry.activation import derivative
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import Scalar
from symmetry.engine.identity import POINTS, ExactTally, ResidueSource, try_residues
from symmetry.engine.measure import Trials
from symmetry.numbers import Residue
from symmetry.numbers.comparison import Leaf
from symmetry.numbers.residue import (
    PRIME,
    Account,
    UnknownActivation,
    UnknownLoss,
    accounting,
    at_one_point,
    largest_degree,
)
from symmetry.numbers.residue.source import RandomResidues
from symmetry.statements.relation import Differs
from symmetry.statements.theorem import theorem

AT_LEAST = 1 << 14
"""Points at which each false identity is tried, at least."""

ROOTS = (7, 31, 151)
"""Divisors k of p - 1, by 6 of which it is divided too: at a share 1/k of the points x^((p-1)/k) is 1."""

Sides = tuple[Residue, Residue]


def _answer(key: Array, z: Residue, order: int = 0, family: str = "any") -> Residue:
    return derivative(z, UnknownActivation(key, family), order)


def _loss(key: Array, outputs: Residue) -> Residue:
    return UnknownLoss(key).value(outputs.reshape(1, 1), Residue.of(np.ones((1, 1), int)))


NOTHING = Residue(np.zeros((), np.uint64), 0)


def fractions(x: Residue, y: Residue, key: Array, d: int) -> Sides:
    """x^(d/3) = 1/x^(2d/3), of one division."""
    inverse = 1 / power(x, d // 3)
    return power(x, d // 3), inverse * inverse


def fractions_in_an_oracle(x: Residue, y: Residue, key: Array, d: int) -> Sides:
    """A product that is 0 where phi(x^(d/2)) = phi(1/x^(d/2)), or likewise for phi' and a multiple of x.

    7 is a primitive root modulo p, so that both do not happen at once.
    """
    inverse, multiple = NOTHING + 1 / power(x, d // 2), power(x * 49, d // 2)
    values = _answer(key, power(x, d // 2)) - _answer(key, inverse)
    return values * (_answer(key, multiple, 1) - _answer(key, inverse, 1)), NOTHING


def multiples_over_one_divisor(x: Residue, y: Residue, key: Array, d: int) -> Sides:
    """phi(y/u) = phi(2y/u), where u = x^d - 1."""
    answers = _answer(key, y * np.array([1, 2]) / (power(x, d) - 1))
    return answers[0], answers[1]


def arguments_of_one_call(x: Residue, y: Residue, key: Array, d: int) -> Sides:
    """phi(x^d) = phi(y^d)."""
    answers = _answer(key, power(x * np.array([1, 0]) + y * np.array([0, 1]), d))
    return answers[0], answers[1]


FALSE: dict[str, Callable[[Residue, Residue, Array, int], Sides]] = {
    "x^d = 1/x^(2d)": fractions,
    "phi(x^d) = phi(1/x^d)": fractions_in_an_oracle,
    "phi(y/u) = phi(2y/u)": multiples_over_one_divisor,
    "phi(x^d) = phi(y^d)": lambda x, y, key, d: (_answer(key, power(x, d)), _answer(key, power(y, d))),
    "phi(x^d) = phi(y^d), asked at once": arguments_of_one_call,
    "phi(x^d - 1) = 0, phi(0) = 0": lambda x, y, key, d: (_answer(key, power(x, d) - 1, 0, "through_zero"), NOTHING),
    "phi(x^d - 1) = 0, phi odd": lambda x, y, key, d: (_answer(key, power(x, d) - 1, 0, "odd"), NOTHING),
    "phi'(x^d) = phi'(y^d), phi odd": lambda x, y, key, d: (
        _answer(key, power(x, d // 2), 1, "odd"),
        _answer(key, power(y, d // 2), 1, "odd"),
    ),
    "loss(x^d) = loss(y^d)": lambda x, y, key, d: (_loss(key, power(x, d)), _loss(key, power(y, d))),
}
"""False identities of variables x and y, an oracle's key and a degree, that hold at a share 1/k of the points for d = (p-1)/k,
or at 2/k.

Where z and -z or a fraction multiplies the degree, a part of d stands in its place.
"""

Stated = Callable[[Account, Residue, Residue], float]
"""The chance that is stated for two sides, and for what the account of their run holds."""


def as_the_engine_states(account: Account, left: Residue, right: Residue) -> float:
    return at_one_point(account, largest_degree([Leaf("", left, right)]))


def by_the_degree_after_the_last_oracle(account: Account, left: Residue, right: Residue) -> float:
    """(C(Q, 2) + 1) d / p, d the larger total degree of the sides."""
    queries = sum(call.count for calls in account.queries.values() for call in calls)
    return (math.comb(queries, 2) + 1) * _total_degree(left, right) / PRIME


def by_the_larger_total_degree(account: Account, left: Residue, right: Residue) -> float:
    """The true degrees of arguments, but of the sides the larger numerator and denominator together."""
    return (account.collisions + _total_degree(left, right)) / PRIME


def _total_degree(left: Residue, right: Residue) -> int:
    return max(1, left.degree + left.denominator, right.degree + right.denominator)


def with_mirrored_pairs_counted_once(account: Account, left: Residue, right: Residue) -> float:
    once = {
        oracle: [dataclasses.replace(call, mirrored=False) for call in calls]
        for oracle, calls in account.queries.items()
    }
    return as_the_engine_states(dataclasses.replace(account, queries=once), left, right)


def without_what_must_not_vanish(account: Account, left: Residue, right: Residue) -> float:
    return as_the_engine_states(dataclasses.replace(account, zeros=0), left, right)


@theorem(
    "METH.12",
    title="A false identity of fractions, or behind oracles, passes no more often than is stated",
    statement=r"\frac{a}{b} \neq \frac{c}{d} \;\Rightarrow\; \mathrm{P}\left[\frac{a}{b} = \frac{c}{d}\right] \leq "
    r"\frac{1}{p}\left(\mathrm{deg}(a d - b c) + \sum_{i<j} \mathrm{deg}(z_i - z_j) + \sum_i \mathrm{deg}\, n_i\right)",
    hypotheses="for each oracle, z_i the arguments that differ as formulas, and z_i + z_j too where it takes z and -z for one; "
    "n_i what must not vanish: divisors, and arguments of odd oracles; planted identities that are tight: they pass at half of "
    "the stated rate or more; a rate is rejected when the number observed has a probability below 2^-40 under it",
    cites=("schwartz1980fast", "zippel1979probabilistic", "demillo1978probabilistic"),
    controls={
        "the degree after the last oracle": dict(stated=by_the_degree_after_the_last_oracle),
        "the larger total degree of both sides": dict(stated=by_the_larger_total_degree),
        "z and -z counted as one pair": dict(stated=with_mirrored_pairs_counted_once),
        "what must not vanish left out": dict(stated=without_what_must_not_vanish),
        "a chance of 1": dict(stated=lambda account, left, right: 1.0),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def false_identities_pass_no_more_often_than_is_stated(
    trials: Trials, *, stated: Stated = as_the_engine_states
) -> None:
    """At random points, each under a key of its own, a planted identity passes as often as stated, and half as often."""
    count = max(trials.budget // (len(FALSE) * len(ROOTS)), AT_LEAST)
    for name, sides in FALSE.items():
        for k in ROOTS:
            x, y = (Residue(trials.generator.integers(PRIME, size=count, dtype=np.uint64)) for _ in range(2))
            keys = trials.generator.integers(2**63, size=count, dtype=np.uint64)
            with accounting() as account:
                left, right = jax.vmap(lambda x, y, key, sides=sides, k=k: sides(x, y, key, (PRIME - 1) // k))(
                    x, y, keys
                )
            passed = int((np.asarray(left.value) == np.asarray(right.value)).sum())
            chance = stated(account, left, right)
            most, least = stats.binom.isf(RARE, count, chance), stats.binom.ppf(RARE, count, chance / 2)
            # One trial a point; all share the excess of the count over what the stated rate allows.
            trials.add(f"{name} for k = {k}", np.full(count, max(passed / max(most, 1), least / max(passed, 1))))


PART = 18
"""x^((p-1)/18) is 1 at one point in 18, so that all of 24 points miss it in about a quarter of the runs."""

RUNS = 192
"""Runs of the identity test."""


def a_root_of_unity_is_never_1(scalar: Scalar) -> Differs:
    """False at one point in `PART`."""
    return Differs(power(scalar, (PRIME - 1) // PART), Residue.of(1))


class OnePoint(RandomResidues):
    """One point in the place of all."""

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        drawn = super().integers(name, shape, below)
        return np.broadcast_to(drawn[:1], drawn.shape)

    def numbers(self, name: str, shape: tuple[int, ...]) -> Residue:
        drawn = super().numbers(name, shape)
        return Residue(np.broadcast_to(drawn.value[:1], drawn.value.shape))


class ThirdOfThePoints(RandomResidues):
    """A third of the points, and those times 2^18 and 2^36, whose powers are equal."""

    def numbers(self, name: str, shape: tuple[int, ...]) -> Residue:
        third = super().numbers(name, shape).value[: self.count // 3]
        return Residue(np.concatenate([third * pow(2, PART * times, PRIME) % PRIME for times in range(3)]))


@theorem(
    "METH.13",
    title="An identity is tried at as many random points as are counted",
    statement=r"\mathrm{P}[\text{a law that is false at a share } s \text{ of the points passes}] = (1 - s)^k",
    hypotheses="k the number of points that is recorded, 24; s = 1/18; 192 runs of the test, each of a seed of its own; the "
    "number that passed is rejected when it has a probability below 2^-40",
    cites=["schwartz1980fast"],
    controls={
        "one point 24 times": dict(source=OnePoint),
        "a third of the points, and what follows from them": dict(source=ThirdOfThePoints),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def an_identity_is_tried_at_as_many_points_as_are_counted(
    trials: Trials, *, source: ResidueSource = RandomResidues
) -> None:
    """The points recorded are those promised, and as many runs pass as independent points let pass."""
    seeds = trials.generator.integers(2**32, size=RUNS)
    tallies = [ExactTally() for _ in seeds]
    for seed, tally in zip(seeds, tallies, strict=True):
        try_residues(a_root_of_unity_is_never_1, int(seed), Architecture((1, 1)), tally, source)
    errors = [tally.error for tally in tallies if tally.error]
    assert not errors, errors[0]
    passed = sum(not tally.failure for tally in tallies)
    share = (1 - 1 / PART) ** POINTS
    most, least = stats.binom.isf(RARE, RUNS, share), stats.binom.ppf(RARE, RUNS, share)
    trials.add("runs that passed", np.full(RUNS, max(passed / most, least / max(passed, 1))))
    trials.add("points", np.array([POINTS / max(tally.points, 1) for tally in tallies]))
