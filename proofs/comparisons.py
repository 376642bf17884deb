"""METH: what counts as equal. A comparison fails where one entry is off by a little more than is allowed, and not before."""

import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.numbers import Ball, Residue
from symmetry.numbers.comparison import Comparison, Leaf, compare_leaf
from symmetry.numbers.residue import PRIME
from symmetry.numbers.symbol import Symbol, formula_failure
from symmetry.statements.theorem import theorem

SHAPE, TERMS = (2, 3), 4
"""Of the numbers compared; terms that are to cancel have one more axis."""

CLOSE = (-1.001, -0.999, 0.999, 1.001)
"""Differences, in multiples of what is allowed."""

Compare = Callable[..., Comparison]


def add_decisions(trials: Trials, what: str, failed: np.ndarray | list, expected: np.ndarray | list) -> None:
    """Adds a trial for each comparison: whether it failed where it must, and only there."""
    trials.add(what, np.where(np.equal(failed, expected), 0.0, np.inf))


def one_entry_off() -> tuple[np.ndarray, np.ndarray]:
    """For each entry and each difference of `CLOSE`, an array that is 0 elsewhere; and the differences."""
    places = [place for place in np.ndindex(*SHAPE) for _ in CLOSE]
    offs = np.array(CLOSE * int(np.prod(SHAPE)))
    arrays = np.zeros((len(offs), *SHAPE))
    for row, (place, off) in enumerate(zip(places, offs, strict=True)):
        arrays[row][place] = off
    return arrays, offs


def compared(
    compare: Compare, left: Array, right: Array | None, relation: str = "equal"
) -> tuple[np.ndarray, np.ndarray]:
    """The excess, as numbers, and which are vacuous; cases are stacked along the first axis."""
    sides = (left,) if right is None else (left, right)
    outcome = jax.jit(jax.vmap(lambda one, other=None: compare(one, other, relation)))(*sides)
    return np.asarray(outcome.excess), np.asarray(outcome.vacuous)


def add_balls(trials: Trials, compare: Compare) -> None:
    """Balls whose centers differ by less than the sum of the radii everywhere, but perhaps for one entry."""
    draw = trials.generator
    entry, offs = one_entry_off()
    centers, radii = draw.standard_normal(SHAPE) + 3, 2.0 ** -draw.uniform(4, 8, (2, *SHAPE))
    allowed = radii.sum(0)
    near = np.where(entry == 0, draw.uniform(-0.9, 0.9, SHAPE), entry) * allowed
    # A difference is that of the left less the right.
    left, right = (
        Ball(np.broadcast_to(center, near.shape), np.broadcast_to(radius, near.shape))
        for center, radius in ((centers, radii[0]), (centers - near, radii[1]))
    )
    for relation, expected in (("equal", abs(offs) > 1), ("at most", offs > 1), ("differs", abs(offs) < 1)):
        excess, vacuous = compared(compare, left, right, relation)
        add_decisions(trials, f"balls, {relation}", excess > 1, expected)
        add_decisions(trials, f"balls, {relation}: vacuous", vacuous, np.zeros(len(offs), bool))


def add_unknown_numbers(trials: Trials, compare: Compare) -> None:
    """Balls with a NaN, which must fail; and with bounds so wide that nothing could."""
    one = Ball(np.ones(SHAPE), np.full(SHAPE, 2.0**-9))
    for place, side in itertools.product(np.ndindex(*SHAPE), (0, 1)):
        lost = np.ones(SHAPE)
        lost[place] = np.nan
        pair = [one, one]
        pair[side] = Ball(lost, one.radius)
        excess, vacuous = compare(*map(_stacked, pair))
        add_decisions(trials, "balls with a NaN", [excess > 1, vacuous], [True, False])
    for radius in (1.0, 2.0**9, np.inf):
        wide = Ball(np.ones(SHAPE), np.full(SHAPE, radius))
        excess, vacuous = compare(_stacked(wide), _stacked(one))
        add_decisions(trials, "balls that hold everything", [excess > 1, vacuous], [False, True])
        narrow = np.full(SHAPE, radius)
        narrow[-1, -1] = 2.0**-9
        _, vacuous = compare(_stacked(Ball(np.ones(SHAPE), narrow)), _stacked(one))
        add_decisions(trials, "balls of which one could fail", [vacuous], [False])


def _stacked(ball: Ball) -> Ball:
    return Ball(jnp.asarray(ball.center), jnp.asarray(ball.radius))


