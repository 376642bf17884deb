"""Arrays that remember by how much code moved them, since before - after loses what is small beside a weight."""

import numpy as np

from symmetry.gradcheck.number import Operand

SLACK = 64
"""Units in the last place by which what was remembered may differ from what is seen."""


class Moving(np.ndarray):
    """A parameter that remembers what was added to it, in place or not; everything else makes plain arrays of it.

    >>> weights = moving(np.ones(2))
    >>> weights -= np.array([1e-20, 0.5])
    >>> change_of(np.ones(2), weights).tolist()
    [-1e-20, -0.5]
    """

    moved: np.ndarray | None = None

    def __array_finalize__(self, source: object) -> None:
        self.moved = None  # a part or a copy is not the parameter

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Operand, out: tuple = (), **keywords: object
    ) -> Operand:
        move = None if method != "__call__" or keywords else _move(ufunc, inputs)
        if out:
            keywords["out"] = tuple(_plain(each) for each in out)
        outcome = getattr(ufunc, method)(*(_plain(each) for each in inputs), **keywords)
        if out:
            if isinstance(out[0], Moving):
                out[0].moved = move
            return out[0] if len(out) == 1 else out
        if move is None or np.shape(move) != np.shape(outcome):
            return outcome
        outcome = np.asarray(outcome).view(Moving)
        outcome.moved = move
        return outcome


def moving(array: np.ndarray) -> Moving:
    """A copy of an array that remembers by how much it is moved."""
    copied = np.array(array).view(Moving)
    copied.moved = np.zeros_like(array)
    return copied


def change_of(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """By how much an array moved: as it remembers, if that is what is seen; else the difference."""
    moved = getattr(after, "moved", None)
    plain = _plain(after)
    if moved is None or np.shape(moved) != np.shape(before):
        return plain - before
    allowed = SLACK * np.finfo(before.dtype).eps * (np.abs(before) + np.abs(plain) + np.abs(moved))
    return moved if (np.abs(plain - before - moved) <= allowed).all() else plain - before


def _move(ufunc: np.ufunc, inputs: tuple) -> np.ndarray | None:
    """What a parameter was moved by, with what is added now; None for any other operation."""
    if ufunc not in (np.add, np.subtract) or len(inputs) != 2:
        return None
    one, other = inputs
    if isinstance(one, Moving) and one.moved is not None:
        return ufunc(one.moved, _plain(other))
    if ufunc is np.add and isinstance(other, Moving) and other.moved is not None:
        return _plain(one) + other.moved
    return None


def _plain(array: Operand) -> Operand:
    return array.view(np.ndarray) if isinstance(array, Moving) else array
