"""ASYM: masks of weights that leave no permutation of hidden units (lim2024empirical)."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.actions import UnitPermutation
from symmetry.network import Layer, Network
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import theorem

WIDTHS = ((2, 3, 1), (3, 3, 2), (3, 2, 2, 1), (2, 2, 3, 2), (3, 4, 2))
"""Widths for which every choice of masks of the given kind is tried, of the hidden layers; the last layer is not masked."""

FEW = 400
"""Masks of each widths at most, spread evenly over all of them."""

Masks = tuple[np.ndarray, ...]
"""For each layer, 1 for a weight that is trained and 0 for one that stays 0."""


def with_different_fan_ins(inputs: int, units: int) -> list[np.ndarray]:
    """Every mask (inputs, units) whose columns have pairwise different numbers of ones."""
    columns = [np.array(each) for each in itertools.product((0, 1), repeat=inputs)]
    chosen = itertools.product(columns, repeat=units)
    return [np.stack(each, axis=1) for each in chosen if len({int(column.sum()) for column in each}) == units]


def with_equal_columns(inputs: int, units: int) -> list[np.ndarray]:
    """Every mask (inputs, units) whose columns are equal."""
    columns = [np.array(each) for each in itertools.product((0, 1), repeat=inputs)]
    return [np.stack([column] * units, axis=1) for column in columns]


def masks_of(widths: tuple[int, ...], of_layer) -> Iterator[Masks]:
    """Masks of that kind for every hidden layer, and ones for the last."""
    kinds = [of_layer(*pair) for pair in itertools.pairwise(widths[:-1])]
    whole = list(itertools.product(*kinds))
    for masks in whole[:: max(1, len(whole) // FEW)]:
        yield *masks, np.ones(widths[-2:], dtype=int)


def permutations_that_keep(masks: Masks) -> list[tuple]:
    """The permutations of hidden units that take every network with these masks to one with these masks."""
    network = Network(tuple(map(Layer, masks)), (), None)
    hidden = [mask.shape[1] for mask in masks[:-1]]
    kept = []
    for orders in itertools.product(*[itertools.permutations(range(width)) for width in hidden]):
        moved = UnitPermutation(tuple(map(np.array, orders))).act(network)
        if all((one.weight == other).all() for one, other in zip(moved.layers, masks, strict=True)):
            kept.append(orders)
    return kept


@theorem(
    "ASYM.1",
    title="Masks whose units differ in fan-in leave no permutation but the identity",
    statement=r"\pi \cdot M = M \;\Rightarrow\; \pi = \mathrm{id}",
    hypotheses="M the masks of all layers, 1 where a weight is trained and 0 where it stays 0; the units of each hidden layer "
    "differ in the number of ones in their column; the mask is fixed, so that pi keeps the networks with this mask if and only "
    "if it keeps the mask; counted by trying every permutation for masks of the widths "
    f"{', '.join('-'.join(map(str, widths)) for widths in WIDTHS)}",
    cites=("lim2024empirical",),
    controls={"equal masks": dict(of_layer=with_equal_columns)},
    evidence=("identity",),
    systems=("symbols",),
)
def masks_of_different_fan_ins_leave_the_identity_only(*, of_layer=with_different_fan_ins):
    """For every choice of masks, how many permutations keep it, and how many of these are the identity."""
    found = [permutations_that_keep(masks) for widths in WIDTHS for masks in masks_of(widths, of_layer)]
    identities = [sum(all(order == tuple(sorted(order)) for order in orders) for orders in kept) for kept in found]
    return Symbol.of([[len(kept) for kept in found], identities]), Symbol.of([[1] * len(found)] * 2)
