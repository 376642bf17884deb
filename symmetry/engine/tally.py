"""What is counted while a law is sampled in floats."""

import dataclasses

import numpy as np

from symmetry.architecture import Architecture
from symmetry.engine.compare import telling
from symmetry.numbers.comparison import Comparison


@dataclasses.dataclass(frozen=True)
class Violation:
    """Where a law broke first: the leaf that differs most and by how many times the bound."""

    architecture: Architecture
    path: str
    excess: float


@dataclasses.dataclass
class Tally:
    """What was counted while sampling one law in one float type; of networks that were drawn twice, one counts.

    Attributes:
        tried: all networks that were compared, even those that were drawn before.
        broken: those on which the law broke.
        broke_after: how many networks had been compared when the law broke first.
        void: why nothing of this is evidence: what was planted in a kernel was not seen.
        received: the float types of the numbers that the law was given.
    """

    architectures: list[Architecture] = dataclasses.field(default_factory=list)
    tried: int = 0
    broken: int = 0
    broke_after: int = 0
    networks: int = 0
    adversarial: int = 0
    worst: float = 0.0
    vacuous: int = 0
    vacuous_adversarial: int = 0
    vacuous_leaves: int = 0
    violation: Violation | None = None
    error: str = ""
    void: str = ""
    ran: set[str] = dataclasses.field(default_factory=set)
    received: set[str] = dataclasses.field(default_factory=set)

    @property
    def failure(self) -> str:
        """Where the law broke first, and by how much; "" if it did not."""
        if self.violation is None:
            return ""
        where, excess = self.violation.path or "the value", self.violation.excess
        return f"{where} differs by {excess:.3g} times the bound on {self.violation.architecture}"

    def count(self, outcome: Comparison, new: np.ndarray, adversarial: bool) -> int | None:
        """Counts the first cases, as many as `new` has entries, which say of each whether it is the first of its kind.

        Returns:
            The first that broke the law, or None.
        """
        excess, blind = outcome.excess[: len(new)], outcome.vacuous[: len(new)]
        networks, vacuous = int(new.sum()), int(blind[new].all(axis=1).sum())
        self.tried += len(excess)
        self.networks += networks
        self.vacuous += vacuous
        self.vacuous_leaves += int(blind[new].sum())
        if adversarial:
            self.adversarial += networks
            self.vacuous_adversarial += vacuous
        self.worst = max(self.worst, float(telling(excess, blind).max(initial=0.0)))
        broken = (excess > 1).any(axis=1).nonzero()[0]
        self.broken += len(broken)
        if not len(broken):
            return None
        self.broke_after = self.broke_after or self.tried - len(excess) + int(broken[0]) + 1
        return int(broken[0])
