"""What a notebook or a script calls to run theorems in its own process; what it gets shows itself."""

from typing import overload

from rich.console import Console
from rich.text import Text

from symmetry.display.ledger import ledger
from symmetry.display.progress import failures
from symmetry.evidence.finding import Finding
from symmetry.evidence.session import Session
from symmetry.given import require_whole
from symmetry.statements.registry import load, select
from symmetry.statements.statement import Statement


class Findings(tuple[Finding, ...]):
    """What was found about several statements, in order: printed, the ledger; in a notebook, a table of each."""

    def __str__(self) -> str:
        failed = [text for finding in self for text in failures(finding)]
        return "\n\n".join([*failed, ledger(self, Console().width)])

    def _repr_html_(self) -> str:
        return "\n".join(finding._repr_html_() for finding in self)


@overload
def prove(wanted: Statement, /, *, networks: int = ..., seed: int = ...) -> Finding: ...
@overload
def prove(*wanted: str, networks: int = ..., seed: int = ...) -> Findings: ...
def prove(*wanted: Statement | str, networks: int = 10_000, seed: int = 0) -> Finding | Findings:
    """Runs theorems in this process, as `symmetry prove` does; JAX's settings stay as they are.

    >>> prove("perm.10", networks=8)
    (<PERM.10 refuted>,)

    Args:
        wanted: ids (PERM.1) and chapters (PERM), in capitals or not, all theorems and claims for none; or one statement,
            such as a theorem that a notebook defines.
        networks: random networks for each theorem and float type.
        seed: where random numbers start.

    Returns:
        The findings, which print as the ledger; for a statement, its finding. A notebook shows both as tables.

    Raises:
        UnknownId: an id that is neither a theorem, a claim nor a chapter.
        TypeError: something else than ids, or than one statement.
        ValueError: the number of networks is below 1, or the seed below 0.
    """
    require_whole("networks", networks, least=1)
    require_whole("seed", seed)
    one = wanted[0] if len(wanted) == 1 else None
    if isinstance(one, Statement):
        return _found([one], networks, seed)[0]
    ids = [each for each in wanted if isinstance(each, str)]
    if len(ids) < len(wanted):
        raise TypeError(
            f"prove takes ids such as 'PERM.1' or one statement, and got {wanted}; name networks= and seed=."
        )
    return _found(select(ids, load()), networks, seed)


def _found(statements: list[Statement], networks: int, seed: int) -> Findings:
    """The findings, with what runs now on a terminal's standard error."""
    found = []
    with Console(stderr=True, force_jupyter=False).status("starting") as status:
        session = Session(statements, networks, seed, lambda activity: status.update(Text(activity)))
        for finding in session.findings():
            found.append(finding)
            if len(statements) > 1:
                line = f"[{len(found)}/{len(statements)}] {finding.heading.id} {finding.verdict}"
                status.console.print(line, highlight=False, markup=False)
    return Findings(found)
