"""The notation for an axis that is more than one name: `4 * P_0` for four gates, `P_0 + P_1` for a concatenation.

    P_0            the units of P_0, one after another
    4              four positions that stay; L=4 the same, called L
    4 * P_0        four copies of P_0, one after another, as the gates of a cell
    P_0 * 4        four positions for each unit, as the entries of a head
    P_0 + 3 + P_1  one after another
    P_0[0:3]       some of the units
    P_0:8          P_0, which has eight units, where no axis is P_0 alone
    P_0 per L      one permutation for each index of L, which another axis (or factor) carries

A product is row-major: its first factor changes slowest.
"""

import dataclasses
import re
from collections.abc import Mapping

import numpy as np

_TOKEN = re.compile(r"\s*(\d+|[^\s+*()\[\]:=,\d][^\s+*()\[\]:=,]*|[+*()\[\]:=,])")
_SIGNS = re.compile(r"[+*()\[\]=]|\sper\s|^\s*\d+\s*$")


class UnknownSize(Exception):
    """A name whose number of units is not known yet."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """What an expression says of an axis.

    Attributes:
        length: the length of the axis.
        units: for each name, which of its units lies at each position: shape (length, 1), or (length, 2) for pairs.
        labels: those of the names whose positions stay.
        per: for each name, the labels or names whose every index has a permutation of its own.
    """

    length: int
    units: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    per: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def is_expression(text: str) -> bool:
    """Whether a text is more than a name.

    >>> is_expression("P_0"), is_expression("4 * P_0"), is_expression("layer1.0/conv")
    (False, True, False)
    """
    return _SIGNS.search(text) is not None


def layout_of(text: str, sizes: Mapping[str, int]) -> Layout:
    """The layout that an expression stands for.

    >>> layout_of("2 * P + 1", {"P": 3}).units["P"].ravel().tolist()
    [0, 1, 2, 0, 1, 2, -1]

    Raises:
        UnknownSize: a name has no size.
        ValueError: the text is no expression.
    """
    if not is_expression(text):
        return _name(text, sizes)
    reader = _Reader(text, sizes)
    layout = reader.sum()
    if reader.tokens:
        raise reader.error(f"{reader.tokens[0]!r} stands where + or * or the end was expected")
    return layout


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str, sizes: Mapping[str, int]) -> None:
        self.text, self.sizes = text, sizes
        self.tokens = _TOKEN.findall(text)

    def error(self, what: str) -> ValueError:
        return ValueError(f'"{self.text}" cannot be read: {what}; write it like "4 * P_0", "P_0 + P_1" or "P_0[0:3]".')

    def take(self, wanted: str | None = None) -> str:
        if not self.tokens:
            raise self.error(f"it ends where {wanted or 'a name or a number'} was expected")
        token = self.tokens.pop(0)
        if wanted is not None and token != wanted:
            raise self.error(f"{token!r} stands where {wanted!r} was expected")
        return token

    def at(self, *signs: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in signs

    def number(self) -> int:
        token = self.take()
        if not token.isdigit():
            raise self.error(f"{token!r} stands where a whole number was expected")
        return int(token)

    def sum(self) -> Layout:
        parts = [self.product()]
        while self.at("+"):
            self.take()
            parts.append(self.product())
        return parts[0] if len(parts) == 1 else self.joined(parts)

    def product(self) -> Layout:
        layout = self.factor()
        while self.at("*"):
            self.take()
            layout = self.multiplied(layout, self.factor())
        return layout

    def factor(self) -> Layout:
        token = self.take()
        if token == "(":
            inner = self.sum()
            self.take(")")
            return inner
        if token.isdigit():
            return Layout(int(token))
        if not (token[0].isalpha() or token[0] == "_"):
            raise self.error(f"{token!r} stands where a name or a number was expected")
        if self.at("="):
            self.take()
            length = self.number()
            return Layout(length, {token: np.arange(length)[:, None]}, frozenset({token}))
        return self.named(token)

    def named(self, name: str) -> Layout:
        if self.at("["):
            self.take()
            start = self.number()
            self.take(":")
            stop = self.number()
            self.take("]")
            layout = Layout(stop - start, {name: np.arange(start, stop)[:, None]})
        elif self.at(":"):
            self.take()
            layout = _name(name, {name: self.number()})
        else:
            layout = _name(name, self.sizes)
        labels = []
        while self.at("per" if not labels else ","):
            self.take()
            labels.append(self.take())
        return dataclasses.replace(layout, per={name: tuple(labels)}) if labels else layout

    def joined(self, parts: list[Layout]) -> Layout:
        units = {}
        for name in dict.fromkeys(name for part in parts for name in part.units):
            width = max(part.units[name].shape[1] for part in parts if name in part.units)
            pieces = [part.units.get(name, np.full((part.length, width), -1)) for part in parts]
            if any(piece.shape[1] != width for piece in pieces):
                raise self.error(f"{name} stands for units in one part and for pairs of units in another")
            units[name] = np.concatenate(pieces)
        return Layout(sum(part.length for part in parts), units, *self.named_in(parts))

    def multiplied(self, slow: Layout, fast: Layout) -> Layout:
        units = {name: np.repeat(each, fast.length, axis=0) for name, each in slow.units.items()}
        for name, each in fast.units.items():
            tiled = np.tile(each, (slow.length, 1))
            units[name] = np.concatenate([units[name], tiled], axis=1) if name in units else tiled
            if units[name].shape[1] > 2:
                raise self.error(f"{name} stands in it more than twice")
        return Layout(slow.length * fast.length, units, *self.named_in([slow, fast]))

    def named_in(self, parts: list[Layout]) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
        per = {name: labels for part in parts for name, labels in part.per.items()}
        return frozenset().union(*(part.labels for part in parts)), per


def _name(name: str, sizes: Mapping[str, int]) -> Layout:
    if name not in sizes:
        raise UnknownSize(name)
    return Layout(sizes[name], {name: np.arange(sizes[name])[:, None]})
