"""Where the numbers of a case come from: random floats, Hypothesis's bytes, residues or symbols.

One function draws a kind of case from every source (`symmetry.cases`). Every source except symbols draws many cases at
once: each array has a leading axis of `count` cases. Each number system has its source beside it, as `source.py`.
"""

from typing import Protocol

import numpy as np

from symmetry.activation import ActivationLike
from symmetry.array import Array
from symmetry.loss import LossLike


class Source(Protocol):
    """What cases are made of. `name` tells one draw from another, so that equal seeds give equal cases."""

    def numbers(self, name: str, shape: tuple[int, ...]) -> Array:
        """Numbers of the source's system."""
        ...

    def positive_numbers(self, name: str, shape: tuple[int, ...]) -> Array:
        """Numbers above 0; in exact arithmetic modulo a prime, squares, which behave as positive numbers do."""
        ...

    def constants(self, numbers: np.ndarray) -> Array:
        """The given numbers, in every case."""
        ...

    def integers(self, name: str, shape: tuple[int, ...], below: int) -> np.ndarray:
        """Indices in range(below), uniform."""
        ...

    def activation(
        self, name: str, known: str | None, *, family: str = "any", usually: str | None = None
    ) -> ActivationLike:
        """An activation of a family: the known one if there is one and it belongs, else any that does.

        With `usually`, it is that one in most cases.
        """
        ...

    def loss(self, known: str | None) -> LossLike:
        """A loss, the known one if there is one."""
        ...
