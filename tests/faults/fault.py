"""What a planted fault is: a text of a module's source, what is written in its place, and what must fail."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Edit:
    """A text that stands once in the source of a module, given by its dotted name, and what is written in its place."""

    module: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True)
class Fault:
    """Edits that make the program wrong.

    Attributes:
        caught_by: the id of the theorem that must fail; of a fault of the engine, "sentinels".
        kind: what sort of fault it is, such as "balls".
        size: by how much of a number the program is off, where that is one number.
        source: where people reported it, in words, and what is right; empty if nobody did.
    """

    name: str
    edits: tuple[Edit, ...]
    caught_by: str
    kind: str
    size: float | None = dataclasses.field(default=None, kw_only=True)
    source: str = ""


def one_edit_each(kind: str, *rows: tuple[str, ...]) -> list[Fault]:
    """Faults of one kind: the theorem that fails, a name, the module, what stands there, what is put there, and any source."""
    return [
        Fault(name, (Edit(module, old, new),), caught_by, kind, *source)
        for caught_by, name, module, old, new, *source in rows
    ]
