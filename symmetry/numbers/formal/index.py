"""Named dimensions, and the letters that run over them: what stands in the place of sizes in a formula for every size."""

import dataclasses
import itertools
from collections.abc import Collection

ONE = "1"
"""The dimension of length 1 that `keepdims` leaves, which broadcasts."""

LETTERS = {"batch": "n", "ins": "i", "units": "j", "next": "k"}


class FormalError(TypeError):
    """What formal arrays cannot do: an operation that they lack, or shapes that do not fit for every size."""


@dataclasses.dataclass(frozen=True, eq=False)
class Dimension:
    """A size that is not known. It equals itself; whether two of them are equal depends on the network.

    >>> Dimension("batch") == Dimension("batch")
    True
    >>> Dimension("batch") == 3
    Traceback (most recent call last):
    symmetry.numbers.formal.index.FormalError: whether batch is 3 depends on the size; formal arrays stand for every size.
    """

    name: str

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Dimension) and other.name == self.name:
            return True
        raise FormalError(f"whether {self} is {other} depends on the size; formal arrays stand for every size.")

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return self.name

    def __index__(self) -> int:
        raise FormalError(f"the size {self} is not a number; formal arrays stand for every size.")

    __int__ = __float__ = __index__


@dataclasses.dataclass(frozen=True)
class Index:
    """A letter that runs over a dimension."""

    letter: str
    dimension: str


def index_of(dimension: str, taken: Collection[Index] = ()) -> Index:
    """An index of that dimension, with a letter unlike those taken.

    >>> index_of("units", [index_of("units")]).letter
    'j′'
    """
    stem = LETTERS.get(dimension, "u" + dimension[1:])
    letters = itertools.chain((stem + mark for mark in ("", "′", "″", "‴")), (f"{stem}{n}′" for n in itertools.count()))
    used = {each.letter for each in taken}
    return Index(next(letter for letter in letters if letter not in used), dimension)


def indices_of(shape: Collection[str]) -> tuple[Index, ...]:
    """An index of each dimension of a shape."""
    indices: list[Index] = []
    for dimension in shape:
        indices.append(index_of(dimension, indices))
    return tuple(indices)
