"""What was seen when the units of a name were permuted: nothing, or a change of the function."""

import dataclasses
from typing import Any

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.specification.points import Point
from symmetry.wording import count


@dataclasses.dataclass(frozen=True)
class Change:
    """A permutation that changes a function.

    Attributes:
        name: whose units were permuted.
        permutation: how; one for each block, if the name has blocks.
        amount: the largest difference of any output.
        allowed: how much rounding explains there: the yardstick.
        output: the path of that output, "" if it is the only one.
        rows: how many rows of the inputs show it; None where rows could not be taken away, so that all were kept.
        given: whether it shows at the parameters and inputs as given; else at random ones.
    """

    name: str
    permutation: list
    amount: float
    allowed: float
    output: str
    rows: int | None
    given: bool

    def __str__(self) -> str:
        units = np.asarray(self.permutation)
        moved = np.argwhere(units != np.arange(units.shape[-1]))[:, -1].tolist()
        how = f"swapping units {moved[0]} and {moved[1]}" if len(moved) == 2 else f"permuting {len(moved)} units"
        output = f" {self.output}" if self.output else ""
        where = "the whole input (no row could be taken away)" if self.rows is None else f"{count(self.rows, 'row')}"
        point = "as given" if self.given else "drawn at random, as are the parameters (given ones do not show it)"
        return (
            f"{how} of {self.name} changes the output{output} by up to {self.amount:.2g} on {where} {point}; rounding "
            f"explains {self.allowed:.1g}"
        )

    def to_json(self) -> dict[str, Any]:
        """Builtin types; numbers that are not finite are None."""
        fields = dataclasses.asdict(self)
        return {
            key: None if isinstance(each, float) and not np.isfinite(each) else each for key, each in fields.items()
        }


@dataclasses.dataclass(frozen=True)
class Seen:
    """A permutation that changes the function at a point."""

    point: Point
    group: UnitGroup
    permutation: np.ndarray


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What permuting the units of a name did.

    Attributes:
        seen: where the function changed, or None if it did not.
        trials: how many permutations were tried, over all points.
        told: whether the function changes if one axis alone is permuted; if not, that it held says nothing.
    """

    seen: Seen | None
    trials: int
    told: bool = True
