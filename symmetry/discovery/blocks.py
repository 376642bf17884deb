"""Sets of units that can have another permutation in each block: in each head, expert or layer.

Units may be permuted in dependence on an index if wherever they occur, that index is there too, exactly once: in every array
and every sum inside a product of arrays. Then all equations hold for each value of the index by itself. An index that stands
for other positions in one array than in another, as after a running sum, does not count.
"""

from collections import Counter
from collections.abc import Iterable

from symmetry.discovery.axes import Axes, Axis
from symmetry.discovery.layout import Term, terms_of


def blocks_of(sets: Iterable[Axis], spaces: Iterable[Axes]) -> dict[Axis, list[Axis]]:
    """For each set of units, the axes on whose index its permutation may depend, in the order in which they were met."""
    wanted = set(sets)
    found: dict[Axis, dict[Axis, None]] = {}
    known: dict[tuple[Axis, ...], None] = {}
    laid: dict[Axis, list[Term]] = {}
    for space in spaces:
        axes = tuple(axis for axis in space if axis.size > 1)
        if axes in known:
            continue
        known[axes] = None
        terms = [laid.setdefault(axis, terms_of(axis)) for axis in axes]
        for units, beside in _together(terms, wanted):
            found[units] = {axis: None for axis in found.get(units, beside) if axis in beside}
    return {units: list(axes) for units, axes in found.items() if axes}


def _together(terms: list[list[Term]], wanted: set[Axis]) -> Iterable[tuple[Axis, dict[Axis, None]]]:
    """Each occurrence of a set of units, with those that occur exactly once beside it."""
    counts = [[Counter(term) for term in along] for along in terms]
    for place, along in enumerate(counts):
        others = [one for at, one in enumerate(counts) if at != place]
        for term in along:
            for units in term.keys() & wanted:
                yield (
                    units,
                    {
                        axis: None
                        for axis in _candidates(term, others)
                        if axis is not units and _once(axis, term, others)
                    },
                )


def _candidates(term: Counter[Axis], others: list[list[Counter[Axis]]]) -> dict[Axis, None]:
    """The axes whose index could be followed from one array to another."""
    every = (axis for one in ([term], *others) for counted in one for axis in counted)
    return {axis: None for axis in every if axis.size > 1 and not axis.relabelled}


def _once(axis: Axis, term: Counter[Axis], others: list[list[Counter[Axis]]]) -> bool:
    """Whether whatever terms are chosen along the other axes, the axis occurs once in all."""
    total = term[axis]
    for along in others:
        numbers = {counted[axis] for counted in along}
        if len(numbers) > 1:
            return False
        total += numbers.pop()
    return total == 1
