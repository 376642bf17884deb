"""Where along an axis each set of units lies: an axis written out as a sum of products of sets of units."""

import itertools
from collections.abc import Sequence

import numpy as np

from symmetry.discovery.axes import Axis, Factors, Parts, Turns, resolved

Term = tuple[Axis, ...]
"""Sets of units whose product, in row-major order, makes up a part of an axis."""


def terms_of(axis: Axis) -> list[Term]:
    """The products of sets of units that the axis is the sum of; a set of one unit in a product is left out."""
    return [term for term, _ in layout(axis)]


def layout(axis: Axis) -> list[tuple[Term, np.ndarray]]:
    """Each term with its positions along the axis: an integer array with an axis for each of the sets in the term."""
    axis = resolved(axis)
    match axis.form:
        case Parts(parts):
            starts = itertools.accumulate((part.size for part in parts), initial=0)
            inside = zip(starts, map(layout, parts), strict=False)
            return [(term, start + places) for start, laid in inside for term, places in laid]
        case Turns(parts):
            inside = enumerate(map(layout, parts))
            return [(term, turn + places * len(parts)) for turn, laid in inside for term, places in laid]
        case Factors(factors):
            return _products(factors)
    return [((axis,), np.arange(axis.size))]


def _products(factors: Sequence[Axis]) -> list[tuple[Term, np.ndarray]]:
    laid: list[tuple[Term, np.ndarray]] = [((), np.zeros((), int))]
    for factor in factors:
        laid = [
            ((*outer, *inner), places[(..., *[None] * inside.ndim)] * factor.size + inside)
            for outer, places in laid
            for inner, inside in layout(factor)
        ]
    return laid
