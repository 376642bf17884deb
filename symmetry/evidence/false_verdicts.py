"""Findings that are not what they should be, to be planted in a run: verdict, exit status and record must say so."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from symmetry.cases import Scalar
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.finding import Finding, Heading, exit_status, items_of
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.identity import Identity
from symmetry.evidence.planted import false_theorem
from symmetry.evidence.record import RecordedStatement, line_from_json
from symmetry.statements.source import source_of
from symmetry.statements.theorem import Theorem

CONTROL = "twice"


def law(number: Scalar):
    """Two equal sides."""
    return number, 1 * number


def other_law(number: Scalar):
    """Two other sides."""
    return number, 2 * number - number


def _theorem(law: Callable = law, hypotheses: str = "", controls: Sequence[str] = (CONTROL,)) -> Theorem:
    return false_theorem(Identity.kind, law, hypotheses=hypotheses, controls=dict.fromkeys(controls, other_law))


PASSED = Identity(outcome="passed", architectures=((1, 1),), points=24, log2_failure=-99.0)
REJECTED = Control(outcome="passed", name=CONTROL, caught=True, by=(Identity.kind,))
FAILED = PASSED.failed("", "", "")
MISSED = dataclasses.replace(REJECTED, caught=False, by=()).failed("", "", "")


def _is(verdict: str, lines: Sequence[Evidence], controls: Sequence[str] = (CONTROL,)) -> Callable[[], bool]:
    """Whether lines have that verdict, also after they were written to a record and read, and end a run as it asks for."""

    def holds() -> bool:
        theorem = _theorem(controls=controls)
        recorded = RecordedStatement.of(Finding(Heading.of(theorem), list(lines)))
        read = [line_from_json(line.to_json(), "") for line in recorded.evidence]
        found = [Finding(Heading.of(theorem), each) for each in (list(lines), read)]
        verdicts = {recorded.verdict, *(each.verdict for each in found)}
        return verdicts == {verdict} and exit_status(found) == (verdict in ("failed", "incomplete"))

    return holds


def false_verdicts() -> Mapping[str, Callable[[], bool]]:
    """What is planted, in a few words, and whether it is seen."""
    return {
        "a last line that failed": _is("failed", [REJECTED, FAILED]),
        "a control that was not rejected": _is("failed", [PASSED, MISSED]),
        "a theorem without a control": _is("incomplete", [PASSED], ()),
        "a line that was not run": _is("not run", [Identity.not_run("", "left out"), REJECTED]),
        "a line that is missing": _is("not run", [PASSED]),
        "a proof among checks": _is("checked", [PASSED, REJECTED]),
        "a changed law or hypothesis under one digest": _has_other_digests,
        "a control that no digest names": lambda: other_law.__name__ in " ".join(source_of(_decorated).everything),
        "a theorem without its last item": lambda: items_of(_theorem())[-1] == f"control-{CONTROL}",
    }


def _with(**named: object) -> Callable[[Callable], Callable]:
    """A decorator with arguments, as `theorem` is."""
    return lambda function: function


@_with(title="", controls={CONTROL: other_law})
def _decorated(number: Scalar):
    return number, number


def _has_other_digests() -> bool:
    made = (_theorem(), _theorem(other_law), _theorem(hypotheses="another"))
    return len({each.digest for each in made}) == len(made)
