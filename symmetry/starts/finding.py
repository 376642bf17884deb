"""What a start and an optimiser imply, as findings: a sentence with the theorem it rests on, and what training showed."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

AS_EXPECTED, CANNOT_BE_TOLD = "as expected", "cannot be told"


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that a start implies.

    Attributes:
        kind: "tied units", "equal incoming weights", "equal outgoing weights", "equal in part", "opposite units",
            "proportional units", "dead units", "waits", "never moves" or "without effect".
        where: the name of the group, or the parameters, that it is about.
        units: classes of units, each with the block before the units; () where whole parameters are meant.
        sentence: what it implies, in words.
        theorems: the ids that the sentence rests on; () where no theorem's hypotheses cover the model.
        wrong: whether units or parameters can never become what they could be.
        verdict: "as expected" if training did what is said must happen, else "cannot be told".
        measured: what training showed, by name.
    """

    kind: str
    where: str
    units: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    sentence: str
    theorems: tuple[str, ...] = ()
    wrong: bool = False
    verdict: str = AS_EXPECTED
    measured: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data, for `json.dumps`."""
        units = [{"block": list(block), "units": list(each)} for block, each in self.units]
        return dataclasses.asdict(self) | {
            "units": units,
            "theorems": list(self.theorems),
            "measured": dict(self.measured),
        }


class Findings(tuple[Finding, ...]):
    """The findings of a start, as a tuple.

    Attributes:
        moves: for each parameter the first step after which it differs from the start; None if it did not move.
        steps: how many steps were trained.
        asked: how many were asked for: if more, the next one overflowed.
        training: the loss and the optimiser, in words.
    """

    moves: Mapping[str, int | None]
    steps: int
    asked: int
    training: str

    def __new__(
        cls, findings: Sequence[Finding], moves: Mapping[str, int | None], steps: int, asked: int, training: str
    ) -> "Findings":
        made = super().__new__(cls, findings)
        made.moves, made.steps, made.asked, made.training = dict(moves), steps, asked, training
        return made

    @property
    def wrong(self) -> bool:
        """Whether any finding is wrong."""
        return any(finding.wrong for finding in self)

    def to_json(self) -> dict[str, Any]:
        """The findings as plain data, for `json.dumps`."""
        return {
            "steps": self.steps,
            "training": self.training,
            "moves": dict(self.moves),
            "findings": [finding.to_json() for finding in self],
        }

    def __str__(self) -> str:
        short = "" if self.steps == self.asked else f" (of {self.asked}: the next one overflows)"
        head = f"{self.steps} steps{short} of {self.training}."
        lines = [f"{'wrong: ' if finding.wrong else ''}{finding}" for finding in self]
        return "\n".join(
            [head, *(lines or ["No two units start alike, and a gradient reaches every parameter at step 1."])]
        )
