"""What may stand beside a theorem's law: trials of code that is not ours, a proof in Agda, a table of measurements."""

import dataclasses
import importlib.util
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from symmetry.architecture import Architecture
from symmetry.statements.variant import PassesEmptily, Variant, law_of

Controls: TypeAlias = Mapping[str, Variant | PassesEmptily]
"""The controls of a theorem by name, as they are declared."""


def absent(packages: Sequence[str]) -> list[str]:
    """Those of the packages that are not installed."""
    return [package for package in packages if importlib.util.find_spec(package) is None]


def how_to_get(packages: Sequence[str]) -> str:
    """That packages are missing, and the command that brings them.

    >>> how_to_get(["flax", "equinox"])
    'flax and equinox missing; `pip install flax equinox` brings them'
    """
    them = "them" if len(packages) > 1 else "it"
    return f"{' and '.join(packages)} missing; `pip install {' '.join(packages)}` brings {them}"


@dataclasses.dataclass(frozen=True)
class BlackBoxes:
    """What a theorem says of code that is not ours, which runs on floats only: a part of its sampled evidence.

    Attributes:
        law: the claim, of `Trials`.
        controls: by the names of the theorem's controls, what each breaks here.
        needs: the packages that hold the code; without one of them the rest of the evidence stands.
        together: a word that black boxes have in common which share what they run, so that one process runs them all.
    """

    law: Callable
    controls: Mapping[str, Variant]
    needs: Sequence[str] = ()
    together: str = ""

    @property
    def missing(self) -> list[str]:
        """The packages that it needs and that are not installed."""
        return absent(self.needs)

    def require(self, id: str, controls: Collection[str]) -> None:
        """Raises ValueError unless it breaks something for each of a theorem's controls."""
        if set(self.controls) != set(controls):
            raise ValueError(f"{id}: its black boxes have controls {list(self.controls)}; name {list(controls)}.")

    def of_theorem(
        self, id: str, law: Callable, controls: Controls, architecture: Architecture, most: int
    ) -> "BlackBoxes":
        """The same with its controls as laws."""
        broken = {name: law_of(variant, self.law, f"{id}, {name!r}") for name, variant in self.controls.items()}
        return BlackBoxes(self.law, broken, self.needs, self.together or id)


@dataclasses.dataclass(frozen=True)
class OtherPrograms:
    """Code that is not ours in the place of a program that a law runs: what the theorem says is said of it too.

    It runs on floats, on cases that are drawn as for any law; each of the theorem's controls must fail with each program.

    Attributes:
        knob: the keyword-only parameter of the law that takes a program.
        programs: by the names of the libraries, what that parameter is turned to.
        law: what is claimed, with the knobs that the theorem's controls turn; None for the theorem's own law.
        needs: the packages that hold the programs; without one of them the rest of the evidence stands.
    """

    knob: str
    programs: Mapping[str, Callable]
    law: Callable | None = None
    needs: Sequence[str] = ()

    def require(self, id: str, controls: Collection[str]) -> None:
        """Raises ValueError unless there is a program."""
        if not self.programs:
            raise ValueError(f"{id}: its black boxes have no program; name the code that is to run.")

    def of_theorem(
        self, id: str, law: Callable, controls: Controls, architecture: Architecture, most: int
    ) -> BlackBoxes:
        """The law and the controls of a theorem, run by each program; a control on at most so many cases."""
        from symmetry.engine.float_laws import rejected_by_each, run_by

        claim = self.law or law

        def by_each(variant: Variant, what: str) -> dict[str, Callable]:
            varied = law_of(variant, claim, f"{id}, {what}")
            return {name: law_of({self.knob: run}, varied, f"{id}, {name}") for name, run in self.programs.items()}

        own = run_by(by_each({}, "its black boxes"), architecture)
        variants = {name: each.law if isinstance(each, PassesEmptily) else each for name, each in controls.items()}
        return BlackBoxes(
            own,
            {name: rejected_by_each(by_each(each, repr(name)), architecture, most) for name, each in variants.items()},
            self.needs,
            id,
        )


@dataclasses.dataclass(frozen=True)
class FormalProof:
    """A proof that Agda checks.

    Attributes:
        path: its file, relative to the folder of the module that states the theorem.
        control: the name of the theorem's control whose statement the file refutes.
    """

    path: str
    control: str

    def file(self, law: Callable) -> Path:
        """The file, beside the module of a theorem's law."""
        return Path(inspect.getsourcefile(law) or law.__module__).parent / self.path

    def require(self, id: str, controls: Collection[str]) -> None:
        """Raises ValueError unless it refutes one of a theorem's controls."""
        if self.control not in controls:
            raise ValueError(
                f"{id}: its formal proof refutes {self.control!r}; name one of its controls, {list(controls)}."
            )

    def require_file(self, id: str, law: Callable) -> None:
        """Raises ValueError unless its file is there."""
        if not (file := self.file(law)).is_file():
            raise ValueError(
                f"{id}: its formal proof is to be in {file}, where no file is; write it, or leave formal out."
            )


@dataclasses.dataclass(frozen=True)
class Measurements:
    """A table beside a theorem: cells of text under headings, sentences before them, and notes after them."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    introduction: str = ""
    notes: Sequence[str] = ()
