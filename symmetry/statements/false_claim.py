"""False claims beside the theorems: each has an exact counterexample, and a theorem that says what holds instead."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from symmetry.statements import registry
from symmetry.statements.ids import require_id
from symmetry.statements.mistakes import require_declared
from symmetry.statements.statement import Job
from symmetry.statements.theorem import SYSTEMS, Key, Theorem
from symmetry.statements.variant import function_of


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class FalseClaim(Theorem):
    """A law that must have an exact counterexample; its control is the theorem that corrects it, which must have none."""

    corrected_by: str = ""

    @property
    def stated_verdict(self) -> str:
        return "refuted"

    def remarks(self) -> list[str]:
        return [*super().remarks(), f"What holds instead: {self.corrected_by}."]

    @property
    def kernel_laws(self) -> dict[Key, Callable]:
        return {}

    def searched(self) -> dict[str | None, Callable]:
        return {**self.refutes, **{name: function_of(control) for name, control in self.controls.items()}}

    def jobs(self) -> Iterator[Job]:
        yield from (("counterexample", self.id, claim) for claim in self.searched())


def refuted_claim(
    id: str, *, title: str, statement: str, hypotheses: str, corrected_by: str, cites: Sequence[str] = ()
) -> Callable[[Callable], FalseClaim]:
    """Makes a false claim of the decorated law and registers it among the theorems.

    The claim must have an exact counterexample. Its control is the theorem that corrects it, which must have none.

    Args:
        id: chapter and number, such as "PERM.10".
        title: the claim in a few words.
        statement: what is claimed, in LaTeX.
        hypotheses: when it is claimed to hold, in words.
        corrected_by: the id of the theorem that holds instead, of the same chapter or of one loaded before.
        cites: keys of the bibliography.

    Raises:
        ValueError: a malformed or repeated id; no theorem of the id that is to correct it.
    """
    require_id(id)
    require_declared(id, {"title": title, "statement": statement, "hypotheses": hypotheses}, cites)
    correct = registry.REGISTRY.get(corrected_by)
    if not isinstance(correct, Theorem):
        raise ValueError(f"{id} is to be corrected by {corrected_by!r}, which is no theorem so far; define it first.")
    control: Mapping[str, Callable] = {f"{corrected_by} holds": correct.law}

    def decorated(law: Callable) -> FalseClaim:
        made = FalseClaim(
            id=id,
            title=title,
            statement=statement,
            hypotheses=hypotheses,
            cites=tuple(cites),
            controls=control,
            derivation=None,
            evidence=("refuted",),
            systems=frozenset(SYSTEMS),
            architectures=None,
            dtypes=(),
            law=law,
            refutes={title: law},
            corrected_by=corrected_by,
        )
        return registry.register(made)

    return decorated
