"""COUNT: how many families of critical points one critical point gives in a wider network (simsek2021geometry)."""

import itertools
import math

import numpy as np
import sympy
from sympy.functions.combinatorial.numbers import stirling

from proofs.exact_networks import exact_network
from proofs.exact_ranks import in_a_row, parameter_jacobian
from symmetry.array import Array
from symmetry.network import Batch, Network, backprop, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import theorem

INCOMING, OUTGOING = (1, 3, -2), (2, -1, 5)
"""Weights of one, two or three distinct units."""

WIDEST = {1: 6, 2: 6, 3: 5}
"""The widths up to which networks are tried, by how many distinct units they have."""

Choice = tuple[int, ...]
"""For every unit of the wide network, the number of the unit that it is a copy of."""


def critical_point(units: int) -> tuple[Network, Batch]:
    """A network of that many distinct square units and a batch at which its gradient is 0, though the network is not right.

    The errors are orthogonal to every column of the Jacobian; they are what the network is off by.
    """
    network = exact_network([[INCOMING[:units]], [[v] for v in OUTGOING[:units]]], [[1] * units, [0]], hidden="square")
    x = Symbol.of(np.arange(-6, 7)[:, None])
    rates = parameter_jacobian(network, x)[:, 0, :]
    errors = Symbol.of(sympy.Matrix(rates.tolist()).T.nullspace()[0].tolist())
    return network, Batch(x, forward(network, x) - errors)


def share_equally(choice: Choice) -> list:
    """For each copy, its share of the outgoing weight of its unit: all shares of one unit sum to 1."""
    return [sympy.Rational(1, choice.count(unit)) for unit in choice]


def share_unequally(choice: Choice) -> list:
    """Other shares that sum to 1: the first copy has what the second, third, ... leave, who have -1, -2, ... each."""
    shares = []
    for place, unit in enumerate(choice):
        earlier, copies = choice[:place].count(unit), choice.count(unit)
        shares.append(sympy.Integer(-earlier if earlier else 1 + copies * (copies - 1) // 2))
    return shares


def copied(network: Network, choice: Choice, shares: list) -> Network:
    """The network whose units are copies of the chosen ones, each with its share of the outgoing weight."""
    first, second = network.layers
    units = list(choice)
    outgoing = second.weight[units] * Symbol.of(shares)[:, None]
    return exact_network([first.weight[:, units], outgoing], [first.bias[units], second.bias], hidden="square")


def is_critical(network: Network, batch: Batch) -> bool:
    return not np.any(in_a_row(backprop(network, batch)) != 0)


def families(units: int, width: int) -> int:
    """How many choices give networks that are critical for both ways to share; another choice is another family.

    The units are distinct, so that two choices differ in some unit's incoming weights, whatever the shares are.
    """
    network, batch = critical_point(units)
    choices = itertools.product(range(units), repeat=width)
    return sum(
        all(is_critical(copied(network, choice, share(choice)), batch) for share in (share_equally, share_unequally))
        for choice in choices
    )


def assignments_onto(units: int, width: int) -> int:
    """r! S(m, r), where S(m, r) is how many ways there are to part m things into r groups."""
    return math.factorial(units) * int(stirling(width, units))


def orders(units: int, width: int) -> int:
    return math.factorial(width)


@theorem(
    "COUNT.1",
    title="A critical point with r distinct units gives r! S(m, r) families of critical points at width m",
    statement=r"\text{assignments of } m \text{ units onto } r \text{ units}: \quad r!\, S(m, r) = "
    r"\textstyle\sum_{k=0}^{r} (-1)^k \tfrac{r!}{k!\,(r-k)!} (r - k)^m",
    hypotheses="one hidden layer, the (w, b) of the r units pairwise distinct and no v 0; S: Stirling's numbers of the second "
    "kind; a family is affine: every unit is a copy of one of the r, and the copies of a unit have shares of its v that sum to "
    "1; counted by trying all r^m choices for r up to 3 and m up to 6 (5 for r = 3) on square units at a critical point whose "
    "loss is not 0, for shares that are equal and others, and all choices without networks for m up to 6",
    cites=("simsek2021geometry", "fukumizu2000local"),
    controls={"m!": dict(count=orders)},
    evidence=("identity",),
    systems=("symbols",),
)
def a_critical_point_gives_families_at_every_larger_width(*, count=assignments_onto):
    """Families that were found, choices that use every unit, and the alternating sum."""
    widths = [(units, width) for units, widest in WIDEST.items() for width in range(units, widest + 1)]
    pairs = [(units, width) for width in range(1, 7) for units in range(1, width + 1)]
    onto = [sum(len(set(each)) == r for each in itertools.product(range(r), repeat=m)) for r, m in pairs]
    sums = [sum((-1) ** k * math.comb(r, k) * (r - k) ** m for k in range(r + 1)) for r, m in pairs]
    found = [[families(*pair) for pair in widths], onto, sums]
    expected = [[count(*pair) for pair in each] for each in (widths, pairs, pairs)]
    return _arrays(found), _arrays(expected)


def _arrays(rows: list[list[int]]) -> list[Array]:
    return [Symbol.of(row) for row in rows]
