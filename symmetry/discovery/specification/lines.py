"""Specifications of permutations as people write them: for each parameter, which name moves each of its axes."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symmetry.discovery.leaves import Leaf
from symmetry.discovery.specification.notation import AxisEntry

Specification = Mapping[str, Any] | Iterable[tuple[str, Any]]
"""Either {parameter: names of its axes}, or pairs of the same, or {name: [(parameter, axis), ...]}."""

FORMS = (
    '{"Dense_0/kernel": (None, "P_0"), ...}, pairs of the same, or {"P_0": [("Dense_0/kernel", 1), ...]}; '
    "of git-re-basin, `axes_to_perm` or `perm_to_axes`"
)


@dataclasses.dataclass(frozen=True)
class Listed:
    """One line of a specification: a parameter and what it says of each axis."""

    path: str
    names: tuple[AxisEntry, ...]

    def __str__(self) -> str:
        return line(self.path, self.names)


@dataclasses.dataclass(frozen=True)
class Listing:
    """All lines of a specification.

    Attributes:
        by_name: whether it was written as {name: [(parameter, axis), ...]}.
    """

    lines: tuple[Listed, ...]
    by_name: bool = False

    def first(self) -> dict[str, tuple[AxisEntry, ...]]:
        """For each parameter its first line."""
        lines: dict[str, tuple[AxisEntry, ...]] = {}
        for one in self.lines:
            lines.setdefault(one.path, one.names)
        return lines


def read(spec: Specification, arrays: Mapping[str, Leaf]) -> Listing:
    """The lines of a specification in any of its forms.

    >>> read({"P_0": [("kernel", 1)]}, {}).lines[0].names
    (None, 'P_0')

    Raises:
        TypeError: it has none of the forms.
    """
    if hasattr(spec, "_fields") or isinstance(spec, str):
        raise TypeError(f"the specification is a {type(spec).__name__}; pass {FORMS}.")
    if isinstance(spec, Mapping):
        if spec and all(_is_by_name(value) for value in spec.values()):
            return Listing(_lines_by_name(spec, arrays), by_name=True)
        return Listing(tuple(_listed(path, names) for path, names in spec.items()))
    try:
        pairs = [(path, names) for path, names in spec]
    except (TypeError, ValueError):
        raise TypeError(
            f"the specification is a {type(spec).__name__} of other things than pairs; pass {FORMS}."
        ) from None
    return Listing(tuple(_listed(path, names) for path, names in pairs))


def _is_by_name(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) > 0 and all(map(_is_place, value))


def _is_place(value: Any) -> bool:
    """Whether it is (parameter, axis)."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return False
    path, axis = value
    return isinstance(path, str) and isinstance(axis, int) and not isinstance(axis, bool)


def _listed(path: Any, names: Any) -> Listed:
    if not isinstance(path, str):
        raise TypeError(
            f"the specification names the parameter {path!r}; write its path as a text, such as Dense_0/kernel."
        )
    if not isinstance(names, Sequence) or isinstance(names, str):
        raise TypeError(f'{path}: got {names!r}; pass one name (or None) for each axis, as in ("P_0", None).')
    for name in names:
        if name is not None and not isinstance(name, str | Mapping):
            raise TypeError(f'{path}: got {name!r} for an axis; pass None, a name, or an expression such as "4 * P_0".')
    return Listed(path, tuple(names))


def _lines_by_name(spec: Mapping[Any, Any], arrays: Mapping[str, Leaf]) -> tuple[Listed, ...]:
    """One line a parameter; where an axis is listed twice, a second line for it."""
    names: dict[str, dict[int, str]] = {}
    again: list[tuple[str, int, str]] = []
    for name, places in spec.items():
        for path, axis in places:
            there = axis + len(arrays[path].shape) if axis < 0 and path in arrays else axis
            if there < 0:
                raise TypeError(f"{name} lists axis {axis} of {path}; count the axes from 0.")
            if there in names.setdefault(path, {}):
                again.append((path, there, name))
            else:
                names[path][there] = name
    made = {path: _filled(axes, len(getattr(arrays.get(path), "shape", ()))) for path, axes in names.items()}
    repeated = [(path, (*made[path][:axis], name, *made[path][axis + 1 :])) for path, axis, name in again]
    return tuple(Listed(path, entries) for path, entries in [*made.items(), *repeated])


def _filled(axes: Mapping[int, str], dimensions: int) -> tuple[AxisEntry, ...]:
    return tuple(axes.get(axis) for axis in range(max(dimensions, max(axes) + 1)))


def nearest(path: str, known: Iterable[str]) -> str | None:
    """The known path most like an unknown one: one that ends alike, else one that is spelled alike.

    >>> nearest("Dense_0/kernel", ["params/Dense_0/kernel", "params/Dense_1/kernel"])
    'params/Dense_0/kernel'
    """
    candidates = list(known)
    ends = [other for other in candidates if other.endswith(f"/{path}") or path.endswith(f"/{other}")]
    if len(ends) == 1:
        return ends[0]
    alike = difflib.get_close_matches(path.replace(".", "/"), candidates, n=1, cutoff=0.6)
    return alike[0] if alike else None


def line(path: str, names: Sequence[AxisEntry]) -> str:
    """A line of a specification as Python text.

    >>> line("Dense_1/bias", ("P_0",))
    '"Dense_1/bias": ("P_0",),'
    """
    inner = ", ".join(f'"{name}"' if isinstance(name, str) else str(name) for name in names)
    return f'"{path}": ({inner}{"," if len(names) == 1 else ""}),'


def line_by_name(name: str, places: Sequence[tuple[str, int]]) -> str:
    """A line of a specification that lists what each name moves."""
    inner = ", ".join(f'("{path}", {axis})' for path, axis in places)
    return f'"{name}": [{inner}],'
