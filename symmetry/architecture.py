"""Architectures: the shapes that theorems are tried on, the source threads' own networks among them."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Widths from input to output, whether there are biases, and how many examples a batch has.

    Activations, loss and data that are None are generated.
    """

    widths: tuple[int, ...]
    bias: bool = True
    batch: int = 3
    hidden: str | None = None
    output: str | None = None
    loss: str | None = None
    data: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] | None = None
    thread: str | None = None

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        return self.widths[1:-1]

    def __str__(self) -> str:
        return "-".join(map(str, self.widths)) + ("" if self.bias else " without biases")

    @property
    def described(self) -> str:
        """The architecture as a noun.

        >>> Architecture((1, 2, 1), bias=False).described
        'a 1-2-1 network without biases'
        """
        return f"a {'-'.join(map(str, self.widths))} network{'' if self.bias else ' without biases'}"

    def with_everything_unknown(self) -> "Architecture":
        """The shape alone: activations, loss and data are None, and the batch is small.

        Each example asks every oracle more questions, and more questions collide more often.
        """
        return dataclasses.replace(self, hidden=None, output=None, loss=None, data=None, batch=min(self.batch, 3))

    def recorded(self, name: str) -> np.ndarray | None:
        """The inputs ("x") or targets ("y") that come with the architecture, or None."""
        if self.data is None or name not in ("x", "y"):
            return None
        return np.array([pair[name == "y"] for pair in self.data], dtype=float)


_MARKS = (((8, 5), 100), ((7, 5), 90), ((8, 4), 88), ((8, 1), 60), ((4, 3), 50), ((5, 2), 45), ((4, 2), 40))
"""Inputs and targets posted in thread2016purpose; its author divides both by their largest entry."""

THREADS = (
    Architecture(
        (2, 3, 1),
        bias=False,
        batch=len(_MARKS),
        hidden="sigmoid",
        output="sigmoid",
        loss="half_squared_error",
        data=tuple(((a / 8, b / 8), (mark / 100,)) for (a, b), mark in _MARKS),
        thread="thread2016purpose",
    ),
    Architecture(
        (3, 4, 2),
        batch=8,
        hidden="sigmoid",
        output="identity",
        loss="softmax_cross_entropy",
        thread="thread2016purpose",
    ),
    Architecture(
        (10, 64, 7), batch=8, hidden="relu", output="identity", loss="softmax_cross_entropy", thread="thread2021layer"
    ),
)
"""The networks of the source threads, with their data where they give any."""

SAMPLED = Architecture((4, 6, 5, 3))
"""What floats are sampled on: a smaller network is a larger one with dead units (DUP.3)."""

EQUAL_WIDTHS = Architecture((3, 3, 3, 3), batch=8)
"""Where a weight and its transpose have one shape, so that only their entries tell them apart.

There are two hidden layers, since all units of a single one are dead too often, and then both sides are 0.
"""

EXACT = (
    Architecture((1, 1, 1)),
    Architecture((3, 1, 4, 2), bias=False),
    Architecture((2, 3, 3, 4, 2), batch=2),
    SAMPLED,
    *(architecture.with_everything_unknown() for architecture in THREADS),
    Architecture((2, 2, 3, 1, 2, 3, 2, 2), batch=2),
)
"""What exact identities are tested on: widths of 1, up to six hidden layers, a hidden layer of 64, a square weight,
with and without biases."""

SMALL = (
    Architecture((1, 1, 1), bias=False, batch=1),
    Architecture((1, 1, 1), batch=1),
    Architecture((1, 1, 1), batch=2),
    Architecture((1, 2, 1), bias=False, batch=1),
    Architecture((1, 2, 1), batch=2),
    Architecture((1, 1, 1, 1), batch=1),
    Architecture((1, 3, 1), batch=1),
    Architecture((1, 1, 2), batch=1),
    Architecture((2, 2, 1), batch=2),
    Architecture((1, 2, 2), batch=2),
    Architecture((2, 2, 2), batch=2),
    Architecture((1, 2, 2, 1), batch=2),
    Architecture((2, 3, 2), batch=2),
    Architecture((2, 3, 3, 2), batch=2),
    SAMPLED,
)
"""Where a smallest counterexample is looked for, in this order."""
