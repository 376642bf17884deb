"""How faults of one edit are written down."""

import dataclasses

from tests.faults.fault import Edit, Fault


@dataclasses.dataclass(frozen=True)
class Place:
    """Where faults of a kind are planted, and which theorem catches them unless they name another."""

    kind: str
    module: str
    caught_by: str

    def fault(
        self, name: str, old: str, new: str, by: str = "", *, size: float | None = None, source: str = ""
    ) -> Fault:
        """A fault of one edit."""
        return Fault(name, (Edit(self.module, old, new),), by or self.caught_by, self.kind, source, size=size)

    def of_sizes(self, name: str, old: str, new: str, by: str = "") -> list[Fault]:
        """Faults that differ in how large they are: {n} in the new text is the number that something is off by 1 part in."""
        parts = {10**digits: f"{name} by 1 part in 10^{digits}" for digits in (3, 6, 9, 12)}
        return [self.fault(each, old, new.replace("{n}", str(n)), by, size=1 / n) for n, each in parts.items()]
