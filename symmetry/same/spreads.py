"""How far the results of the sides spread: when numbers that may be rounded move, or every value does."""

import functools
from collections.abc import Iterable, Sequence

import numpy as np

from symmetry.same.arithmetic import Noise, TypeOf
from symmetry.same.carried import Collecting, Numbers, new_parameters, numbers_of
from symmetry.same.comparison import distances, finite_in
from symmetry.same.evaluate import Arithmetic
from symmetry.same.moves import PATTERNS, Moved, moved_leaf
from symmetry.same.points import Point
from symmetry.same.running import DOUBLES, Outcome, System
from symmetry.same.sides import Side
from symmetry.yardstick import FACTOR

NOISES = 4
"""Runs in which every value is moved at random, to see how far rounding takes the results."""


FLOOR = 2.0**-36
"""Share of the largest result from which floats of 64 bits show how far numbers move it; below, exact numbers have to."""


class Spreads:
    """Both sides with numbers moved.

    Attributes:
        sides: f and g.
        system: the kind of number that they are compared on; spreads are found on floats of 64 bits where these can show them.
        new: for each side, which of its parameters hold numbers that the other lacks.
        new_constants: whether one of the programs has constants that the other side lacks.
    """

    def __init__(self, f: Side, g: Side, system: System, point: Point) -> None:
        self.sides, self.system = (f, g), system
        constants = [self._constants(place, point) for place in (0, 1)]
        one, other = (numbers_of(side.parameters, each) for side, each in zip(self.sides, constants, strict=True))
        self._lacking: tuple[Numbers, Numbers] = (other, one)
        self.new = (new_parameters(f, other), new_parameters(g, one))
        self.new_constants = not all(
            known.hold(each) for known, those in zip(self._lacking, constants, strict=True) for each in those
        )

    @functools.cached_property
    def has_new_numbers(self) -> bool:
        """Whether one side has parameters or constants that the other lacks."""
        return any(any(each) for each in self.new) or self.new_constants

    def of_new_numbers(self, point: Point, gaps: Sequence[float]) -> list[float]:
        """For each array of the results, how far it spreads when the new numbers of one side move; the larger of both sides.

        One of the sides was made from the other, so that the new numbers of one are rounded, and not those of both. Floats
        of 64 bits are enough where the spread is large, or far below the gap that it is to explain.
        """
        found = self._larger(DOUBLES, point)
        floors = [FLOOR * _largest(leaf) for leaf in self.still(0, point).leaves]
        wide = [max(spread, floor) for spread, floor in zip(found, floors, strict=True)]
        if all(a == b or gap > FACTOR**2 * b for a, b, gap in zip(found, wide, gaps, strict=True)):
            return wide
        return self._larger(self.system, point)

    def of_rounding(self, place: int, point: Point, type_of: TypeOf) -> list[float]:
        """How far each array of the results of a side spreads when every value moves by what rounding may."""
        still = self.still(place, point)
        draws = (np.random.default_rng([draw, place]) for draw in range(NOISES))
        return _spread(still, (self._run(place, point, Noise(each, type_of)) for each in draws))

    def still(self, place: int, point: Point) -> Outcome:
        """What a side returns in floats of 64 bits when nothing moves."""
        return self._run(place, point, Arithmetic())

    def _larger(self, system: System, point: Point) -> list[float]:
        return [max(pair) for pair in zip(*(self._of_side(system, place, point) for place in (0, 1)), strict=True)]

    def _of_side(self, system: System, place: int, point: Point) -> list[float]:
        side = self.sides[place]
        if not any(self.new[place]) and not self.new_constants:
            return [0.0] * len(side.shapes)
        inputs = [system.lifted(leaf) for leaf in point.leaves]
        held = [system.lifted(leaf) for leaf in side.parameters]
        still, runs = system.run(side, held, inputs), []
        for pattern in range(PATTERNS):
            moved = [
                system.lifted(moved_leaf(leaf, pattern)) if is_new else lifted
                for leaf, lifted, is_new in zip(side.parameters, held, self.new[place], strict=True)
            ]
            arithmetic = Moved(system.arithmetic(), self._lacking[place], pattern)
            runs.append(system.run(side, moved, inputs, arithmetic))
        return _spread(still, runs)

    def _constants(self, place: int, point: Point) -> list[np.ndarray]:
        collecting = Collecting(Arithmetic())
        self._run(place, point, collecting)
        return collecting.constants

    def _run(self, place: int, point: Point, arithmetic: Arithmetic) -> Outcome:
        side = self.sides[place]
        inputs = [DOUBLES.lifted(leaf) for leaf in point.leaves]
        return DOUBLES.run(side, [DOUBLES.lifted(leaf) for leaf in side.parameters], inputs, arithmetic)


def _spread(still: Outcome, moved: Iterable[Outcome]) -> list[float]:
    """How far any entry of each array moves in any of the runs; infinite where that is unknown."""
    found = [0.0] * len(still.leaves)
    for run in moved:
        gaps = (
            np.where(finite_in(one) | finite_in(other), distances(one, other), 0.0)
            for one, other in zip(run.leaves, still.leaves, strict=True)
        )
        found = [max(most, float(np.max(each, initial=0.0))) for most, each in zip(found, gaps, strict=True)]
    return found


def _largest(leaf: np.ndarray) -> float:
    sizes = np.abs(np.asarray(leaf, np.float64))
    return float(np.max(sizes[np.isfinite(sizes)], initial=0.0))
