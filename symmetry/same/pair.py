"""Both sides on one system of numbers: their results at a point, how far apart they are, and what new numbers explain of that."""

import dataclasses

import numpy as np

from symmetry.same.arithmetic import all_in
from symmetry.same.comparison import Gap, gaps_between
from symmetry.same.evaluate import Arithmetic
from symmetry.same.points import Point
from symmetry.same.running import ExactSystem, Outcome, System
from symmetry.same.sides import Side
from symmetry.same.spreads import Spreads
from symmetry.yardstick import FACTOR

ROUNDINGS = 4
"""Units in the last place that computing a number may cost: a scale, for instance, is a sum, a root, a quotient and a product."""


@dataclasses.dataclass(frozen=True)
class Found:
    """What was found at a point.

    Attributes:
        outcomes: what f and g return.
        gaps: how far apart they are, for each array of the results.
        explained: for each, the most that the rounding of new parameters and constants may explain: 16 times what moving
            those of one side does, since one of the two was made from the other.
    """

    point: Point
    outcomes: tuple[Outcome, Outcome]
    gaps: tuple[Gap, ...]
    explained: tuple[float, ...]

    @property
    def silent(self) -> bool:
        """Whether the point says nothing: no entry could be compared, or a comparison in the code was not decided."""
        return any(each.unclear for each in self.outcomes) or not any(gap.known.any() for gap in self.gaps)

    @property
    def undecided(self) -> str:
        """Why a difference may be rounding or not; "" if that is clear."""
        if any(gap.level > 0 and gap.undecided > 0 for gap in self.gaps):
            return f"in floats of 64 bits they differ by more than rounding explains, but not by {FACTOR} times as much"
        if self.differs and ROUNDINGS / FACTOR < self.share <= 1:
            return (
                f"in exact arithmetic they differ by {FACTOR * self.share:.2g} times what one unit in the last place of the "
                f"numbers that one side lacks explains; up to {ROUNDINGS} are rounding, more than {FACTOR} are none"
            )
        return ""

    @property
    def differs(self) -> bool:
        """Whether the results differ at all."""
        return not self.silent and any(gap.largest > 0 for gap in self.gaps)

    @property
    def share(self) -> float:
        """The largest difference as a share of what new numbers explain; infinite where they explain nothing."""
        return max(
            (_share(gap.largest, most) for gap, most in zip(self.gaps, self.explained, strict=True)), default=0.0
        )

    @property
    def different(self) -> bool:
        """Whether rounding does not explain the difference."""
        return self.differs and self.share > 1

    @property
    def worst(self) -> int:
        """Which array of the results differs the most."""
        shares = [_share(gap.largest, most) for gap, most in zip(self.gaps, self.explained, strict=True)]
        return int(np.argmax(shares))


def _share(gap: float, most: float) -> float:
    if gap == 0:
        return 0.0
    return gap / most if most > 0 else np.inf


class Pair:
    """Two sides on a system of numbers.

    Attributes:
        sides: f and g.
        system: the kind of number.
        spreads: how far their results spread when numbers move.
    """

    def __init__(self, f: Side, g: Side, system: System, point: Point) -> None:
        self.sides, self.system = (f, g), system
        self.spreads = Spreads(f, g, system, point)
        self._parameters = tuple([system.lifted(leaf) for leaf in side.parameters] for side in self.sides)

    def at(self, point: Point) -> Found:
        """What is found at a point."""
        f, g = (self.run(place, point) for place in (0, 1))
        gaps = tuple(gaps_between(*self.sides, f, g, self._levels(point)))
        explained = [0.0] * len(gaps)
        if any(gap.largest > 0 for gap in gaps) and self.spreads.has_new_numbers:
            explained = [FACTOR * each for each in self.spreads.of_new_numbers(point, [gap.largest for gap in gaps])]
        return Found(point, (f, g), gaps, tuple(explained))

    def run(self, place: int, point: Point, arithmetic: Arithmetic | None = None) -> Outcome:
        """What the side at a place, f or g, returns, perhaps in an arithmetic of its own."""
        inputs = [self.system.lifted(leaf) for leaf in point.leaves]
        return self.system.run(self.sides[place], self._parameters[place], inputs, arithmetic)

    @property
    def exact(self) -> bool:
        """Whether they run on exact numbers."""
        return isinstance(self.system, ExactSystem)

    def _levels(self, point: Point) -> list[float] | None:
        """What rounding in floats of 64 bits explains; None on exact numbers."""
        if self.exact:
            return None
        doubles = all_in(np.dtype(np.float64))
        spreads = [self.spreads.of_rounding(place, point, doubles) for place in (0, 1)]
        return [FACTOR * (one + other) for one, other in zip(*spreads, strict=True)]
