"""Sums and matrix products of balls: the errors of all terms of one sign, which is the worst that they can do together."""

import numpy as np

from proofs.ball_ends import add, at_ends, wide_balls
from proofs.method import ball_of
from symmetry.engine.measure import Trials
from symmetry.numbers.ball import unit_roundoff

TERMS = 9
"""Of a sum, and of a matrix product."""


def add_sums(trials: Trials, count: int) -> None:
    """Matrix products and sums: the errors of all terms of one sign, those of the operands and those of rounding."""
    signs = trials.generator.choice([-1.0, 1.0], (count, 1, TERMS))
    rows, others = (
        ((abs(center) * signs).astype(trials.dtype), radius)
        for center, radius in (wide_balls(trials, count, 1, TERMS) for _ in range(2))
    )
    columns = others[0].swapaxes(1, 2), others[1].swapaxes(1, 2)
    product = ball_of(lambda a, b: a @ b, rows, columns)
    ends = [at_ends(rows, s * signs) @ at_ends(columns, s * signs.swapaxes(1, 2)) for s in (-1, 1)]
    add(trials, "a @ b", product, ends, 0.75)
    total = ball_of(lambda a: a.sum(-1), rows)
    add(trials, "sum", total, [at_ends(rows, s).sum(-1) for s in (-1, 1)], 0.75)


def add_lost_terms(trials: Trials) -> None:
    """Sums of 1 and half units in its last place, each of which is lost in turn: the worst that rounding does."""
    half = unit_roundoff(trials.dtype)
    lost = np.full((TERMS, TERMS), half)
    np.fill_diagonal(lost, 1.0)
    rows = (lost.astype(trials.dtype), np.zeros((TERMS, TERMS)))
    ones = (np.ones((TERMS, 4), trials.dtype), np.zeros((TERMS, 4)))
    exact = at_ends(rows, 0).sum(-1)
    # 16-bit types are summed in float32, and products of float32 in an order of their own.
    share = {8: (0.5, 0.5), 4: (0.5, 0.0), 2: (0.0, 0.0)}[trials.dtype.itemsize]
    add(trials, "sum of lost terms", ball_of(lambda a: a.sum(-1), rows), [exact], share[0], each=False)
    product = ball_of(lambda a, b: a @ b, rows, ones)
    add(trials, "a @ b of lost terms", product, [exact[:, None].repeat(4, 1)], share[1], each=False)


def add_lost_radii(trials: Trials) -> None:
    """Sums of balls around 0, whose radii are 1 and half units in its last place: the sum of the radii is rounded, too."""
    half = unit_roundoff(np.float64)
    radii = np.full((TERMS, TERMS), half)
    np.fill_diagonal(radii, 1.0)
    zeros, ones = np.zeros((TERMS, TERMS), trials.dtype), np.ones((TERMS, 4), trials.dtype)
    ends = at_ends((zeros, radii), 1).sum(-1)
    add(trials, "sum of lost radii", ball_of(lambda a: a.sum(-1), (zeros, radii)), [ends], 0.5)
    product = ball_of(lambda a, b: a @ b, (zeros, radii), (ones, np.zeros((TERMS, 4))))
    add(trials, "a @ b of lost radii", product, [ends[:, None].repeat(4, 1)], 0.5)
