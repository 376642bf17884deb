"""Every entry of every array of the parameters, in one row: what is compared, and how a place is called."""

import dataclasses
import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt


@dataclasses.dataclass(frozen=True)
class Places:
    """The entries of arrays of these shapes, one after the other.

    >>> places = Places({"W": (2, 2), "b": (2,)})
    >>> places.size, places.name(3), places.name(4)
    (6, 'W[1, 1]', 'b[0]')
    """

    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, arrays: Mapping[str, npt.ArrayLike]) -> "Places":
        return cls({path: tuple(np.shape(array)) for path, array in arrays.items()})

    @functools.cached_property
    def spans(self) -> dict[str, slice]:
        """Where each array's entries are."""
        found, start = {}, 0
        for path, shape in self.shapes.items():
            found[path] = slice(start, start + math.prod(shape))
            start += math.prod(shape)
        return found

    @property
    def size(self) -> int:
        return sum(math.prod(shape) for shape in self.shapes.values())

    def join(self, arrays: Mapping[str, npt.ArrayLike], dtype: npt.DTypeLike = float) -> np.ndarray:
        """The entries of such arrays in one row."""
        return np.concatenate([np.asarray(arrays[path], dtype).ravel() for path in self.shapes])

    def split(self, row: np.ndarray) -> dict[str, np.ndarray]:
        """Arrays of these shapes with the entries of a row."""
        return {path: row[span].reshape(self.shapes[path]) for path, span in self.spans.items()}

    def path(self, place: int) -> str:
        """The array that holds a place."""
        return next(path for path, span in self.spans.items() if span.start <= place < span.stop)

    def index(self, place: int) -> tuple[int, ...]:
        """Where in its array it is."""
        path = self.path(place)
        return tuple(int(i) for i in np.unravel_index(place - self.spans[path].start, self.shapes[path]))

    def name(self, place: int) -> str:
        """Such as `W1[2, 0]`."""
        return self.path(place) + in_brackets(self.index(place))

    def direction(self, places: slice | int | np.ndarray, amounts: npt.ArrayLike = 1.0) -> dict[str, np.ndarray]:
        """The direction in which only these entries move."""
        row = np.zeros(self.size)
        row[places] = amounts
        return self.split(row)

    def repeat(self, numbers: Mapping[str, float]) -> np.ndarray:
        """A row with one number for all entries of an array."""
        return self.join({path: np.full(shape, numbers[path]) for path, shape in self.shapes.items()})


def in_brackets(index: tuple) -> str:
    """An index in NumPy's notation, such as `[2, :]`; nothing for an array without axes.

    >>> in_brackets((2, slice(None)))
    '[2, :]'
    """
    return f"[{', '.join(':' if isinstance(each, slice) else str(each) for each in index)}]" if index else ""
