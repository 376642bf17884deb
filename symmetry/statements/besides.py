"""What may stand beside a theorem's law: trials of code that is not ours, a proof in Agda, a table of measurements."""

import dataclasses
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from symmetry.statements.variant import Variant


@dataclasses.dataclass(frozen=True)
class BlackBoxes:
    """What a theorem says of code that is not ours, which runs on floats only: a part of its sampled evidence.

    Attributes:
        law: the claim, of `Trials`.
        controls: by the names of the theorem's controls, what each breaks here.
    """

    law: Callable
    controls: Mapping[str, Variant]

    def require(self, id: str, controls: Collection[str]) -> None:
        """Raises ValueError unless it breaks something for each of a theorem's controls."""
        if set(self.controls) != set(controls):
            raise ValueError(f"{id}: its black boxes have controls {list(self.controls)}; name {list(controls)}.")


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
