"""Sampled evidence: floats on generated networks, each difference within the bound that rounding is allowed."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from symmetry.architecture import SMALL
from symmetry.cases import Scalar
from symmetry.engine.measure import Trials
from symmetry.engine.tally import Tally
from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, Gathering, command_for, functions_that_ran
from symmetry.evidence.fields import recorded
from symmetry.evidence.planted import evidence_of, false_of_trials, false_theorem, rejected
from symmetry.rounding import share_of_bound
from symmetry.statements.besides import how_to_get
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.statements.variant import PassesEmptily
from symmetry.wording import count

FLOATS = {"float64": "f64", "float32": "f32", "bfloat16": "bf16", "float16": "f16"}
"""Float types, and their columns in the ledger."""

VACUOUS = "vacuous: on every network the bound is too wide, or the sides too small, for anything to fail"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sampled(Evidence[Theorem]):
    """Floats of one type on generated networks."""

    kind = "sampled"
    order = 2
    columns = tuple(FLOATS.values())
    legend = "f64 to f16: worst difference over its bound"
    definition = (
        "On generated networks in floats, the two sides differ by no more than the bound that the rounding of every operation "
        "allows. Cases whose bound is so wide that they could not have failed are counted."
    )
    systems = frozenset({"balls"})

    dtype: str
    architectures: tuple[tuple[int, ...], ...] | None = recorded(
        "Widths of every layer, the inputs first, of each network architecture.",
        items={"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2},
    )
    networks: int | None = recorded("Networks tried, random and adversarial.", when_passed=True, minimum=0)
    operations: int | None = recorded(
        "Of a law about the method itself: operations tried, other than networks.", minimum=0
    )
    worst: float | None = recorded(
        "The worst difference as a fraction of the derived bound.", when_passed=True, minimum=0
    )
    vacuous: int | None = recorded(
        "Cases whose bound was so wide that they could not fail.", when_passed=True, minimum=0
    )
    vacuous_leaves: int | None = recorded(when_passed=True, minimum=0)
    black_boxes: int | None = recorded("Runs of code that is not ours, tried besides the networks.", minimum=0)
    vacuous_black_boxes: int | None = recorded(minimum=0)
    adversarial: int | None = recorded("Of the networks, those that Hypothesis generated.", minimum=0)
    vacuous_adversarial: int | None = recorded(minimum=0)
    untried: str | None = recorded("Why code that is not ours was not run.")
    swept: bool | None = recorded("Whether the networks are those of `symmetry sweep`, which has other ones.")

    @classmethod
    def items(cls, statement: Statement) -> list[str]:
        dtypes = statement.dtypes if isinstance(statement, Theorem) and cls.kind in statement.evidence else ()
        return [f"{cls.kind}-{dtype}" for dtype in dtypes]

    @classmethod
    def promise(cls, theorem: Theorem) -> str:
        return f"{', '.join(theorem.dtypes)}, within a derived bound"

    @classmethod
    def not_run(cls, part: str, reason: str) -> "Sampled":
        return cls(outcome="not run", dtype=part, reason=reason)

    @classmethod
    def not_filled_in(cls, part: str) -> "Sampled":
        return cls(outcome="passed", dtype=part, networks=0, vacuous=0)

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Sampled":
        if not statement.is_drawn:
            measured = gathering.work.measurement(statement.id, part, None)
            return _within_what_is_stated(_measured(measured, part), measured, statement, gathering)
        if not cls.speaks(statement):
            return cls.not_run(part, "excluded: the law does not speak in floats")
        tally = gathering.work.tallies(statement.module, part)[statement.id, None]
        line, failure = _counted(tally, part), tally.failure
        if reason := _void(tally, part):
            return line.failed(f"void: {reason}", f"This run is void: {reason}.", command_for(statement))
        if not failure and not tally.error:
            if tally.networks and tally.vacuous == tally.networks:
                return dataclasses.replace(line, outcome="not run", reason=VACUOUS)
            if statement.black_boxes is not None and part == statement.dtypes[0]:
                if absent := statement.black_boxes.missing:
                    return dataclasses.replace(line, untried=how_to_get(absent))
                boxes = gathering.work.black_boxes(statement.black_boxes.together)[statement.id, None]
                line = dataclasses.replace(
                    line,
                    worst=max(tally.worst, boxes.worst),
                    ran=functions_that_ran(tally.ran | boxes.ran),
                    black_boxes=boxes.count,
                    vacuous_black_boxes=boxes.vacuous,
                )
                line = _within_what_is_stated(line, boxes, statement, gathering)
                if line.outcome == "failed":
                    return line
        ran = bool(tally.networks or tally.error)
        return line.judged(statement, gathering, failure, tally.error, ran=ran, dtype=part)

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        if not theorem.is_drawn:
            measured = work.measurement(theorem.id, theorem.dtypes[-1], control)
            if measured.error:
                return f"it raised {measured.error}"
            return "" if measured.violation else "its sides agreed"
        tally = work.control_tallies(theorem.module)[theorem.id, control]
        if reason := _void(tally, "float64"):
            return f"the run is void, since {reason}"
        empty = tally.vacuous == tally.networks and tally.violation is None
        rejected = empty if isinstance(theorem.controls[control], PassesEmptily) else tally.violation is not None
        if theorem.black_boxes is not None and not theorem.black_boxes.missing:
            measured = work.black_boxes(theorem.black_boxes.together)[theorem.id, control]
            if not measured.violation:
                return f"the black boxes raised {measured.error}" if measured.error else "the black boxes agreed"
        if tally.error:
            return f"it raised {tally.error}"
        return "" if rejected else "its sides agreed"

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        """Those of laws that count for themselves and of a line as a whole; what rides on every kernel is seen there."""

        def fails(last: float, at: int = 999) -> Callable[[], bool]:
            excesses = np.zeros(1_000)
            excesses[at] = last
            theorem = false_of_trials(cls.kind, lambda trials: trials.add("", excesses))
            return lambda: rejected(theorem, f"{cls.kind}-float64")

        return {
            "a last trial of a thousand that is off by a billionth": fails(1 + 1e-9),
            "a trial that is NaN": fails(np.nan, 500),
            "trials that were not counted": _is_counted,
            "floats that differ": lambda: _outcome_of(lambda number: (number, number + 1)) == "failed",
            "a law that raises": lambda: _outcome_of(lambda number: (number, number.nowhere)) == "failed",
            "floats that are all 0": lambda: _outcome_of(lambda number: (0 * number, 0 * number)) == "not run",
        }

    @property
    def item(self) -> str:
        return f"{self.kind}-{self.dtype}"

    @property
    def label(self) -> str:
        return f"{'Swept' if self.swept else 'Sampled'} in {self.dtype}"

    @property
    def column(self) -> str:
        """Its float type; trials of other numbers, such as residues, stand under float64."""
        return self.dtype if self.dtype in FLOATS else "float64"

    @property
    def cell(self) -> str:
        return share_of_bound(self.worst or 0.0)

    @classmethod
    def cells(cls, lines: Sequence[Evidence], controls: int) -> tuple[str, ...]:
        cells = {line.column: line.cell if line.outcome == "passed" else line.outcome for line in lines}
        return tuple(cells.get(dtype, "") for dtype in FLOATS)

    def words(self, versions: Mapping[str, str]) -> str:
        counts = [(self.operations or 0, "operation"), (self.networks or 0, "network")]
        counts += [(self.black_boxes or 0, "run of code that is not ours")]
        tried = " and ".join(count(number, what) for number, what in counts if number)
        vacuous = (self.vacuous or 0) + (self.vacuous_black_boxes or 0)
        untried = f"; on none of the libraries' code, since {self.untried}" if self.untried else ""
        return f"{tried}, worst difference {self.cell} of the bound; {vacuous:,} could not have failed{untried}"


def _outcome_of(sides: Callable) -> str:
    """What becomes of a law of one number in floats."""

    def law(number: Scalar):
        return sides(number)

    floats = {"systems": Sampled.systems, "architectures": (SMALL[0],)}
    return evidence_of(false_theorem(Sampled.kind, law, **floats), f"{Sampled.kind}-float64").outcome


def _is_counted() -> bool:
    """Whether of a thousand trials, one blind, as many are counted."""
    blind = np.arange(1_000) == 0
    theorem = false_of_trials(Sampled.kind, lambda trials: trials.add("", np.zeros(1_000), blind))
    line = evidence_of(theorem, f"{Sampled.kind}-float64")
    return isinstance(line, Sampled) and (line.outcome, line.operations, line.vacuous) == ("passed", 1_000, 1)


def _void(tally: Tally, dtype: str) -> str:
    """Why nothing that was counted is evidence in a float type; "" if it is."""
    if strange := tally.received - {dtype}:
        return f"the law was given numbers of {' and '.join(sorted(strange))}, not {dtype}"
    return tally.void


def _counted(tally: Tally, dtype: str) -> Sampled:
    """What a tally counted, as a line."""
    return Sampled(
        outcome="passed",
        dtype=dtype,
        architectures=tuple(architecture.widths for architecture in tally.architectures),
        networks=tally.networks,
        worst=tally.worst,
        vacuous=tally.vacuous,
        vacuous_leaves=tally.vacuous_leaves,
        adversarial=tally.adversarial,
        vacuous_adversarial=tally.vacuous_adversarial,
        ran=functions_that_ran(tally.ran),
    )


def _measured(trials: Trials, dtype: str) -> Sampled:
    """What a law that counts for itself counted, as a line."""
    return Sampled(
        outcome="passed",
        dtype=dtype,
        networks=trials.networks,
        operations=trials.count - trials.networks,
        worst=trials.worst,
        vacuous=trials.vacuous,
        vacuous_leaves=0,
        ran=functions_that_ran(trials.ran),
    )


def _within_what_is_stated(line: Sampled, trials: Trials, theorem: Theorem, gathering: Gathering) -> Sampled:
    """The line, failed if its trials broke what is stated or raised."""
    reason = f"the law raised {trials.error}" if trials.error else trials.violation
    return line.failed(reason, reason, command_for(theorem, "--seed", str(gathering.work.seed))) if reason else line
