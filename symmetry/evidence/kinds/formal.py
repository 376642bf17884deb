"""Formal evidence: Agda's type checker accepts a proof, about definitions that the program has written itself."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, Gathering, command_for, functions_that_ran
from symmetry.evidence.fields import recorded
from symmetry.formal.checker import unavailable, workspace
from symmetry.formal.digests import digest, program_digest
from symmetry.formal.imports import written_modules
from symmetry.formal.sources import source
from symmetry.statements.besides import FormalProof
from symmetry.statements.theorem import Theorem

FALSE = """module Sentinel where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

first : 2 + 2 ≡ 4
first = refl

last : 2 + 2 ≡ 5
last = refl
"""
"""A file that Agda must refuse, for its last line."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Formal(Evidence[Theorem]):
    """A proof that a kernel checks."""

    kind = "formal"
    order = -1
    columns = ("formal",)
    legend = "formal: the laws of numbers that the proof checked by Agda needs"
    definition = (
        "Agda's type checker accepts a proof of the statement, without postulates, about definitions that running "
        "symmetry/network.py on formal arrays has written; for every width, depth and batch. The laws of numbers that it "
        "needs are named."
    )
    shows = "a statement that Agda's type checker accepts, about the program's own definitions"
    is_slow = True
    is_extra = True

    agda: str | None = recorded("Version of Agda.", when_passed=True)
    file: str | None = recorded("The file of the statement and its proof.", when_passed=True)
    line: int | None = recorded("Where the statement begins.", when_passed=True, minimum=1)
    laws: tuple[str, ...] | None = recorded("The laws of numbers that it needs, in words.", when_passed=True)
    refutes: str | None = recorded("The control whose statement it refutes.", when_passed=True)
    definitions: str | None = recorded("sha256 of the definitions that the program wrote.", when_passed=True)
    program: str | None = recorded("sha256 of symmetry/network.py.", when_passed=True)
    sources: str | None = recorded("sha256 of the proofs and their theory.", when_passed=True)

    @classmethod
    def gather(cls, statement: Theorem, part: str, gathering: Gathering) -> "Formal":
        file, proof = _proof_of(statement)
        found = gathering.work.formal(str(file.parent))
        ran = functions_that_ran(found.ran.get(file.stem, ()))
        if reason := found.missing or found.unknown.get(file.stem, ""):
            return cls(outcome="not run", reason=reason.removesuffix("."), ran=ran)
        refusal = found.refused.get(file.stem, "")
        try:
            stated = source(file)
        except (OSError, ValueError) as error:  # Agda may accept a file that lacks what a theorem's file has
            reason = refusal or str(error)
            return cls(outcome="failed", ran=ran).failed(reason, reason, command_for(statement))
        line = cls(
            outcome="passed",
            agda=found.agda,
            file=proof.path,
            line=stated.theorem.line,
            laws=tuple(stated.laws.values()),
            refutes=proof.control,
            definitions=found.definitions,
            program=found.program,
            sources=found.sources,
            ran=ran,
        )
        return line.failed(refusal, refusal, command_for(statement)) if refusal else line

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        file, _ = _proof_of(theorem)
        try:
            return "" if source(file).refutes else f"{file.name} refutes no statement in its module Control"
        except (OSError, ValueError) as error:
            return str(error)

    @classmethod
    def judges(cls, theorem: Theorem, control: str, work: Work) -> bool:
        """Whether it is the control that its proof refutes, and Agda accepted the proof: else it says nothing of it."""
        file, proof = _proof_of(theorem)
        if proof.control != control:
            return False
        found = work.formal(str(file.parent))
        return not found.missing and file.stem not in {**found.unknown, **found.refused}

    @classmethod
    def is_outdated(cls, statement: Theorem, lines: Sequence[Evidence]) -> bool:
        if cls.kind not in statement.evidence:
            return False
        line = next((each for each in lines if isinstance(each, cls)), None)
        if line is None or line.outcome == "not run":
            return not unavailable()
        file, _ = _proof_of(statement)
        return (line.program, line.sources) != (program_digest(), digest(written_modules(file.parent)))

    @classmethod
    def sentinels(cls) -> Mapping[str, Callable[[], bool]]:
        def refused() -> bool:
            with workspace({"Sentinel.agda": FALSE}) as here:
                refusal = here.check("Sentinel.agda")
            return refusal is not None and refusal.name == "last"

        return {} if unavailable() else {"a proof whose last line is false": refused}

    @property
    def is_skipped(self) -> bool:
        """Whether Agda is not there, or it cannot be told: the theorem's other evidence stands without it."""
        return self.outcome == "not run"

    def trusts(self, versions: Mapping[str, str]) -> str:
        return f"Agda {self.agda}" if self.outcome == "passed" else ""

    @property
    def cell(self) -> str:
        return ", ".join(law.partition(":")[0] for law in self.laws or ()) or "none at all"

    def words(self, versions: Mapping[str, str]) -> str:
        laws = "; ".join(self.laws or ()) or "none at all"
        about = f"definitions generated from symmetry/network.py (sha256 {(self.program or '')[:12]}...)"
        about += f" with the reader's {' and '.join(self.ran)}" if self.ran else ""
        return f"Agda {self.agda} checked the proof, from {about}, with these laws of numbers: {laws}"

    def about_own_code(self, own: str, skipped: Collection[str]) -> "Formal":
        if self.kind not in skipped:
            return self
        reason = f"its definitions are of symmetry's own functions and never ran {own}"
        return Formal(outcome="not run", reason=reason, ran=())


def _proof_of(theorem: Theorem) -> tuple[Path, FormalProof]:
    """The file of a theorem's proof in Agda, and which control it refutes."""
    assert theorem.formal is not None  # it lists formal evidence
    assert theorem.formal_file is not None
    return theorem.formal_file, theorem.formal
