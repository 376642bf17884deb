"""Derived evidence: SymPy carries the derivation, for every width and depth."""

import dataclasses
from collections.abc import Callable, Collection, Mapping

from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, Gathering, command_for, functions_that_ran
from symmetry.evidence.fields import recorded
from symmetry.evidence.planted import false_theorem, rejected
from symmetry.statements.theorem import Theorem
from symmetry.wording import count


@dataclasses.dataclass(frozen=True, kw_only=True)
class Derived(Evidence[Theorem]):
    """SymPy carries the derivation with symbolic widths."""

    kind = "derived"
    order = 0
    columns = ("derived",)
    legend = "derived: number of steps that SymPy computed"
    definition = (
        "SymPy carries the derivation with symbolic widths, an unknown activation and an unknown loss. Each step is checked "
        "twice: by SymPy's algebra, and at concrete widths in exact rationals. It ends in the statement's own two sides: those "
        "that the law computes there. Only computed steps count: not one whose sides are equal by construction, as one "
        "expression, nor one that is assumed. It proves the theorem only if a computed step is the claim itself."
    )
    shows = "SymPy carries the derivation, step by step"

    scope: str | None = recorded(when_passed=True)
    steps: int | None = recorded("Steps that SymPy computed.", when_passed=True, minimum=0)
    carries: bool | None = recorded("Whether one of them is the claim itself, as the law computes it.")

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Derived":
        if statement.derivation is None:
            return cls.not_run(part, "no derivation is written")
        derivation = gathering.work.derivation(statement.id, "")
        ran = functions_that_ran(derivation.ran)
        scope = "every width and depth"
        line = cls(outcome="passed", scope=scope, steps=derivation.steps, carries=derivation.carries, ran=ran)
        if reason := derivation.failure or derivation.error:
            return line.failed(reason, f"The derivation fails at {reason}.", command_for(statement))
        return line

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        derivation = work.derivation(theorem.id, control)
        if derivation.failure:
            return ""
        return f"it raised {derivation.error}" if derivation.error else "every step of its derivation passed"

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        from symmetry.evidence import false_derivations as false

        def fails(derivation: Callable, law: Callable = false.law) -> Callable[[], bool]:
            theorem = false_theorem(cls.kind, law, derivation=derivation)
            return lambda: rejected(theorem, cls.kind)

        return {
            "a step that is false": fails(false.a_false_step),
            "a last step that is false": fails(false.a_false_last_step),
            "a program whose last entry is wrong": fails(false.a_false_run),
            "a law that computes something else in its last place": fails(false.no_fault, false.false_law),
            "a derivation that ends before the last place of its law": fails(false.a_part_of_the_law),
        }

    @property
    def is_skipped(self) -> bool:
        """Whether it is about our formulas only, while the rest of the theorem's evidence ran the reader's code."""
        return self.outcome == "not run" and self.ran == ()

    def trusts(self, versions: Mapping[str, str]) -> str:
        return f"SymPy {versions.get('sympy', '')}" if self.outcome == "passed" and self.carries is not False else ""

    @property
    def cell(self) -> str:
        return str(self.steps)

    def words(self, versions: Mapping[str, str]) -> str:
        claim = (
            ""
            if self.carries is not False
            else "; none of them is the claim itself, which follows from what is assumed"
        )
        return f"SymPy {versions.get('sympy', '')} computed {count(self.steps or 0, 'step')} ({self.scope}){claim}"

    def about_own_code(self, own: str, skipped: Collection[str]) -> "Derived":
        if self.kind not in skipped:
            return self
        reason = f"its steps derive symmetry's own formulas and never run {own}"
        return Derived(outcome="not run", reason=reason, ran=())
