"""Formal evidence: Agda's type checker accepts a proof, about definitions that the program has written itself."""

import dataclasses
from collections.abc import Mapping

from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, Gathering, command_for, functions_that_ran
from symmetry.evidence.fields import recorded
from symmetry.formal.sources import source
from symmetry.statements.theorem import Theorem

NOTHING_PROVED = "no proof in Agda is written"


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
        file = statement.formal_file
        if file is None or statement.formal is None:
            return cls.not_run(part, NOTHING_PROVED)
        found = gathering.work.formal(str(file.parent))
        ran = functions_that_ran(found.ran.get(file.stem, ()))
        if reason := found.missing or found.unknown.get(file.stem, ""):
            return cls(outcome="not run", reason=reason, ran=ran)
        stated = source(file)
        line = cls(
            outcome="passed",
            agda=found.agda,
            file=statement.formal.path,
            line=stated.theorem.line,
            laws=tuple(stated.laws.values()),
            refutes=statement.formal.control,
            definitions=found.definitions,
            program=found.program,
            sources=found.sources,
            ran=ran,
        )
        if reason := found.refused.get(file.stem, ""):
            return line.failed(reason, reason, command_for(statement))
        return line

    @classmethod
    def not_rejected(cls, theorem: Theorem, control: str, work: Work) -> str:
        assert theorem.formal_file is not None
        found = work.formal(str(theorem.formal_file.parent))
        return found.refused.get(theorem.formal_file.stem, "")

    @classmethod
    def judges(cls, theorem: Theorem, control: str, work: Work) -> bool:
        file = theorem.formal_file
        if file is None or theorem.formal is None or theorem.formal.control != control:
            return False
        found = work.formal(str(file.parent))
        return not found.missing and file.stem not in found.unknown

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
        return f"Agda {self.agda} checked the proof, from {about}, with these laws of numbers: {laws}"
