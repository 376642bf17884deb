"""One axis of a parameter as a specification writes it: None, a name, an expression, or positions where none of these will do."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symmetry.discovery.groups import Block
from symmetry.discovery.specification.expression import Layout, UnknownSize, layout_of
from symmetry.discovery.specification.placement import AxisPlacements, positions_of, sorted_copies, units_of

AxisEntry = Any
"""None, a name, an expression, or {name: positions}."""

MOST_PARTS = 12
"""An axis of more parts than this is written as positions."""


@dataclasses.dataclass(frozen=True)
class Style:
    """How names are written.

    Attributes:
        per: for each name with blocks, what they are called: "L" for one permutation for each index of L.
        sized: names that are written with their number of units.
        as_positions: write positions in any case.
    """

    per: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sized: frozenset[str] = frozenset()
    as_positions: bool = False


def axis_entry(length: int, placements: AxisPlacements, labels: Mapping[str, np.ndarray], style: Style) -> AxisEntry:
    """The shortest entry for an axis that says all of it.

    Args:
        length: the length of the axis.
        placements: what lies on it.
        labels: names for blocks that lie along this axis: the block at each position, -1 for none.
        style: how names are written.
    """
    if not placements and not labels:
        return None
    if style.as_positions:
        return _positions(placements)
    units = {one.name: units_of(one.positions, length) for one in placements}
    sizes = {one.name: one.size for one in placements}
    # A group that lies as the blocks do stands for them, so a label that equals it is not written again.
    stay = {name: index[:, None] for name, index in labels.items() if name not in units}
    sizes |= {name: int(index.max()) + 1 for name, index in stay.items()}
    parts = _parts(units | stay, sizes, 0, length)
    if len(parts) <= MOST_PARTS:
        is_name = len(parts) == 1 and len(parts[0]) == 1
        sized = frozenset() if is_name else style.sized
        text = " + ".join(_text(part, sizes, frozenset(stay), style.per, sized) for part in parts)
        if _says(text, length, placements, stay, sizes):
            return text
    return _positions(placements) or None


Factor = tuple[str, int, int]
"""A name with its first unit and its last unit + 1, or "" with 0 and a number of positions."""


def _parts(units: Mapping[str, np.ndarray], sizes: Mapping[str, int], start: int, stop: int) -> list[list[Factor]]:
    """The axis as products one after another; more than `MOST_PARTS` stand for one that has no such form."""
    whole = _product(units, start, stop)
    if whole is not None:
        return [whole]
    cuts = _cuts(units, start, stop)
    if len(cuts) == 2:
        cuts = _steps(units, start, stop)
    if len(cuts) == 2 or len(cuts) > MOST_PARTS * 4:
        return [[("?", 0, 0)]] * (MOST_PARTS + 1)
    return [part for one, two in itertools.pairwise(cuts) for part in _parts(units, sizes, one, two)]


def _cuts(units: Mapping[str, np.ndarray], start: int, stop: int) -> list[int]:
    """Where other names begin."""
    there = np.stack([each[start:stop, 0] >= 0 for each in units.values()])
    return [start, *(np.flatnonzero((there[:, 1:] != there[:, :-1]).any(axis=0)) + start + 1).tolist(), stop]


def _steps(units: Mapping[str, np.ndarray], start: int, stop: int) -> list[int]:
    """Where the units do not go on with the next one."""
    jumps = np.stack([np.diff(each[start:stop, 0]) != 1 for each in units.values() if each[start, 0] >= 0])
    return [start, *(np.flatnonzero(jumps.any(axis=0)) + start + 1).tolist(), stop]


def _product(units: Mapping[str, np.ndarray], start: int, stop: int) -> list[Factor] | None:
    """The stretch as a product of names and numbers, if it is one."""
    length = stop - start
    here = {name: each[start:stop] for name, each in units.items() if (each[start:stop] >= 0).any()}
    if not here:
        return [("", 0, length)]
    factors, columns = [], []
    for name, each in here.items():
        first, last = int(each.min()), int(each.max()) + 1
        if first < 0:
            return None
        factors += [(name, first, last)] * each.shape[1]
        columns += list(each.T - first)
    sizes = [last - first for _, first, last in factors]
    copies, rest = divmod(length, int(np.prod(sizes)))
    if rest or not copies or len(factors) > 3:
        return None
    for order in itertools.permutations(range(len(factors))):
        for numbers in _factorisations(copies, len(factors) + 1):
            shape = [n for pair in zip(numbers, [sizes[f] for f in order], strict=False) for n in pair] + [numbers[-1]]
            index = np.indices(shape).reshape(len(shape), -1)
            if all(np.array_equal(index[2 * place + 1], columns[f]) for place, f in enumerate(order)):
                named = [each for n, f in zip(numbers, order, strict=False) for each in (("", 0, n), factors[f])]
                return [each for each in [*named, ("", 0, numbers[-1])] if each[0] or each[2] != 1]
    return None


def _factorisations(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (number,)
        return
    for first in [n for n in range(1, number + 1) if number % n == 0]:
        for rest in _factorisations(number // first, parts - 1):
            yield (first, *rest)


def _text(
    part: Sequence[Factor],
    sizes: Mapping[str, int],
    stay: frozenset[str],
    per: Mapping[str, str],
    sized: frozenset[str],
) -> str:
    words = []
    for name, first, last in part:
        whole = (first, last) == (0, sizes.get(name))
        if not name:
            words.append(str(last))
        elif name in stay:
            words.append(f"{name}={last}")
        else:
            units = (f":{last}" if name in sized else "") if whole else f"[{first}:{last}]"
            words.append(f"{name}{units}{f' per {per[name]}' if name in per else ''}")
    return " * ".join(words)


def _says(
    text: str, length: int, placements: AxisPlacements, stay: Mapping[str, np.ndarray], sizes: Mapping[str, int]
) -> bool:
    """Whether the text, when read, is exactly what was to be written."""
    try:
        layout: Layout = layout_of(text, sizes)
        return (
            layout.length == length
            and all(
                np.array_equal(positions_of(layout.units[one.name]), sorted_copies(one.positions)) for one in placements
            )
            and all(np.array_equal(layout.units[name], each) for name, each in stay.items())
        )
    except (ValueError, KeyError, UnknownSize):
        return False


def _positions(placements: AxisPlacements) -> dict[str, Any]:
    """The positions themselves, and where blocks lie; a list of such where a name lies there in two ways."""
    written: dict[str, list[Any]] = {}
    for one in placements:
        blocks = [{"axis": block.axis, "index": block.index.tolist()} for block in one.blocks]
        positions = one.positions.tolist()
        written.setdefault(one.name, []).append({"positions": positions, "per": blocks} if blocks else positions)
    return {
        name: each[0] if len(each) == 1 else [one if isinstance(one, Mapping) else {"positions": one} for one in each]
        for name, each in written.items()
    }


def positions_written(entry: Mapping[str, Any]) -> list[tuple[str, np.ndarray, tuple[Block, ...]]]:
    """The reverse: each name with positions and blocks, from an entry of the form {name: positions}.

    Raises:
        ValueError: the entry has another form.
    """
    found = []
    for name, each in entry.items():
        several = isinstance(each, Sequence) and len(each) > 0 and all(isinstance(one, Mapping) for one in each)
        for one in each if several else [each]:
            try:
                found.append((name, *_with_blocks(one if isinstance(one, Mapping) else {"positions": one})))
            except (KeyError, TypeError, ValueError):
                raise ValueError(
                    f"{name} has positions {one}; pass [[positions of the units], [of their copies], ...], or "
                    '{"positions": those, "per": [{"axis": axis of the blocks, "index": the block at each position}]}.'
                ) from None
    return found


def _with_blocks(written: Mapping[str, Any]) -> tuple[np.ndarray, tuple[Block, ...]]:
    positions = _integers(written["positions"], dimensions=2)
    return positions, tuple(Block(int(one["axis"]), _integers(one["index"], 1)) for one in written.get("per", ()))


def _integers(numbers: Any, dimensions: int) -> np.ndarray:
    """Whole numbers in an array of so many dimensions or more.

    Raises:
        ValueError: they are something else.
    """
    array = np.asarray(numbers)
    if array.dtype.kind not in "iu" or array.ndim < dimensions or not array.size:
        raise ValueError(f"{numbers} are no whole numbers in {dimensions} dimensions.")
    return array
