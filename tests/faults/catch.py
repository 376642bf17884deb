"""How a fault is caught: the evidence of the theorem that it names, line by line, until one fails."""

import dataclasses
from collections.abc import Iterator

import proofs
from symmetry.engine.kernel import exact_settings
from symmetry.engine.shrink import GeneratedCase
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import items_of
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.planted import audit
from symmetry.evidence.session import Session
from symmetry.statements.theorem import MeasuredTheorem, Theorem
from tests.faults.compiling import Compiling
from tests.faults.fault import Fault
from tests.faults.plant import planted

SENTINELS = "sentinels"
"""What catches faults of the engine, in the place of a theorem: the run's own audit."""

BUDGET = 10_000
"""What `symmetry prove` has by default."""

RODE_ON = "PERM.1"
"""The theorem whose run is audited where the engine is at fault."""


@dataclasses.dataclass(frozen=True)
class Catch:
    """What became of a fault.

    Attributes:
        by: the line of evidence, or the sentinel, that failed; "" if nothing did.
        reason: why it failed.
        networks: networks, random points or trials until then.
        seconds: of the processor until then, compilation included.
        compiling: of these, about how many went into tracing and compiling.
        widths: of the smallest network on which the theorem fails, where one was looked for and found.
    """

    by: str = ""
    reason: str = ""
    networks: int = 0
    seconds: float = 0.0
    compiling: float = 0.0
    widths: tuple[int, ...] = ()

    @property
    def after_compiling(self) -> float:
        return self.seconds - self.compiling


class _Catching(Session):
    """A session that looks for no smallest network, which is timed by itself."""

    def smallest(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        return "", ""


def caught(fault: Fault, *, smallest: bool = False, budget: int = BUDGET) -> Catch:
    """Plants a fault and gathers evidence until some fails; a `smallest` network is looked for afterwards."""
    with planted(fault.edits):
        return _audited() if fault.caught_by == SENTINELS else rejected(fault.caught_by, smallest, budget)


def rejected(id: str, smallest: bool = False, budget: int = BUDGET) -> Catch:
    """The first line of a theorem's evidence that fails, as `symmetry prove` gathers it; proofs in Agda are not run."""
    theorem = proofs.load()[id]
    assert isinstance(theorem, Theorem)
    session = _Catching([theorem], networks=budget)
    with Compiling() as compiling:
        line = next(_failed(session, theorem), None)
    if line is None:
        return Catch(seconds=compiling.all, compiling=compiling.seconds)
    found = Catch(line.item, line.reason or "", _tried(session, id), compiling.all, compiling.seconds)
    return dataclasses.replace(found, widths=_widths(theorem, line)) if smallest else found


def _failed(session: Session, theorem: Theorem) -> Iterator[Evidence]:
    for item in items_of(theorem):
        if not item.startswith(("formal", "control")):
            line = session.gather(theorem, item)
            if line.outcome == "failed":
                yield line


def _tried(session: Session, id: str) -> int:
    """How many networks, points or trials a law was tried on until it broke; its controls do not count."""
    tallies = [each.get((id, None)) if isinstance(each, dict) else each for each in session.work.kept.values()]
    return next((after for each in tallies if (after := getattr(each, "broke_after", 0))), 0)


def _widths(theorem: Theorem, line: Evidence) -> tuple[int, ...]:
    if isinstance(theorem, MeasuredTheorem):  # its law draws for itself, so that no network can be given to it
        return ()
    with exact_settings():
        text = Session([theorem]).smallest(theorem, getattr(line, "dtype", "float64"))[1]
    return GeneratedCase.parse(text.split(" ")[0]).architecture.widths if text else ()


def _audited() -> Catch:
    """What a run at fault says of itself: a line that should pass and does not, or a sentinel that is not rejected."""
    with Compiling() as compiling:
        found = next(_alarms(), ("", ""))
    return Catch(*found, 0, compiling.all, compiling.seconds)


def _alarms() -> Iterator[tuple[str, str]]:
    for sentinel in audit(KINDS, set(KINDS) - {"formal"}):
        if not sentinel.rejected:
            yield SENTINELS, sentinel.name
    theorem = proofs.load()[RODE_ON]
    assert isinstance(theorem, Theorem)
    session = _Catching([theorem], networks=BUDGET)
    for item in items_of(theorem):
        if not item.startswith("formal"):
            line = session.gather(theorem, item)
            if line.outcome != "passed":
                yield line.item, line.reason or ""
