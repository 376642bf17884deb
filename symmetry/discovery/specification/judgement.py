"""What is to be said of one place of a specification, in a plain sentence, with the line to put there."""

import dataclasses
from typing import Any

from symmetry.discovery.specification.change import Change


@dataclasses.dataclass(frozen=True)
class Judgement:
    """One thing found in a specification.

    Attributes:
        kind: what it is, such as "missing", "wrong name" or "listed twice"; see `judged`.
        where: the parameter, or the name if it is about all that a name lists.
        says: what was found, a sentence.
        wrong: whether the specification is wrong there; else it is a remark.
        lines: what to put there, one line for each parameter; with it, the specification holds.
        change: how the function changes because of it; None if nothing was run, or nothing changed.
    """

    kind: str
    where: str
    says: str
    wrong: bool
    lines: tuple[str, ...] = ()
    change: Change | None = None

    def __str__(self) -> str:
        parts = [f"{'wrong' if self.wrong else 'remark'}: {self.says}"]
        if self.change is not None:
            change = str(self.change)
            parts.append(f"{change[0].upper()}{change[1:]}.")
        if self.lines:
            right = "The right line is" if len(self.lines) == 1 else "The right lines are"
            is_sure = self.wrong and self.kind not in ("frozen", "changed")
            parts.append(f"{right if is_sure else 'It could read'} {' '.join(self.lines)}")
        return " ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """The same in builtin types."""
        return {
            "kind": self.kind,
            "where": self.where,
            "says": self.says,
            "wrong": self.wrong,
            "lines": list(self.lines),
            "change": None if self.change is None else self.change.to_json(),
        }
