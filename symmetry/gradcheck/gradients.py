"""A student's gradient beside the derivative of the loss, as whole arrays: what candidates of diagnosis are held against."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from symmetry.gradcheck.cause import Cause, same
from symmetry.gradcheck.comparison import GradientComparison
from symmetry.gradcheck.parameters import Arrays, Tree


@dataclasses.dataclass(frozen=True)
class Gradients:
    """Two gradients by path; entries that were not compared are NaN in both.

    Attributes:
        yours: the student's.
        true: the derivative of the loss.
        arrays: the parameters.
        wrong: the paths of the arrays that are wrong.
    """

    yours: Arrays
    true: Arrays
    arrays: Arrays
    wrong: tuple[str, ...]
    x: Tree = None
    y: Tree = None

    @classmethod
    def of(
        cls, comparison: GradientComparison, arrays: Arrays, wrong: tuple[str, ...], x: Tree, y: Tree
    ) -> "Gradients":
        """From a comparison, entry by entry."""
        split = comparison.places.split
        return cls(split(comparison.yours), split(comparison.loss), arrays, wrong, x, y)

    def compared(self, path: str) -> int:
        """Entries of an array that were compared."""
        return int(np.isfinite(self.true[path]).sum())

    @property
    def whole(self) -> list[str]:
        """The wrong arrays that were compared in every entry."""
        return [path for path in self.wrong if self.compared(path) == self.true[path].size]

    def causes(self, words: Mapping[str, str | None], weak: bool = False) -> list[Cause]:
        """A cause for each sentence, of all arrays that have it; sentences by path, empty ones are left out."""
        return [
            Cause(sentence, tuple(path for path in words if words[path] == sentence), weak)
            for sentence in dict.fromkeys(words.values())
            if sentence
        ]

    def is_other(self, path: str, values: np.ndarray) -> bool:
        """Whether the student's array is those values, and they are not what is right there."""
        return bool(np.any(values)) and same(self.yours[path], values) and not same(values, self.true[path])
