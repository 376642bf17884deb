"""Sets of units that were separated by a slice and can still be exchanged: h[3] is read alone, and the others are one group.

Two sets are twins if exchanging their names everywhere leaves every axis as it is: they lie beside the same sets in the same
rows, nothing takes one of them without the other, and no constant tells them apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from symmetry.discovery.axes import Axes, Axis, sets_of
from symmetry.discovery.layout import Term, terms_of
from symmetry.discovery.values import Mark

Places = dict[Axis, Counter[Term]]
"""For each axis that a set of units lies in, the terms with it."""


def classes_of(sets: Iterable[Axis], spaces: Iterable[Axes], marks: Iterable[Mark]) -> list[list[Axis]]:
    """The sets in classes of twins."""
    places = _places(spaces)
    marked: dict[Axis, Counter] = defaultdict(Counter)
    for mark in marks:
        for units in sets_of(mark.axis):
            marked[units][mark.name] += 1
    alike: dict[object, list[list[Axis]]] = defaultdict(list)
    for units in sets:
        rough = frozenset((axis, sum(terms.values())) for axis, terms in places[units].items())
        for twins in alike[rough]:
            if marked[units] == marked[twins[0]] and _are_twins(units, twins[0], places):
                twins.append(units)
                break
        else:
            alike[rough].append([units])
    return [twins for found in alike.values() for twins in found]


def _places(spaces: Iterable[Axes]) -> Mapping[Axis, Places]:
    places: Mapping[Axis, Places] = defaultdict(dict)
    for axis in {axis: None for space in spaces for axis in space}:
        for term in terms_of(axis):
            for units in set(term):
                places[units].setdefault(axis, Counter())[term] += 1
    return places


def _are_twins(one: Axis, other: Axis, places: Mapping[Axis, Places]) -> bool:
    swapped = {one: other, other: one}
    for axis in places[one]:
        terms = places[one][axis] | places[other][axis]
        exchanged = Counter(
            {tuple(swapped.get(units, units) for units in term): count for term, count in terms.items()}
        )
        if exchanged != terms:
            return False
    return True
