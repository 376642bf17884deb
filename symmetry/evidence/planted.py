"""Statements that are known to be false, planted in a run: a kind of evidence that lets one pass is void.

Each kind names its own (`Evidence.sentinels`); those of floats ride on their kernels besides (`symmetry.engine.sentinels`).
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from symmetry.engine.measure import Trials
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import MeasuredTheorem, Theorem

if TYPE_CHECKING:
    from symmetry.evidence.evidence import Evidence

ID = "SENTINEL.1"


@dataclasses.dataclass(frozen=True)
class Sentinel:
    """What was planted in a kind of evidence, in a few words, and whether the kind rejected it."""

    kind: str
    name: str
    rejected: bool


def audit(kinds: Mapping[str, "type[Evidence]"], ran: Collection[str]) -> list[Sentinel]:
    """Plants what is known to be false in each of the kinds of evidence that ran, and in what follows from evidence."""
    from symmetry.evidence.false_verdicts import false_verdicts

    return [
        Sentinel(name, what, _holds(rejects))
        for name, kind in kinds.items()
        if name in ran
        for what, rejects in kind.sentinels().items()
    ] + [Sentinel("verdict", what, _holds(rejects)) for what, rejects in false_verdicts().items()]


def _holds(rejects: Callable[[], bool]) -> bool:
    """Whether it was rejected; what raises on the way has not been."""
    try:
        return rejects()
    except Exception:  # whatever the fault of a run makes it raise
        return False


def false_theorem(kind: str, law: Callable, **properties: Any) -> Theorem:
    """A theorem with one kind of evidence, which must fail; it is registered nowhere."""
    return _made(Theorem, kind, law, properties)


def false_of_trials(kind: str, add: Callable[[Trials], None]) -> Theorem:
    """The same, of a law that counts for itself: it adds trials."""

    def law(trials: Trials) -> None:
        add(trials)

    return _made(MeasuredTheorem, kind, law, {})


def _made(made: type[Theorem], kind: str, law: Callable, properties: Mapping[str, Any]) -> Theorem:
    usual = {
        "cites": (),
        "controls": {},
        "evidence": (kind,),
        "hypotheses": "",
        "derivation": None,
        "systems": frozenset({"residues"}),
        "architectures": None,
        "dtypes": ("float64",),
    }
    return made(ID, "", "", law=law, **usual | dict(properties))


def rejected(statement: Statement, item: str) -> bool:
    """Whether an item's line of evidence fails, as it must."""
    return evidence_of(statement, item).outcome == "failed"


def evidence_of(statement: Statement, item: str) -> "Evidence":
    """An item's line of evidence, from as few networks as there can be.

    Raises:
        TypeError: it would fail whatever is planted, since it is not written as a statement must be.
    """
    from symmetry.evidence.session import Session

    if isinstance(statement, Theorem) and statement.mistakes:
        raise TypeError(statement.mistakes[0])
    return Session([statement], networks=1).gather(statement, item)
