"""Laws that fail in one place only, where it is last, to be planted in a run: each must fail in exact arithmetic."""

from collections.abc import Callable

import numpy as np

from symmetry.architecture import EXACT
from symmetry.cases import Scalar, draw_cases
from symmetry.engine.identity import POINTS
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch
from symmetry.numbers.residue.source import RandomResidues
from symmetry.statements.relation import Conserved

PLACE = EXACT[0]
"""The architecture on which they are tried."""


def false_at_one_point(seed: int = 0) -> Callable:
    """A law that holds at all random points but the last: the product of the differences from the others is 0."""
    with exact_settings():
        drawn = draw_cases({"number": Scalar}, RandomResidues((seed,), POINTS), PLACE)["number"]
        others = [int(value) for value in np.asarray(drawn.value)[:-1]]

    def law(number: Scalar):
        product = number - others[0]
        for other in others[1:]:
            product = product * (number - other)
        return product, 0 * number

    return law


def false_in_the_last_leaf(number: Scalar):
    """Equal but for the last number that is compared."""
    return (number, number, number + 1), (number, number, number)


def of_zeros(batch: Batch):
    """Terms that cancel, but each is 0, so that nothing could fail."""
    return Conserved(0 * batch.x)
