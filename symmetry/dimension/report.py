"""What was found of a model's dimension: two bounds, what each rests on, and the gap between them."""

import dataclasses

from symmetry.evidence.fields import Json
from symmetry.evidence.fields import to_json as fields_to_json
from symmetry.wording import count, wrapped


@dataclasses.dataclass(frozen=True)
class Named:
    """Symmetries of one kind at one place.

    Attributes:
        kind: what they do, one of `symmetry.dimension.generators.KINDS`.
        where: the units or arrays that they move.
        dimensions: how many directions they add to those of the kinds before.
    """

    kind: str
    where: str
    dimensions: int


@dataclasses.dataclass(frozen=True)
class Dimension:
    """How many dimensions the functions near a model's parameters have.

    Attributes:
        parameters: how many numbers the parameters are.
        lower: a certified lower bound: the rank of the derivative at one set of parameters, on all inputs tried.
        upper: the parameters less the directions of the symmetries.
        symmetries: what takes directions away, in the order in which they are counted.
        networks: at how many sets of parameters it was differentiated.
        inputs: at how many inputs, over all sets.
        rows: how many derivatives of results there were.
        skipped: at how many inputs there is no derivative, because numbers that are compared are equal.
        seed: of what was random.
    """

    parameters: int
    lower: int
    upper: int
    symmetries: tuple[Named, ...]
    networks: int
    inputs: int
    rows: int
    skipped: int
    seed: int

    @property
    def gap(self) -> int:
        """How many dimensions are neither certified nor explained."""
        return self.upper - self.lower

    def to_json(self) -> dict[str, Json]:
        """All fields and the gap as builtin types."""
        return {**fields_to_json(self), "gap": self.gap}

    def __str__(self) -> str:
        return self.text(100)

    def text(self, width: int) -> str:
        """The report as lines of at most that width."""
        rows = [
            (self.parameters, "parameters"),
            (
                self.lower,
                "certified rank: near one of the sets of parameters tried, functions have at least so many dimensions",
            ),
            (self.upper, "parameters less the directions of the symmetries below: at most so many"),
            (self.gap, self._gap),
        ]
        lines = [wrapped(f"{number:>6,}  {words}", width, "", " " * 8) for number, words in rows]
        found = [
            wrapped(f"{each.dimensions:>6,}  {each.kind}: {each.where}", width, "", " " * 8) for each in self.symmetries
        ]
        title = "Symmetries, each with the directions that it adds:" if found else "No continuous symmetry was found."
        return "\n".join([*lines, "", title, *found, "", *(wrapped(each, width) for each in self._basis)])

    @property
    def _gap(self) -> str:
        if not self.gap:
            return "gap: every direction that changes nothing is one of these symmetries"
        return (
            "gap: a symmetry that nobody has named here; or, in a model that is linear in pieces, dead units, and more networks "
            "may find sets of parameters without them"
        )

    @property
    def _basis(self) -> list[str]:
        skipped = (
            f" At {count(self.skipped, 'other input')} there is no derivative, since numbers that the model compares are "
            "equal, or none that is finite; these are left out."
            if self.skipped
            else ""
        )
        return [
            f"Differentiated at {count(self.networks, 'set of parameters')} and {count(self.inputs, 'input')}, "
            f"{count(self.rows, 'number')} returned in all; seed {self.seed}.{skipped}",
            "Certified: derivatives are balls of 256 bits of the model itself, and elimination on balls finds pivots that are "
            "not 0. The rank holds near the set of parameters where it was found, where a model is linear in pieces on that "
            "piece; where it compares nothing, near almost all.",
            "Not certified: that the symmetries hold everywhere. Their multiples are the same at every set of parameters, and "
            "along each no result changes there by more than 2^-100 of what it could; that they hold is what the theorems say.",
        ]
