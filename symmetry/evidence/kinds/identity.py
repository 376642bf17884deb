"""Identity evidence: the two sides are equal in exact arithmetic, at random residues or as SymPy's formulas."""

import dataclasses
import math
from collections.abc import Callable, Mapping

from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, Gathering, functions_that_ran
from symmetry.evidence.fields import recorded
from symmetry.evidence.planted import false_theorem, rejected
from symmetry.rounding import exponent_of_chance
from symmetry.statements.theorem import Theorem
from symmetry.wording import count


@dataclasses.dataclass(frozen=True, kw_only=True)
class Identity(Evidence[Theorem]):
    """Equality in exact arithmetic."""

    kind = "identity"
    order = 1
    columns = ("identity",)
    legend = "identity: log2 of the chance that a false identity passed"
    definition = (
        "The two sides are equal in exact arithmetic, at random points modulo a prime; what is stated is how likely a false "
        "identity would have passed."
    )
    shows = "equality in exact arithmetic"
    systems = frozenset({"residues", "symbols"})

    architectures: tuple[tuple[int, ...], ...] | None = recorded(
        "Widths of every layer, the inputs first, of each network architecture.",
        when_passed=True,
        items={"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2},
    )
    points: int | None = recorded(
        "Random points on each architecture; 0 for SymPy's formulas.", when_passed=True, minimum=0
    )
    log2_failure: float | None = recorded(
        "log2 of the probability that a false identity would have passed; null where it is 0.",
        when_passed=True,
        null=-math.inf,
        maximum=0,
    )

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Identity":
        if not cls.speaks(statement):
            return cls.not_run(part, "excluded: the law does not speak in exact numbers")
        found = gathering.work.identities(statement.module, "symbols" in statement.systems)[statement.id, None]
        line = cls(
            outcome="passed",
            architectures=tuple(architecture.widths for architecture in found.architectures),
            points=found.points,
            log2_failure=found.log2_failure,
            ran=functions_that_ran(found.ran),
        )
        return line.judged(statement, gathering, found.failure, found.error, ran=bool(found.cases))

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        found = work.identities(theorem.module, "symbols" in theorem.systems)[theorem.id, control]
        if found.error:
            return f"it raised {found.error}"
        return "" if found.failure else "its sides agreed"

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        from symmetry.evidence import false_identities as false

        def fails(law: Callable, system: str) -> Callable[[], bool]:
            theorem = false_theorem(cls.kind, law, systems=frozenset({system}), architectures=(false.PLACE,))
            return lambda: rejected(theorem, cls.kind)

        return {
            "an identity that is false at one of all points": fails(false.false_at_one_point(), "residues"),
            "residues that differ in the last place": fails(false.false_in_the_last_leaf, "residues"),
            "terms that cancel since all are 0": fails(false.of_zeros, "residues"),
            "formulas that differ in the last place": fails(false.false_in_the_last_leaf, "symbols"),
        }

    @property
    def cell(self) -> str:
        if self.log2_failure is not None and self.log2_failure != -math.inf:
            return exponent_of_chance(self.log2_failure)
        return "exact" if self.points or not self.architectures else "symbols"

    def words(self, versions: Mapping[str, str]) -> str:
        architectures = count(len(self.architectures or ()), "architecture")
        if not self.architectures:
            return "both sides are equal in exact arithmetic, in the only case of the law"
        if not self.points:
            return f"SymPy's formulas of both sides are equal on {architectures}"
        each = " each" if len(self.architectures or ()) > 1 else ""
        where = f"both sides are equal in exact arithmetic on {architectures}, at {count(self.points, 'random point')}{each}"
        if self.log2_failure is None or self.log2_failure == -math.inf:
            return where
        chance = exponent_of_chance(self.log2_failure)
        return f"{where}; a false identity would have passed with probability at most 2^{chance}"