def add_cancelling_balls(trials: Trials, compare: Compare) -> None:
    """Terms whose sum is near to the sum of their radii."""
    draw = trials.generator
    entry, offs = one_entry_off()
    centers, radii = draw.standard_normal((*SHAPE, TERMS)), 2.0 ** -draw.uniform(4, 8, (*SHAPE, TERMS))
    cases = np.broadcast_to(centers, (len(offs), *centers.shape)).copy()
    cases[..., -1] = -centers[..., :-1].sum(-1) + entry * radii.sum(-1)
    excess, vacuous = compared(compare, Ball(cases, np.broadcast_to(radii, cases.shape)), None)
    add_decisions(trials, "balls that cancel", excess > 1, abs(offs) > 1)
    add_decisions(trials, "balls that cancel: vacuous", vacuous, np.zeros(len(offs), bool))


def add_residues(trials: Trials, compare: Compare) -> None:
    """Residues of which one differs, by 1 and by powers of 2."""
    numbers = trials.generator.integers(PRIME, size=(*SHAPE, TERMS))
    numbers[..., -1] = -numbers[..., :-1].sum(-1) % PRIME
    places = list(np.ndindex(*SHAPE))
    shifts = [0, 1, 2**8, 2**16, 2**30]
    cases = np.stack([numbers for _ in shifts for _ in places])
    for row, (shift, place) in enumerate(itertools.product(shifts, places)):
        cases[row][(*place, -1)] = (cases[row][(*place, -1)] + shift) % PRIME
    moved = np.repeat(np.array(shifts) != 0, len(places))
    terms, same = (Residue(jnp.asarray(each, jnp.uint64)) for each in (cases, np.broadcast_to(numbers, cases.shape)))
    for relation, expected in (("equal", moved), ("differs", ~moved)):
        excess, vacuous = compared(compare, terms[..., -1], same[..., -1], relation)
        add_decisions(trials, f"residues, {relation}", excess > 1, expected)
        add_decisions(trials, f"residues, {relation}: vacuous", vacuous, np.zeros(len(moved), bool))
    excess, vacuous = compared(compare, terms, None)
    add_decisions(trials, "residues that cancel", [*(excess > 1), *vacuous], [*moved, *np.zeros(len(moved), bool)])


def add_symbols(trials: Trials) -> None:
    """Formulas of which one differs, by a number that has a sign and by one that has none."""
    x = sympy.Symbol("x", real=True)
    one = Symbol.of([[(x + place) ** 2 for place in range(3)], [x, 2 * x, sympy.sin(x) ** 2]])
    other = Symbol.of([[sympy.expand((x + place) ** 2) for place in range(3)], [x, x + x, 1 - sympy.cos(x) ** 2]])
    failed = [bool(formula_failure(Leaf("", one, other, relation))) for relation in ("equal", "at most", "differs")]
    add_decisions(trials, "equal formulas", failed, [False, False, True])
    for place, off in itertools.product(np.ndindex(*SHAPE), (x, sympy.Rational(1, 10**12), -(x**2))):
        moved = other.copy()
        moved[place] += off
        failed = [bool(formula_failure(Leaf("", one, moved, relation))) for relation in ("equal", "at most", "differs")]
        # The left is at most the right where the right grew, and where that is known.
        add_decisions(trials, "formulas of which one differs", failed, [True, not off.is_nonnegative, False])
        terms = np.stack([one, -moved], axis=-1).view(Symbol)
        add_decisions(
            trials, "formulas that do not cancel", [bool(formula_failure(Leaf("", terms, None, "cancels")))], [True]
        )


def without_the_last(left: Array, right: Array | None, relation: str = "equal") -> Comparison:
    """A comparison that drops the last column: a control."""
    return compare_leaf(left[:, :-1], None if right is None else right[:, :-1], relation)


def with_the_least(left: Array, right: Array | None, relation: str = "equal") -> Comparison:
    """A comparison that allows a hundredth more: a control."""
    outcome = compare_leaf(left, right, relation)
    return Comparison(outcome.excess / 1.01, outcome.vacuous)


@theorem(
    "METH.11",
    title="A comparison fails where one entry is off, and only there",
    statement=r"\text{a comparison fails} \iff |c_i - c'_i| > r_i + r'_i \text{ for some } i",
    hypotheses="balls of shape (2, 3), one entry off by 0.999 or 1.001 times what is allowed; also "
    "one-sided comparisons, those that must differ, and terms that must cancel; NaN fails, and a bound that nothing could "
    "break is vacuous; for residues and formulas, one entry that differs at all",
    cites=("higham2002accuracy",),
    controls={
        "the last column dropped": dict(compare=without_the_last),
        "a hundredth more allowed": dict(compare=with_the_least),
    },
    evidence=("sampled",),
    systems=("balls", "residues"),
    dtypes=("float64",),
)
def a_comparison_fails_where_one_entry_is_off(trials: Trials, *, compare: Compare = compare_leaf) -> None:
    add_balls(trials, compare)
    add_unknown_numbers(trials, compare)
    add_cancelling_balls(trials, compare)
    add_residues(trials, compare)
    add_symbols(trials)
