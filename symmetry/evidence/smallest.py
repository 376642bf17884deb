"""Lines of evidence that fail on networks: each shows the smallest network that breaks its theorem."""

import dataclasses
from typing import TypeVar

from symmetry.evidence.evidence import Evidence, Gathering, command_for
from symmetry.statements.theorem import Theorem

Line = TypeVar("Line", bound=Evidence)


def judged(
    line: Line,
    theorem: Theorem,
    gathering: Gathering,
    failure: str,
    error: str,
    *,
    ran: bool,
    dtype: str = "float64",
) -> Line:
    """The line as it turned out: passed, not run because the law has no cases, or failed with a smallest counterexample."""
    if not ran:
        return dataclasses.replace(line, outcome="not run", reason="no architecture has the cases of this law")
    if error:
        failure = f"the law raised {error}"
    if not failure:
        return line
    text, example = gathering.smallest(theorem, dtype)
    case = ("--example", example) if example else ("--seed", str(gathering.work.seed))
    return line.failed(failure, f"{failure}\n{text}", command_for(theorem, *case), example.split(" ")[0] or None)
