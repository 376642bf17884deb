"""Findings: all the evidence gathered for a statement, the verdict that follows from it, and both in sentences.

Numbers are rounded upwards (`symmetry.rounding`), so that they never say more than was found.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TypeVar

from symmetry.evidence.environment import environment
from symmetry.evidence.evidence import Evidence
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.refuted import Refuted
from symmetry.own_backprop import current
from symmetry.statements.statement import Statement
from symmetry.statements.variant import slug
from symmetry.wording import count

Kind = TypeVar("Kind", bound=Evidence)


@dataclasses.dataclass(frozen=True)
class Heading:
    """What a ledger and a record say of a statement besides its evidence: builtin types, so that it travels.

    `items` are all lines of evidence that it has, whether they are run or not.
    """

    id: str
    title: str
    statement: str
    digest: str
    listed: tuple[str, ...]
    controls: int
    items: tuple[str, ...] = ()

    @classmethod
    def of(cls, made: Statement) -> "Heading":
        items = tuple(items_of(made))
        return cls(made.id, made.title, made.statement, made.digest, made.evidence, len(made.controls), items)


def items_of(statement: Statement) -> list[str]:
    """The items of a statement, in the order they are run."""
    return [item for kind in KINDS.values() for item in kind.items(statement)]


@dataclasses.dataclass
class Finding:
    """A statement's heading and all the evidence gathered for it; `unreached` are items that the run stopped before."""

    heading: Heading
    evidence: list[Evidence] = dataclasses.field(default_factory=list)
    unreached: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<{self.heading.id} {self.verdict}>"

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        return [line for line in self.evidence if isinstance(line, kind)]

    @property
    def verdict(self) -> str:
        """failed, incomplete, not run, refuted, proved or checked: the first of these that applies. A claim's own."""
        if any(line.outcome == "failed" for line in self.evidence):
            return "failed"
        if self.is_claim:
            return next((line.verdict or "" for line in self.of_kind(Decided)), "not run")
        if not self.heading.controls:
            return "incomplete"
        if self.reasons:
            return "not run"
        if set(self.heading.listed) == {"refuted"}:
            return "refuted"
        return "proved" if any(line.trusts({}) for line in self.evidence) else "checked"

    @property
    def is_claim(self) -> bool:
        """Whether it is about the claim of a thread rather than a theorem."""
        return self.heading.listed == (Decided.kind,)

    @property
    def ran(self) -> list[str] | None:
        """Names of the reader's functions that ran; None if the run used symmetry's backprop."""
        return functions_run_by(self.evidence)

    @property
    def reasons(self) -> list[str]:
        """What was not run, and why; a reason that all lines share is given once.

        A line that is skipped, such as a derivation about our formulas only, does not count as missing.
        """
        missing = [line for line in self.evidence if line.outcome == "not run" and not line.is_skipped]
        shared = {line.reason or "" for line in missing}
        whole = len(shared) == 1 and len(missing) == len(self.evidence)
        found = list(shared) if whole else [f"{line.kind}: {line.reason}" for line in missing]
        unreached = self._by_kind([item for item in self._left_out if item in self.unreached])
        unselected = self._by_kind([item for item in self._left_out if item not in self.unreached])
        named = (("not reached", unreached), ("not selected", unselected))
        return found + [f"{what}: {', '.join(items)}" for what, items in named if items]

    @property
    def skipped(self) -> list[str]:
        """What was not run while the rest of the evidence stands without it, and why."""
        return [f"{line.kind}: {line.reason}" for line in self.evidence if line.is_skipped]

    def _by_kind(self, items: Sequence[str]) -> list[str]:
        """Some of its items, those of a kind as one where they are all of it."""
        kinds = Counter(item.partition("-")[0] for item in self.heading.items)
        some = Counter(item.partition("-")[0] for item in items)
        whole = {kind for kind, number in some.items() if number == kinds[kind]}
        return list(dict.fromkeys(kind if (kind := item.partition("-")[0]) in whole else item for item in items))

    @property
    def _left_out(self) -> list[str]:
        """The items that have no line, but for those of kinds that are extra."""
        have = {slug(line.item) for line in self.evidence}
        extra = [kind.kind for kind in KINDS.values() if kind.is_extra]
        return [item for item in self.heading.items if item not in have and item.partition("-")[0] not in extra]

    @property
    def in_ledger(self) -> str:
        """The verdict as the ledger has it: partly run where some of the items passed, and others were not selected."""
        passed = any(line.outcome == "passed" for line in self.evidence)
        return "partly run" if self.verdict == "not run" and self._left_out and passed else self.verdict

    @property
    def in_order(self) -> list[Evidence]:
        """The lines as a record has them: by kind, the strongest first."""
        return sorted(self.evidence, key=lambda line: line.order)

    def attributed(self) -> "Finding":
        """The finding; if lines ran the reader's code, without the proofs that did not."""
        own = current()
        skipped = {line.kind for line in self.evidence if line.trusts({}) and not line.ran}
        if own is None or not self.ran or not skipped:
            return self
        return dataclasses.replace(self, evidence=[line.about_own_code(str(own), skipped) for line in self.evidence])

    def _repr_html_(self) -> str:
        """How a notebook shows it: statement, verdict, a row for each line, and why the first failed line did."""
        shown = sentences(self.verdict, self.in_order, environment())
        rows = "".join(f"<tr><th scope='row'>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in shown)
        explanation = next((line.explanation for line in self.evidence if line.explanation), "")
        parts = [
            f"<p><strong>{self.heading.id}</strong> {escape(self.heading.title)}</p>",
            self.heading.statement and f"<p>$$ {escape(self.heading.statement)} $$</p>",
            f"<table>{rows}</table>",
            explanation and f"<pre>{escape(explanation)}</pre>",
        ]
        return "\n".join(part for part in parts if part)


def functions_run_by(lines: Sequence[Evidence]) -> list[str] | None:
    """Names of the reader's functions that ran for some line; None if the run used symmetry's backprop."""
    ran = [line.ran for line in lines if line.ran is not None]
    return sorted({name for each in ran for name in each}) if ran else None


def exit_status(findings: Sequence[Finding]) -> int:
    """1 if any theorem failed or is incomplete, else 0."""
    return int(any(finding.verdict in ("failed", "incomplete") for finding in findings))


def sentences(verdict: str, lines: Sequence[Evidence], versions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a sentence, the verdict first, controls counted in one at the end."""
    trusting = f", {trusted_by(lines, versions)}" if verdict == "proved" else ""
    yield "Verdict", f"{verdict}{trusting}."
    yield from lines_in_sentences(lines, versions)
    if controls := [line for line in lines if isinstance(line, Control)]:
        caught = sum(bool(line.caught) for line in controls)
        corrected = any(isinstance(line, Refuted) and line.corrected_by is not None for line in lines)
        wanted = "not refuted, as it must be" if corrected else "rejected"
        yield "Controls", f"{caught} of {count(len(controls), 'variant')} {wanted}."


def trusted_by(lines: Sequence[Evidence], versions: Mapping[str, str]) -> str:
    """What the proofs among the lines trust, each by itself."""
    return ", and again ".join(f"trusting {trusted}" for line in lines if (trusted := line.trusts(versions)))


def lines_in_sentences(lines: Sequence[Evidence], versions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a sentence for every line but the controls."""
    for line in lines:
        if isinstance(line, Control):
            continue
        passed = line.outcome == "passed"
        clause = line.words(versions) if passed else f"{line.outcome.upper()}, {line.reason or 'for no stated reason'}"
        yield line.label, f"{clause}."


def in_text(sentence: tuple[str, str]) -> str:
    """A pair as one sentence: "Verdict: proved."."""
    return ": ".join(sentence)
