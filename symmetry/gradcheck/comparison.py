"""What came out of holding a gradient against the derivative of its loss, entry by entry."""

import dataclasses
import enum

import numpy as np

from symmetry.gradcheck.places import Places
from symmetry.gradcheck.systems import System


class Outcome(enum.IntEnum):
    """What is known of one entry of the gradient."""

    UNSEEN = 0
    """Not compared by itself."""
    RIGHT = 1
    WRONG = 2
    KINK = 3
    """Differs where the loss has a kink, such as ReLU at 0, and is right beside it."""
    UNDECIDED = 4
    """Rounding or the derivative's own error may be as large as the gradient, or nearly."""
    SILENT = 5
    """0 on both sides, so that little could have failed."""


@dataclasses.dataclass(frozen=True)
class Along:
    """A derivative along many entries of one array at once."""

    path: str
    loss: float
    yours: float
    outcome: Outcome


@dataclasses.dataclass(frozen=True)
class GradientComparison:
    """The outcome of comparing a gradient.

    Attributes:
        places: the entries, in one row.
        loss: the derivative of the loss in each entry; NaN where an entry is not compared by itself.
        yours: the student's gradient.
        outcome: an `Outcome` for each entry.
        along: the derivatives in dense directions, where there are too many entries.
        worst: the largest difference of those that are right, over what rounding is allowed; 0 if all are equal.
        equal: how many agreed in exact numbers, to 256 bits.
        constants: how many differ there by no more than the rounding of constants in the code.
        on_balls: whether the student's gradient ran on exact numbers, too, whose radii then bound its rounding.
        system: how the loss was differentiated.
        refused: why more exact systems do not run the code.
        strayed: how far the floats as returned are from the formula's value, as a share of their array's largest derivative.
        at_kink: whether the derivative of the loss was found to jump at the point.
        cancelled: the arrays whose every derivative is 0 on both sides, as a sum of what is not 0.
    """

    places: Places
    loss: np.ndarray
    yours: np.ndarray
    outcome: np.ndarray
    worst: float
    equal: int
    constants: int
    on_balls: bool
    system: System
    refused: tuple[str, ...] = ()
    along: tuple[Along, ...] = ()
    strayed: float = 0.0
    at_kink: bool = False
    cancelled: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        return self.count(Outcome.WRONG) > 0

    @property
    def compared(self) -> int:
        """How many derivatives were compared."""
        return int(np.sum(self.outcome != Outcome.UNSEEN)) + len(self.along)

    def count(self, outcome: Outcome, path: str | None = None) -> int:
        """How many derivatives have that outcome, of all or of one array."""
        span = slice(None) if path is None else self.places.spans[path]
        along = [each for each in self.along if path in (None, each.path)]
        return int(np.sum(self.outcome[span] == outcome)) + sum(each.outcome == outcome for each in along)

    def wrong_in(self, path: str) -> np.ndarray:
        """The wrong places of one array."""
        span = self.places.spans[path]
        return span.start + np.flatnonzero(self.outcome[span] == Outcome.WRONG)

    def wrong_paths(self) -> list[str]:
        return [path for path in self.places.shapes if self.count(Outcome.WRONG, path)]

    def undecided_paths(self) -> list[str]:
        """The arrays in which no entry is known to be right or wrong, or some entry is undecided."""
        filled = [path for path, shape in self.places.shapes.items() if 0 not in shape]
        unseen = [path for path in filled if not self.count(Outcome.RIGHT, path) + self.count(Outcome.WRONG, path)]
        return [path for path in self.places.shapes if path in unseen or self.count(Outcome.UNDECIDED, path)]
