"""Comparing two arrays of one number system: each system registers how (`compare_leaf`) beside its own numbers."""

import dataclasses
import functools
from typing import NamedTuple

from symmetry.array import Array


@dataclasses.dataclass(frozen=True)
class Leaf:
    """Numbers at one place of a relation; `path` reads like code, such as `.layers[0].weight`.

    Attributes:
        relation: "equal", "at most", "differs", or "cancels", which has terms on the left and nothing on the right.
    """

    path: str
    left: Array
    right: Array
    relation: str = "equal"


class Comparison(NamedTuple):
    """Of each leaf: the worst difference over what is allowed (a failure above 1), and whether it was vacuous.

    A comparison is vacuous if it cannot fail.
    """

    excess: Array
    vacuous: Array


@functools.singledispatch
def compare_leaf(left: Array, right: Array, relation: str = "equal") -> Comparison:
    """Compares two arrays of one system, or tests whether the terms on the left cancel along the last axis."""
    raise TypeError(f"no way is known to compare {type(left).__name__}s.")
