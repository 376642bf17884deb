"""A run of `symmetry prove`: findings as they come, the record kept meanwhile, the ledger at the end or where it stopped."""

import dataclasses
import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from symmetry.display.progress import Stopped, gather_with_progress, leave, print_findings
from symmetry.display.sentinels import in_words, planted_beside
from symmetry.evidence.environment import environment
from symmetry.evidence.finding import Finding
from symmetry.evidence.keeping import RecordKeeper
from symmetry.evidence.record import Record, RecordedBackprop
from symmetry.statements.statement import Statement


@dataclasses.dataclass(frozen=True)
class Proving:
    """What to run, and where to keep what is found.

    Attributes:
        statements: all that the record is to hold, in order; they share kernels.
        networks: the budget.
        seed: where random numbers start.
        backprop: the reader's own, if it is run in the place of symmetry's.
        file: where the record is kept; None for nowhere.
        is_own: whether statements are of a file of the reader's own, which worker processes do not know.
        kept: findings of an earlier run.
        environment: what the record names, if that is more than this environment.
    """

    statements: Sequence[Statement]
    networks: int
    seed: int
    backprop: RecordedBackprop | None = None
    file: Path | None = None
    is_own: bool = False
    kept: Sequence[Finding] = ()
    environment: Mapping[str, str] | None = None

    def run(self, as_json: bool) -> list[Finding]:
        """All findings, after printing them as the ledger or as the record.

        Where Ctrl-C or the end of a worker process stops the run, the process ends once the findings so far are printed.

        Raises:
            ValueError: the record could not be written.
        """
        empty = Record(self.seed, self.networks, self.environment or environment(), self.backprop, ())
        keeper = RecordKeeper(empty, [made.id for made in self.statements], self.file, self.kept)
        if self.kept:
            keeper.write()
        wanted = keeper.record.unfinished
        try:
            if wanted:
                budget = (self.networks, self.seed)
                gather_with_progress(self.statements, *budget, keeper.keep, parallel=not self.is_own, wanted=wanted)
        except Stopped as stopped:
            if keeper.findings:
                self._report(keeper, as_json)
            count = f"{len(keeper.findings)} of {len(self.statements)}"
            leave(f"{stopped.reason} after {count}; {self._how_to_go_on(keeper)}", stopped.status)
        self._report(keeper, as_json)
        return keeper.findings

    def void(self, findings: Sequence[Finding], as_json: bool) -> bool:
        """Whether a sentinel passed, so that evidence of the run is void; what was planted is printed, beside JSON on the
        standard error."""
        sentinels = planted_beside(findings)
        console = Console(stderr=as_json)
        console.print(in_words(sentinels, console.width), highlight=False, markup=False, soft_wrap=True)
        return not all(each.rejected for each in sentinels)

    def _report(self, keeper: RecordKeeper, as_json: bool) -> None:
        if as_json:
            print(json.dumps(keeper.record.to_json(), indent=1))
        else:
            print_findings(keeper.findings, self.backprop)
        if keeper.trouble:
            raise ValueError(keeper.trouble)
        if self.file is not None and not as_json:
            print(f"record: {self.file}")

    def _how_to_go_on(self, keeper: RecordKeeper) -> str:
        if self.file is None:
            return "nothing is kept, since no --record FILE was named."
        if not keeper.findings:
            return f"{self.file} is as it was."
        return f"`symmetry prove --resume {shlex.quote(str(self.file))}` goes on."
