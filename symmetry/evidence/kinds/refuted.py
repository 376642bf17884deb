"""Refuted evidence: a smallest exact counterexample to each false claim, and none to what holds instead."""

import dataclasses
from collections.abc import Callable, Mapping

from symmetry.cases import Scalar
from symmetry.engine.refute import Search
from symmetry.evidence.evidence import Evidence, Gathering, command_for, functions_that_ran
from symmetry.evidence.fields import described, recorded
from symmetry.evidence.planted import false_theorem, rejected
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.theorem import Theorem
from symmetry.wording import count, shortened


@dataclasses.dataclass(frozen=True)
class Counterexample:
    """A false claim and where it fails: `counterexample` is "" for the only case of its law, None where none was found."""

    claim: str
    counterexample: str | None = described('The case, "" for the only case of its law; null where none was found.')
    failure: str | None = recorded()
    left: str | None = recorded()
    right: str | None = recorded()

    @classmethod
    def of(cls, claim: str, search: Search) -> "Counterexample":
        if (found := search.found) is None:
            return cls(claim, None)
        return cls(claim, found.text, found.failure, found.left, found.right)

    def __post_init__(self) -> None:
        if self.counterexample is not None and None in (self.failure, self.left, self.right):
            raise ValueError(f"the counterexample to {self.claim!r} lacks how it fails, or a side of it")

    def __str__(self) -> str:
        case = f" ({self.counterexample})" if self.counterexample else ""
        sides = f"the sides are {shortened(self.left or '')} and {shortened(self.right or '')}"
        return f"an exact counterexample{case}, {self.failure}: {sides}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refuted(Evidence[Theorem]):
    """False claims, each with an exact counterexample."""

    kind = "refuted"
    order = 3
    legend = "refuted: a false claim, with an exact counterexample"
    definition = "A claim that is false has an exact counterexample, and stands beside the theorem that corrects it."
    shows = "an exact counterexample to each false claim"

    claims: tuple[Counterexample, ...] | None = recorded(when_passed=True)
    corrected_by: str | None = recorded("Of a false claim: the theorem that holds instead.")

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Refuted":
        """A counterexample to every false claim, and none to the theorem itself; a false claim has only the former."""
        searches = {claim: gathering.work.counterexample(statement.id, claim) for claim in statement.refutes}
        own = gathering.work.counterexample(statement.id, None) if None in statement.searched() else Search()
        line = cls(
            outcome="passed",
            claims=tuple(Counterexample.of(claim, search) for claim, search in searches.items()),
            corrected_by=statement.corrected_by if isinstance(statement, FalseClaim) else None,
            ran=functions_that_ran(own.ran.union(*[each.ran for each in searches.values()])),
        )
        reasons = [
            f"{claim!r} raised {each.error}" if each.error else f"no counterexample was found to {claim!r}"
            for claim, each in searches.items()
            if each.found is None
        ]
        if own.found is not None:
            reasons.append(f"the theorem's own law has a counterexample: {own.found.failure}")
        if own.error:
            reasons.append(f"the theorem's own law raised {own.error}")
        reason = "; ".join(reasons)
        return line.failed(reason, reason, command_for(statement)) if reason else line

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        def true(number: Scalar):
            return number, 1 * number

        def false(number: Scalar):
            return (number, 1 * number), (number, 2 * number)

        def fails(law: Callable, said_to_be_false: Callable) -> Callable[[], bool]:
            theorem = false_theorem(cls.kind, law, refutes={"a claim": said_to_be_false})
            return lambda: rejected(theorem, cls.kind)

        return {
            "a counterexample to what is true": fails(true, true),
            "a theorem that is false in its last place": fails(false, false),
        }

    def words(self, versions: Mapping[str, str]) -> str:
        claims = list(self.claims or ())
        if claims and self.corrected_by is not None:
            return f"{claims[0]}; {self.corrected_by} corrects it"
        each = "" if len(claims) == 1 else "each "
        return f"{count(len(claims), 'false claim')} beside it, {each}with an exact counterexample"
