"""What moves along the axes of values, written as in `ab,bc->ac`, and how permutations of the sets of units act on them."""

import itertools
import string
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from symmetry.discovery.axes import Axis, Factors, Parts, Turns, factors_of, parts_of, resolved, sets_of
from symmetry.discovery.values import Value


def signature(arguments: Sequence[Value], results: Sequence[Value]) -> str:
    """Each set of units as a letter, in the order in which they are met; see `Case.axes`."""
    letters = iter(string.ascii_letters)
    names: dict[Axis, str] = {}
    sides = [",".join(_value(one, names, letters) for one in side) for side in (arguments, results)]
    return "->".join(sides)


def _value(value: Value, names: dict[Axis, str], letters: Iterator[str]) -> str:
    return "".join(_word(axis, names, letters) for axis in value.axes)


def _word(axis: Axis, names: dict[Axis, str], letters: Iterator[str]) -> str:
    axis = resolved(axis)
    match axis.form:
        case Parts():
            return "(" + "+".join(_word(one, names, letters) for one in parts_of(axis)) + ")"
        case Factors():
            return "(" + "".join(_word(one, names, letters) for one in factors_of(axis)) + ")"
        case Turns(parts):
            return "[" + "".join(_word(one, names, letters) for one in parts) + "]"
    if axis.size < 2:
        return str(axis.size)
    if axis.frozen:
        return "."
    if axis not in names:
        names[axis] = next(letters)
    return names[axis]


def random_permutations(values: Sequence[Value], rng: np.random.Generator) -> dict[Axis, np.ndarray]:
    """One for each set of units; those of frozen ones change nothing."""
    sets = dict.fromkeys(units for value in values for axis in value.axes for units in sets_of(axis))
    return {one: np.arange(one.size) if one.frozen else rng.permutation(one.size) for one in sets}


def permuted(array: np.ndarray, value: Value, permutations: Mapping[Axis, np.ndarray]) -> np.ndarray:
    """The array with each axis permuted by what it consists of."""
    return array[np.ix_(*[sources(axis, permutations) for axis in value.axes])] if value.axes else array


def sources(axis: Axis, permutations: Mapping[Axis, np.ndarray]) -> np.ndarray:
    """For each position, the one whose entry comes there.

    >>> units, two = Axis(3), Axis(2)
    >>> sources(Axis(6, Factors((two, units))), {two: np.array([1, 0]), units: np.array([1, 2, 0])}).tolist()
    [4, 5, 3, 1, 2, 0]
    """
    axis = resolved(axis)
    match axis.form:
        case Parts(parts):
            starts = itertools.accumulate((one.size for one in parts), initial=0)
            inside = [start + sources(one, permutations) for start, one in zip(starts, parts, strict=False)]
            return np.concatenate(inside)
        case Factors(factors):
            found = np.zeros(1, int)
            for one in factors:
                found = (found[:, None] * one.size + sources(one, permutations)).ravel()
            return found
        case Turns(parts):
            inside = [place + len(parts) * sources(one, permutations) for place, one in enumerate(parts)]
            return np.stack(inside, 1).ravel()
    return permutations[axis]
