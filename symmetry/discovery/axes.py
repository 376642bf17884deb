"""What can move along one axis of a value: a tree over sets of units, each of which is permuted as one.

An axis is units that nothing distinguishes yet, parts one after another (a concatenation), factors in row-major order (a
flattened pair of axes), or parts in turn (interleaved). Giving every set of units a permutation of its own, and frozen ones
the identity, permutes every axis. Axes that must move together are one axis: see `unification.py`.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator


@dataclasses.dataclass(frozen=True)
class Parts:
    """Parts one after another."""

    axes: tuple["Axis", ...]


@dataclasses.dataclass(frozen=True)
class Factors:
    """Indices in row-major order: the last factor moves fastest."""

    axes: tuple["Axis", ...]


@dataclasses.dataclass(frozen=True)
class Turns:
    """Parts of one length in turn: position i belongs to part i modulo their number."""

    axes: tuple["Axis", ...]


Form = Parts | Factors | Turns


class Axis:
    """What can move along an axis of this size.

    Attributes:
        size: its length.
        form: what it is made of; None for units that move as one set.
        frozen: why its units cannot move; None if they can. An axis that is made of others leaves this to them.
        relabelled: whether its positions are not those of the axis that it came from, as after a running sum: an index
            along it says nothing about that axis. An axis that is made of others leaves this to them, too.
        same_as: the axis that it was found to be the same as.
    """

    __slots__ = ("form", "frozen", "relabelled", "same_as", "size")

    def __init__(
        self, size: int, form: Form | None = None, frozen: str | None = None, relabelled: bool = False
    ) -> None:
        self.size = size
        self.form = form
        self.frozen = frozen
        self.relabelled = relabelled
        self.same_as: Axis | None = None


Axes = tuple[Axis, ...]


def resolved(axis: Axis) -> Axis:
    """The axis that stands for all that are the same."""
    root = axis
    while root.same_as is not None:
        root = root.same_as
    while axis.same_as is not None and axis.same_as is not root:
        axis.same_as, axis = root, axis.same_as
    return root


def fresh(shape: Iterable[int], frozen: str | None = None) -> Axes:
    """New axes of these lengths, frozen for a reason or free."""
    return tuple(Axis(size, frozen=frozen) for size in shape)


def row(parts: Iterable[Axis]) -> Axis:
    """The parts one after another."""
    kept = tuple(part for part in parts if part.size)
    if len(kept) == 1:
        return kept[0]
    return Axis(sum(part.size for part in kept), Parts(kept) if kept else None)


def product(factors: Iterable[Axis]) -> Axis:
    """The axes flattened into one. A factor of one unit is left out, and frozen: nothing may move it unseen."""
    factors = tuple(factors)
    size = math.prod(factor.size for factor in factors)
    kept = longer_than_one(factors)
    if size == 0 or not kept:
        return Axis(size)
    return kept[0] if len(kept) == 1 else Axis(size, Factors(tuple(kept)))


def longer_than_one(factors: Iterable[Axis]) -> list[Axis]:
    """The factors that say something of a product; those of one unit are frozen."""
    kept = []
    for factor in factors:
        if factor.size != 1:
            kept.append(factor)
        else:
            freeze(factor, "an axis of length 1 in a product")
    return kept


def in_turn(parts: Iterable[Axis]) -> Axis:
    """The parts, of one length each, in turn."""
    parts = tuple(parts)
    size = sum(part.size for part in parts)
    return Axis(size, Turns(parts)) if size > len(parts) > 1 else row(parts)


def parts_of(axis: Axis) -> list[Axis]:
    """The parts that it consists of, none of which consists of parts; itself if it is no row."""
    found, waiting = [], [axis]
    while waiting:
        one = resolved(waiting.pop())
        if isinstance(one.form, Parts):
            waiting += reversed(one.form.axes)
        else:
            found.append(one)
    axis = resolved(axis)
    if isinstance(axis.form, Parts):
        axis.form = Parts(tuple(found))  # one level deep, for whoever asks next
    return found


def factors_of(axis: Axis) -> list[Axis]:
    """The factors that it consists of, none of which consists of factors; itself if it is no product."""
    axis = resolved(axis)
    if not isinstance(axis.form, Factors):
        return [axis]
    return longer_than_one(factor for one in axis.form.axes for factor in factors_of(one))


def sets_of(axis: Axis) -> Iterator[Axis]:
    """The sets of units in it, each of which moves as one."""
    waiting = [axis]
    while waiting:
        one = resolved(waiting.pop())
        if one.form is None:
            yield one
        else:
            waiting += reversed(one.form.axes)


def freeze(axis: Axis, reason: str) -> None:
    """Nothing along the axis moves from now on; what was frozen before keeps its reason."""
    for units in sets_of(axis):
        units.frozen = units.frozen or reason


def relabel(axis: Axis, reason: str) -> None:
    """Nothing moves along the axis, and no index along it can be followed."""
    freeze(axis, reason)
    for units in sets_of(axis):
        units.relabelled = True


def is_frozen(axis: Axis) -> bool:
    """Whether nothing along the axis moves."""
    return all(units.frozen for units in sets_of(axis))
