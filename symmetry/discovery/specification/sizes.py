"""How many units each name of a specification has: the length of the axes that it fills."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from symmetry.discovery.specification.expression import UnknownSize, is_expression, layout_of
from symmetry.discovery.specification.notation import AxisEntry, positions_written

_SIZED = re.compile(r"([^\s+*()\[\]:=,\d][^\s+*()\[\]:=,]*):(\d+)")
"""A name with its number of units, as in P_0:8."""

Shapes = Mapping[str, tuple[int, ...]]
Lines = Mapping[str, Sequence[AxisEntry]]


def axes_of(lines: Lines, shapes: Shapes) -> Iterator[tuple[str, int, int, AxisEntry]]:
    """Every axis that a specification says something of: parameter, axis, length, and what it says."""
    for path, names in lines.items():
        if path in shapes and len(names) == len(shapes[path]):
            for axis, (length, name) in enumerate(zip(shapes[path], names, strict=True)):
                if name is not None:
                    yield path, axis, length, name


def sizes_of(lines: Lines, shapes: Shapes) -> dict[str, int]:
    """The number of units of each name.

    It is the length of most axes that are this name alone; else what makes an expression as long as its axis.

    Args:
        lines: what the specification says of each parameter.
        shapes: the shapes of the parameters.
    """
    votes: dict[str, Counter[int]] = {}
    expressions = []
    for _, _, length, entry in axes_of(lines, shapes):
        if isinstance(entry, Mapping):
            with contextlib.suppress(ValueError):  # which is raised again where the entry is read
                for name, positions, _ in positions_written(entry):
                    votes.setdefault(name, Counter())[positions.shape[-1]] += 1
        elif is_expression(entry):
            expressions.append((length, entry))
            for name, size in _SIZED.findall(entry):
                votes.setdefault(name, Counter())[int(size)] += 1
        else:
            votes.setdefault(entry, Counter())[length] += 1
    sizes = {name: lengths.most_common(1)[0][0] for name, lengths in votes.items()}
    return _with_solved(sizes, expressions)


def _with_solved(sizes: dict[str, int], expressions: list[tuple[int, str]]) -> dict[str, int]:
    """The sizes, with those that follow from expressions in which one name has none yet."""
    solved = True
    while solved:
        solved = False
        for length, text in expressions:
            found = _solution(text, length, sizes)
            if found is not None:
                sizes, solved = sizes | dict([found]), True
    return sizes


def _solution(text: str, length: int, sizes: Mapping[str, int]) -> tuple[str, int] | None:
    """The one name without a size in an expression, and the size at which it is as long as its axis."""
    try:
        layout_of(text, sizes)
    except UnknownSize as unknown:
        name = str(unknown)
    except ValueError:
        return None
    else:
        return None
    for size in range(1, length + 1):
        try:
            if layout_of(text, {**sizes, name: size}).length == length:
                return name, size
        except (UnknownSize, ValueError):
            return None
    return None
