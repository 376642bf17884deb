"""Making two axes the same, where both are trees over sets of units; what cannot be matched is frozen, which is sound."""

import math
import operator
from collections.abc import Callable

from symmetry.discovery.axes import (
    Axis,
    Factors,
    Form,
    Parts,
    Turns,
    factors_of,
    freeze,
    parts_of,
    product,
    relabel,
    resolved,
)

Pairs = list[tuple[Axis, Axis]]

MOST_SPLITS = 1 << 14
"""Two rows whose boundaries never meet, as when an array is added to itself rolled, are split until each part is one unit."""

MISMATCH = "two axes that move together are divided in different ways"


def unify(one: Axis, other: Axis) -> None:
    """Both axes move alike from now on.

    Raises:
        ValueError: they have different lengths, which is a fault in the rule that asks for it.
    """
    if one.size != other.size:
        raise ValueError(f"axes of lengths {one.size} and {other.size} cannot move alike.")
    waiting: Pairs = [(one, other)]
    while waiting:
        left, right = map(resolved, waiting.pop())
        if left is right:
            continue
        if left.form is not None and right.form is None:
            left, right = right, left
        if left.form is None:
            if left.frozen:
                (relabel if left.relabelled else freeze)(right, left.frozen)
            left.same_as = right
        else:
            waiting += _matched(left, right)


def split_at(axis: Axis, offset: int) -> bool:
    """Whether the axis could be made a row with a boundary at this offset; what could not is left as it is."""
    if offset in (0, axis.size):
        return True
    axis = resolved(axis)
    if axis.form is None:
        _divide(axis, Parts, offset, axis.size - offset)
        return True
    if isinstance(axis.form, Parts):
        for part in parts_of(axis):
            if offset < part.size:
                return split_at(part, offset)
            offset -= part.size
    if isinstance(axis.form, Turns):
        for left, right in _even(axis):
            unify(left, right)
    first, *rest = factors_of(axis)
    inner = axis.size // first.size
    if offset % inner or not split_at(first, offset // inner):
        return False
    axis.form = Parts(tuple(_with(part, rest) for part in parts_of(first)))
    return True


def _with(part: Axis, rest: list[Axis]) -> Axis:
    """The product of a part with other factors; a part of one unit stays in it, since it can move together with others."""
    inner = math.prod(axis.size for axis in rest)
    return Axis(part.size * inner, Factors((part, *rest))) if rest else part


def _divide(units: Axis, form: type[Parts] | type[Factors], *sizes: int) -> None:
    units.form = form(tuple(Axis(size, frozen=units.frozen, relabelled=units.relabelled) for size in sizes))


def _matched(left: Axis, right: Axis) -> Pairs:
    """Axes that must be the same, so that these two are; what cannot be matched is frozen."""
    forms: tuple[Form | None, Form | None] = (left.form, right.form)
    match forms:
        case Turns(ones), Turns(others) if len(ones) == len(others):
            left.same_as = right
            return list(zip(ones, others, strict=True))
        case (Turns(), _) | (_, Turns()):
            turns = left if isinstance(left.form, Turns) else right
            return [(left, right), *_even(turns)]
        case Factors(), Factors():
            pairs = _match_factors(left, right)
        case _:
            pairs = _match_parts(left, right)
    if left.same_as is None and resolved(right) is not left:  # dividing them may have joined either to another
        left.same_as = right
    return pairs


def _even(turns: Axis) -> Pairs:
    """Parts in turn become a product of one part with a frozen factor, once the parts are the same as the pairs say."""
    assert isinstance(turns.form, Turns)
    first, *others = turns.form.axes
    turns.form = Factors((first, Axis(len(others) + 1, frozen="units in turn")))
    return [(first, other) for other in others]


def _match_parts(left: Axis, right: Axis) -> Pairs:
    """Two rows, or a row and a product: both are split where the other has a boundary."""
    ones, others = [left], [right]
    pairs: Pairs = []
    for _ in range(MOST_SPLITS):
        _open(ones, parts_of)
        _open(others, parts_of)
        if not ones:
            return pairs
        one, other = ones[-1], others[-1]
        longer, length = (one, other.size) if one.size > other.size else (other, one.size)
        if one.size == other.size:
            pairs.append((ones.pop(), others.pop()))
        elif not split_at(longer, length):
            _freeze(*_shortest_runs(ones, others, operator.add))
    _freeze(ones, others)
    return pairs


def _match_factors(left: Axis, right: Axis) -> Pairs:
    """Two products: factors are matched from the left, then from the right; where they fit in neither way they freeze."""
    pairs: Pairs = []
    ones, others = factors_of(left)[::-1], factors_of(right)[::-1]
    while ones:
        pairs += _match_ends(ones, others, last=False)
        if not ones:
            break
        first, second = _shortest_runs(ones, others, operator.mul)
        if len(first) == 1 or len(second) == 1:  # a row, where the other has factors
            pairs.append((product(first), product(second)))
            continue
        pairs += _match_ends(first, second, last=True)
        _freeze(first, second)
    return pairs


def _match_ends(ones: list[Axis], others: list[Axis], *, last: bool) -> Pairs:
    """Match the factors on top of two stacks as long as they fit; on top is the last of the factors, or the first."""
    pairs: Pairs = []
    while ones and others:
        _open(ones, factors_of, last=last)
        _open(others, factors_of, last=last)
        one, other = ones[-1], others[-1]
        shared = math.gcd(one.size, other.size)
        if one.size == other.size:
            pairs.append((ones.pop(), others.pop()))
        elif shared == 1 or not all(_factor_out(axis, shared, last=last) for axis in (one, other)):
            break
    return pairs


def _factor_out(axis: Axis, size: int, *, last: bool) -> bool:
    """Whether the axis could be made a product whose last (or first) factor has this size."""
    if axis.size == size:
        return True
    if axis.form is None:
        outer = axis.size // size
        _divide(axis, Factors, *((outer, size) if last else (size, outer)))
        return True
    if isinstance(axis.form, Turns):
        for one, other in _even(axis):
            unify(one, other)
        return True  # its factors are matched next
    return False


def _open(stack: list[Axis], opened: Callable[[Axis], list[Axis]], *, last: bool = False) -> None:
    """Put what the axis on top consists of in its place, such that the first, or the last, is on top."""
    if stack:
        inside = opened(stack.pop())
        stack += inside if last else reversed(inside)


def _shortest_runs(
    ones: list[Axis], others: list[Axis], combined: Callable[[int, int], int]
) -> tuple[list[Axis], list[Axis]]:
    """Take the fewest axes from the top of two stacks that have the same sum, or product, of lengths."""
    runs = [ones.pop()], [others.pop()]
    sizes = [runs[0][0].size, runs[1][0].size]
    while sizes[0] != sizes[1]:
        shorter = int(sizes[1] < sizes[0])
        runs[shorter].append((ones, others)[shorter].pop())
        sizes[shorter] = combined(sizes[shorter], runs[shorter][-1].size)
    return runs


def _freeze(*stacks: list[Axis]) -> None:
    for stack in stacks:
        for axis in stack:
            relabel(axis, MISMATCH)
