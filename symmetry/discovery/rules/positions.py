"""Positions along an axis, picked by number: a stretch, every second one, or any list of them."""

import numpy as np

from symmetry.discovery.axes import Axis, freeze, in_turn, is_frozen, parts_of, row
from symmetry.discovery.unification import split_at, unify
from symmetry.discovery.values import MOST_PIECES

APART = "a part of it is taken that is no whole number of blocks"


def window(axis: Axis, start: int, limit: int, stride: int = 1) -> Axis:
    """The positions from start until limit, or each stride-th of them."""
    start, limit, stride = int(start), int(limit), int(stride)
    if stride > 1:
        return _every(axis, start, limit, stride)
    if (start, limit) == (0, axis.size):
        return axis
    if limit <= start:
        return Axis(0)
    if not (split_at(axis, start) and split_at(axis, limit)):
        freeze(axis, APART)
        return Axis(limit - start, frozen=APART, relabelled=True)
    inside, offset = [], 0
    for part in parts_of(axis):
        if start <= offset < limit:
            inside.append(part)
        offset += part.size
    return row(inside)


def _every(axis: Axis, start: int, limit: int, stride: int) -> Axis:
    """Each stride-th position: one of the parts in turn; the last position may stand in a turn that is not complete."""
    turn = start % stride
    first = start - turn  # turns are counted from here, so that h[::2] and h[1::2] are two parts of the same turns
    count = max(0, -((start - limit) // stride))
    whole = min(count, (axis.size - first) // stride)
    parts = [Axis(whole) for _ in range(stride)]
    if whole:
        unify(window(axis, first, first + whole * stride), in_turn(parts))
    rest = start + whole * stride
    return row([parts[turn], window(axis, rest, rest + 1) if whole < count else Axis(0)])


def taken(axis: Axis, positions: np.ndarray, reason: str) -> list[Axis]:
    """The positions of a list, in its order, as windows; too many that are not side by side freeze the axis for a reason.

    Each window is taken without the others: the rule that asks must make it a space of its own.
    """
    positions = positions.astype(int)
    starts = np.flatnonzero(np.diff(positions, prepend=-2) != 1)
    inside = ((positions >= 0) & (positions < axis.size)).all()
    steps = np.unique(np.diff(positions))
    if inside and len(positions) > 1 and len(steps) == 1 and steps[0] > 0:
        return [window(axis, int(positions[0]), int(positions[-1]) + 1, int(steps[0]))]
    if not inside or is_frozen(axis) or max(len(starts), axis.size) > MOST_PIECES:
        freeze(axis, reason)
        return [Axis(len(positions), frozen=reason, relabelled=True)]
    lengths = np.diff(starts, append=len(positions))
    return [window(axis, positions[at], positions[at] + size) for at, size in zip(starts, lengths, strict=True)]
