"""One line of evidence: what all kinds have in common."""

import abc
import dataclasses
import inspect
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

from symmetry.engine.work import Work
from symmetry.evidence.fields import Json, fields_of, recorded, to_json, unrecorded
from symmetry.own_backprop import current
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem

Line = TypeVar("Line", bound="Evidence")
Stated = TypeVar("Stated", bound=Statement)


class Gathering(Protocol):
    """What a kind of evidence needs to be gathered: the work that lines share, the other kinds, the smallest counterexamples."""

    @property
    def work(self) -> Work: ...

    @property
    def kinds(self) -> Mapping[str, "type[Evidence]"]: ...

    def smallest(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        """The smallest counterexample in a float type: how it reads, and its text for `--example`; "" where there is none."""
        ...


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evidence(abc.ABC, Generic[Stated]):
    """One line of evidence.

    Attributes:
        outcome: "passed", "failed" or "not run".
        ran: names of the reader's functions that ran; None if the run used symmetry's backprop.
        reason: why the line did not pass.
        counterexample: of a failed line, the case as `--example` takes it; None where there is none.
        reproduce: of a failed line, the command that runs it again.
        explanation: of a failed line, what a person should read.
    """

    kind: ClassVar[str]
    order: ClassVar[int]
    """Where lines of the kind stand in a record and in the ledger."""
    columns: ClassVar[tuple[str, ...]] = ()
    """The columns of the ledger that it fills."""
    legend: ClassVar[str] = ""
    """What the cells of those columns are."""
    definition: ClassVar[str] = ""
    """What the word means, for a reader."""
    shows: ClassVar[str] = ""
    """What a run of the kind shows of a theorem, in a few words; "" where that is the definition."""
    is_slow: ClassVar[bool] = False
    """Whether it is gathered after the other kinds, whatever its place in a record."""
    is_extra: ClassVar[bool] = False
    """Whether a theorem's other evidence stands without it: what it needs is not installed everywhere."""
    systems: ClassVar[frozenset[str]] = frozenset()
    """The number systems of which a law must run in one; empty where any will do."""

    outcome: str
    ran: tuple[str, ...] | None = recorded(
        "Of a run on the reader's own backprop: the functions of symmetry.network that it stood in for.",
        uniqueItems=True,
    )
    reason: str | None = recorded()
    counterexample: str | None = recorded(
        "The case, as `symmetry prove ID --example` takes it; null where there is none.", type=["string", "null"]
    )
    reproduce: str | None = recorded("The command that runs it again.")
    explanation: str = unrecorded()

    @classmethod
    def items(cls, statement: Statement) -> list[str]:
        """The items of this kind that a statement has, such as "sampled-float32"."""
        return [cls.kind] if cls.kind in statement.evidence else []

    @classmethod
    @abc.abstractmethod
    def gather(cls, statement: Stated, part: str, gathering: Gathering) -> "Evidence":
        """The line of one item; `part` is what the item's name says after the kind."""

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        """What is known to be false and is planted in every run of the kind, in a few words: whether it is rejected."""
        return {}

    @classmethod
    def promise(cls, theorem: Theorem) -> str:
        """What a run of this kind shows of a theorem, in a few words."""
        return cls.shows or cls.definition

    @classmethod
    def not_run(cls: type[Line], part: str, reason: str) -> Line:
        """A line that was not run, and why."""
        return cls(outcome="not run", reason=reason)

    @classmethod
    def not_filled_in(cls: type[Line], part: str) -> Line:
        """The line of a theorem that is not fully written yet, before it fails."""
        return cls(outcome="passed")

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        """Why this kind of evidence did not reject a control; "" if it did."""
        raise NotImplementedError

    @classmethod
    def is_outdated(cls, statement: Stated, lines: Sequence["Evidence"]) -> bool:
        """Whether a statement's lines of this kind, of an earlier run, are about other files than those here or are missing."""
        return False

    @classmethod
    def judges(cls, theorem: Theorem, control: str, work: Work) -> bool:
        """Whether it is for this kind to reject a control, now and here."""
        return cls.speaks(theorem)

    @classmethod
    def speaks(cls, theorem: Theorem) -> bool:
        """Whether the law runs in a number system that gives this kind of evidence."""
        return not cls.systems or theorem.speaks(cls.systems)

    @property
    def is_skipped(self) -> bool:
        """Whether it was not run and the theorem's other evidence stands without it."""
        return False

    def trusts(self, versions: Mapping[str, str]) -> str:
        """What a line that proves a theorem trusts: a program and its version; "" for any other line."""
        return ""

    @property
    def item(self) -> str:
        """The item that it is the line of, as a person reads it."""
        return self.kind

    @property
    def label(self) -> str:
        """What it is called before its words."""
        return self.kind.capitalize()

    @property
    def column(self) -> str:
        """The column of the figure of a record."""
        return next(iter(self.columns), self.kind)

    @property
    def cell(self) -> str:
        """What the ledger says of it if it passed."""
        return ""

    @abc.abstractmethod
    def words(self, versions: Mapping[str, str]) -> str:
        """What it shows if it passed, in a clause."""

    @classmethod
    def cells(cls, lines: Sequence["Evidence"], controls: int) -> tuple[str, ...]:
        """The cells of the ledger, one a column, from a theorem's lines of this kind and its number of controls."""
        cells = [line.cell if line.outcome == "passed" else line.outcome for line in lines[:1]] or [""]
        return tuple(cells * len(cls.columns))

    def without(self, kinds: Collection[str]) -> "Evidence":
        """The line as it would be had these kinds of evidence not been gathered."""
        return self

    def about_own_code(self, own: str, skipped: Collection[str]) -> "Evidence":
        """The line where other lines ran the reader's code, and these kinds are proofs about symmetry's formulas only."""
        return self

    def to_json(self) -> dict[str, Json]:
        content = {"kind": self.kind, **to_json(self)}
        return content | ({"counterexample": self.counterexample} if self.outcome == "failed" else {})

    def failed(self: Line, reason: str, explanation: str, command: str, counterexample: str | None = None) -> Line:
        """The line as failed: why, what a person should read, and how to run it again."""
        return dataclasses.replace(
            self,
            outcome="failed",
            reason=reason,
            counterexample=counterexample,
            reproduce=command,
            explanation=f"{explanation}\nTo run it again: {command}",
        )

    def judged(
        self: Line,
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
            return dataclasses.replace(self, outcome="not run", reason="no architecture has the cases of this law")
        failure = f"the law raised {error}" if error else failure
        if not failure:
            return self
        text, example = gathering.smallest(theorem, dtype)
        case = ("--example", example) if example else ("--seed", str(gathering.work.seed))
        return self.failed(failure, f"{failure}\n{text}", command_for(theorem, *case), example.split(" ")[0] or None)


def required_fields(kind: type[Evidence]) -> list[str]:
    """The names of the fields that a line of a kind has if it passed."""
    return [field.name for field in fields_of(kind) if field.metadata.get("when_passed")]


def functions_that_ran(ran: Collection[str]) -> tuple[str, ...] | None:
    """Which of the reader's functions ran, for a line of evidence; None if symmetry's own backprop did."""
    return None if current() is None else tuple(sorted(ran))


def command_for(theorem: Theorem, *options: str) -> str:
    """The command that runs a theorem again; it names the file of one that is not in the catalogue, and an own backprop."""
    file = inspect.getsourcefile(theorem.function)
    if theorem.is_own and theorem.module != "__main__" and file is not None:
        here, path = Path.cwd(), Path(file)
        options = (*options, "--path", shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path)))
    if (own := current()) is not None:
        options = (*options, "--backprop", shlex.quote(own.spec))
    return " ".join(("symmetry prove", theorem.id, *options))
