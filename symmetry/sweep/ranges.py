"""Ranges of blocks: what is done, and what is left to do."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Range(NamedTuple):
    """Blocks from `start` up to, but without, `stop`."""

    start: int
    stop: int


class CountedTwice(ValueError):
    """Two ranges share a block."""


def missing(done: Iterable[Range], total: int) -> list[Range]:
    """The ranges of blocks below `total` that are not among those done, in order.

    >>> missing([Range(2, 4), Range(0, 1)], total=6)
    [Range(start=1, stop=2), Range(start=4, stop=6)]

    Raises:
        CountedTwice: two of the ranges share a block, or one goes past the total.
    """
    left, at = [], 0
    for start, stop in sorted(done):
        if start < at or stop > total:
            raise CountedTwice(f"blocks {start} to {stop} of {total} were counted twice")
        if start > at:
            left.append(Range(at, start))
        at = stop
    return [*left, Range(at, total)] if at < total else left


def shared(left: Iterable[Range], process: int, processes: int) -> list[Range]:
    """The share of one of several processes: each range is cut into as many parts, of about equal size.

    >>> shared([Range(0, 10)], process=1, processes=3)
    [Range(start=3, stop=6)]
    """
    parts = [
        Range(*(start + (stop - start) * (process + more) // processes for more in (0, 1))) for start, stop in left
    ]
    return [part for part in parts if part.start < part.stop]


def chunks(left: Iterable[Range], size: "Size") -> Iterator[Range]:
    """Ranges of at most `size.blocks` each; the size may change meanwhile."""
    for start, stop in left:
        while start < stop:
            end = min(stop, start + size.blocks)
            yield Range(start, end)
            start = end


class Size:
    """Blocks of a chunk: at first few, later so many that a chunk takes about `SECONDS`."""

    SECONDS = 0.5
    """Time between two lines of a journal, about: what is lost at most when a sweep is killed, and how soon Ctrl-C is heard."""

    def __init__(self, least: int, most: int = 2**24):
        self.least, self.most, self.blocks = least, most, least

    def adapt(self, seconds: float) -> None:
        """Doubles or halves the size after a chunk that took so long.

        >>> size = Size(least=6)
        >>> size.adapt(0.01)
        >>> size.blocks
        12
        """
        if seconds < self.SECONDS / 2:
            self.blocks = min(2 * self.blocks, self.most)
        elif seconds > 2 * self.SECONDS:
            self.blocks = max(self.blocks // 2 // self.least * self.least, self.least)
