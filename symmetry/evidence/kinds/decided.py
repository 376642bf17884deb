"""Decided evidence: the verdict of a claim, as it follows from the instances on which the claim was tried."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from symmetry.engine.kernel import described_error
from symmetry.evidence.evidence import Evidence, Gathering
from symmetry.evidence.fields import recorded
from symmetry.evidence.planted import rejected
from symmetry.statements.claim import Claim, Instance, computed_verdict
from symmetry.wording import count


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decided(Evidence[Claim]):
    """A claim on its instances."""

    kind = "decided"
    order = 5
    definition = "The verdict of a thread's claim follows from what the instances show on which it was tried."

    verdict: str | None = recorded(when_passed=True)
    thread: str | None = recorded("A key of the bibliography.", when_passed=True)
    decided_by: tuple[str, ...] | None = recorded("Theorems and claims that it rests on.", when_passed=True)
    instances: tuple[Instance, ...] | None = recorded(when_passed=True)

    @classmethod
    def gather(cls, statement: Claim, part: str, gathering: Gathering) -> "Decided":
        """The verdict that the instances lead to, which must be the one stated."""
        command = f"symmetry prove {statement.id}"
        try:
            instances = gathering.work.instances(statement.id)
        except Exception as error:  # a check that raises has failed, whatever it raises
            reason = f"its check raised {described_error(error)}"
            return cls(outcome="failed", verdict=statement.stated_verdict).failed(reason, reason, command)
        line = cls(
            outcome="passed",
            verdict=statement.stated_verdict,
            thread=statement.thread,
            decided_by=tuple(statement.follows_from),
            instances=tuple(instances),
        )
        found = computed_verdict(instances)
        if found == statement.verdict:
            return line
        reason = f"the claim is said to be {statement.stated_verdict!r}, but its instances make it {found!r}"
        tried = "\n".join(f"  {instance}" for instance in instances)
        return line.failed(reason, f"{reason}:\n{tried}", command)

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        def fails(verdict: str, last: bool) -> Callable[[], bool]:
            def check() -> Iterator[Instance]:
                yield from (Instance("", not last, "") for _ in range(9))
                yield Instance("", last, "")

            said = Claim("SENTINEL.1", "", "", ("",), {}, (cls.kind,), "", verdict, "", "", (), check, "", __name__)
            return lambda: rejected(said, cls.kind)

        return {
            "a claim said to be right that fails in its last instance": fails("right", last=False),
            "a claim said to be right if there is a condition, without one": fails("right if", last=True),
        }

    @property
    def cell(self) -> str:
        return str(len(self.instances or ()) or "")

    def words(self, versions: Mapping[str, str]) -> str:
        instances = self.instances or ()
        if not instances:
            return "no run decides it"
        holds = sum(each.holds for each in instances)
        rests = f"; it rests on {', '.join(self.decided_by)}" if self.decided_by else ""
        return f"tried on {count(len(instances), 'instance')}, it held on {holds}{rests}"
