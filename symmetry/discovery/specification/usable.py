"""The lines of a specification that can be acted on, and what is wrong with the others."""

import dataclasses
import math
from collections.abc import Mapping

from symmetry.discovery.specification.lines import Listing, line, nearest
from symmetry.discovery.specification.notation import AxisEntry
from symmetry.discovery.specification.placement import AxisPlacements
from symmetry.discovery.specification.reading import DoesNotFit, placements_of, require_number
from symmetry.discovery.specification.sizes import Shapes, sizes_of
from symmetry.wording import count


@dataclasses.dataclass(frozen=True)
class Spoilt:
    """A line that cannot be acted on.

    Attributes:
        kind: the kind of mistake.
        says: a sentence without its full stop.
        axis: the axis that is to blame, if it is one.
    """

    kind: str
    says: str
    axis: int | None = None


@dataclasses.dataclass
class Usable:
    """What a specification says, as far as it can be read.

    Attributes:
        placements: what lies on each axis of each parameter that it lists.
        spoilt: for each parameter whose line cannot be acted on, why.
        unknown: paths that no parameter has, each with the parameter that was probably meant.
        repeated: parameters that are listed more than once alike.
    """

    placements: dict[str, tuple[AxisPlacements, ...]] = dataclasses.field(default_factory=dict)
    spoilt: dict[str, Spoilt] = dataclasses.field(default_factory=dict)
    unknown: dict[str, str | None] = dataclasses.field(default_factory=dict)
    repeated: list[str] = dataclasses.field(default_factory=list)

    @property
    def listed(self) -> set[str]:
        """Every parameter that has a line, good or bad."""
        return {*self.placements, *self.spoilt}


def usable(listing: Listing, shapes: Shapes) -> Usable:
    """The lines that can be acted on; one for an unknown parameter counts for the one that was probably meant."""
    found = Usable()
    lines = _known_lines(listing, shapes, found)
    sizes = sizes_of(lines, shapes)
    for path, names in lines.items():
        try:
            require_number(path, names, shapes)
            found.placements[path] = placements_of(path, names, shapes[path], sizes, stretched=True)
        except DoesNotFit as error:
            found.spoilt[path] = Spoilt("sizes", error.what[0].upper() + error.what[1:], error.axis)
        except ValueError as error:
            kind = "number of names" if len(names) != len(shapes[path]) else "cannot be read"
            found.spoilt[path] = Spoilt(kind, str(error).rstrip("."))
    return found


def _known_lines(listing: Listing, shapes: Shapes, found: Usable) -> dict[str, tuple[AxisEntry, ...]]:
    """One line for each parameter that exists and is not listed twice unlike."""
    lines: dict[str, tuple[AxisEntry, ...]] = {}
    for one in listing.lines:
        if one.path not in shapes:
            continue
        if one.path not in lines:
            lines[one.path] = one.names
        elif one.names == lines[one.path]:
            found.repeated.append(one.path)
        else:
            lines_there = " and as ".join(line(one.path, names)[:-1] for names in (lines[one.path], one.names))
            found.spoilt[one.path] = Spoilt("listed twice", f"{one.path} is listed twice, as {lines_there}")
    for one in listing.lines:
        if one.path not in shapes:
            rest = [path for path in shapes if path not in lines and len(shapes[path]) == len(one.names)]
            meant = nearest(one.path, rest) or nearest(one.path, shapes)
            found.unknown[one.path] = meant
            if meant in rest and meant is not None:
                lines[meant] = one.names
    return {path: names for path, names in lines.items() if path not in found.spoilt}


def spoil_misfits(found: Usable, sizes: Mapping[str, int], blocks: Mapping[str, tuple[int, ...]]) -> None:
    """Moves lines whose axes have another number of units, or of blocks, than their name to the spoilt ones.

    Args:
        found: what the specification says.
        sizes: the units of each name.
        blocks: how many blocks each name has.
    """
    for path, each in list(found.placements.items()):
        for axis, there in enumerate(each):
            for one in there:
                counts = tuple(int(block.index.max()) + 1 for block in one.blocks)
                what = f"Axis {axis} of {path} is listed as"
                if one.size != sizes[one.name]:
                    says = f"{what} {count(one.size, 'unit')} of {one.name}, which has {sizes[one.name]} elsewhere"
                    found.spoilt[path] = Spoilt("sizes", says, axis)
                elif counts != blocks[one.name]:
                    says = f"{what} {_permutations(counts)} of {one.name}, elsewhere {_permutations(blocks[one.name])}"
                    found.spoilt[path] = Spoilt("blocks", says, axis)
        if path in found.spoilt:
            del found.placements[path]


def _permutations(blocks: tuple[int, ...]) -> str:
    return f"{math.prod(blocks)} permutations" if blocks else "one permutation"
