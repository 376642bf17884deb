"""Controls: broken variants that every kind of evidence for a theorem must reject."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence

from symmetry.architecture import Architecture
from symmetry.cases import HiddenUnit, Scalar
from symmetry.evidence.evidence import Evidence, Gathering, command_for
from symmetry.evidence.fields import recorded
from symmetry.evidence.planted import false_theorem, rejected
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.statements.variant import slug


@dataclasses.dataclass(frozen=True, kw_only=True)
class Control(Evidence[Theorem]):
    """A broken variant that every kind of evidence must reject."""

    kind = "control"
    order = 4
    columns = ("controls",)
    legend = "controls: broken variants rejected"
    definition = "A broken variant of the theorem that every kind of its evidence must reject."

    name: str
    caught: bool | None = recorded(when_passed=True)
    by: tuple[str, ...] | None = recorded(
        when_passed=True, items={"enum": ["formal", "derived", "identity", "sampled", "refuted"]}, uniqueItems=True
    )

    @classmethod
    def items(cls, statement: Statement) -> list[str]:
        return [f"{cls.kind}-{slug(name)}" for name in statement.controls]

    @classmethod
    def not_run(cls, part: str, reason: str) -> "Control":
        return cls(outcome="not run", name=part, reason=reason)

    @classmethod
    def not_filled_in(cls, part: str) -> "Control":
        return cls(outcome="passed", name=part, caught=False, by=())

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Control":
        if isinstance(statement, FalseClaim):
            return cls._of_false_claim(statement, part, gathering)
        listed = [gathering.kinds[kind] for kind in statement.evidence if kind != "refuted"]
        kinds = [kind for kind in listed if kind.judges(statement, part, gathering.work)]
        if not kinds and any(kind.is_extra for kind in listed):
            return cls.not_run(part, "the only kind of evidence that could reject it was not run")
        found = {kind.kind: kind.not_rejected(statement, part, gathering.work) for kind in kinds}
        blind = {kind: reason for kind, reason in found.items() if reason}
        line = cls(outcome="passed", name=part, caught=not blind, by=tuple(kind for kind in found if kind not in blind))
        if not blind and kinds:
            return line
        reason = "; ".join(f"{kind}: {why}" for kind, why in blind.items()) or "no kind of evidence ran"
        explanation = f"The control {part!r} was not rejected, so the check proves nothing: {reason}."
        return line.failed(reason, explanation, command_for(statement))

    @classmethod
    def _of_false_claim(cls, claim: FalseClaim, part: str, gathering: Gathering) -> "Control":
        """What refutes a false claim must not refute the theorem that corrects it."""
        corrected = gathering.work.counterexample(claim.id, part)
        example = corrected.found.failure if corrected.found else corrected.error
        line = cls(outcome="passed", name=part, caught=not example, by=() if example else ("refuted",))
        if not example:
            return line
        reason = f"{claim.corrected_by} was refuted too: {example}"
        return line.failed(reason, reason, command_for(claim))

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        """A control that breaks nothing, and one that breaks so few networks that many must be tried."""

        def law(number: Scalar):
            return number, 1 * number

        def rarely_broken(number: Scalar, unit: HiddenUnit):
            return number, number + (unit.index == 0)

        theorem = false_theorem("identity", law, controls={"the law itself": law})
        floats = {"systems": frozenset({"balls"}), "architectures": (Architecture((1, 128, 1)),)}
        rare = false_theorem("sampled", law, controls={"broken": rarely_broken}, **floats)
        return {
            "a control that breaks nothing": lambda: rejected(theorem, f"{cls.kind}-the-law-itself"),
            "one network in 128, broken by a control": lambda: not rejected(rare, f"{cls.kind}-broken"),
        }

    @property
    def item(self) -> str:
        return f"{self.kind}-{self.name}"

    @classmethod
    def cells(cls, lines: Sequence[Evidence], controls: int) -> tuple[str, ...]:
        ran = [line for line in lines if isinstance(line, Control) and line.outcome != "not run"]
        caught = sum(bool(line.caught) for line in ran)
        return (f"{caught}/{len(ran)}" if ran else "" if controls else "none",)

    def words(self, versions: Mapping[str, str]) -> str:
        return f"{self.name} was {'not refuted, as it must be' if self.by == ('refuted',) else 'rejected'}"

    def without(self, kinds: Collection[str]) -> "Control":
        return (
            self
            if self.by is None
            else dataclasses.replace(self, by=tuple(each for each in self.by if each not in kinds))
        )

    def about_own_code(self, own: str, skipped: Collection[str]) -> "Control":
        return self.without(skipped)
