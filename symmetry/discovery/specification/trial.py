"""What permuting the units of a name does to a function: it is run, and compared within the yardstick."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.discovery.mirrors import mirrored
from symmetry.discovery.specification.change import Change, Outcome, Seen
from symmetry.discovery.specification.points import Point, rows_in
from symmetry.discovery.specification.runs import Runs, gap
from symmetry.engine.kernel import exact_settings

PERMUTATIONS = 4
"""Permutations of each name that are tried at each point."""

MOST_ROWS = 4
"""Batches of up to so many rows are searched for the smallest that shows a change."""


@dataclasses.dataclass(frozen=True)
class _Difference:
    amount: float
    allowed: float
    output: str


class Trial:
    """A function at some points, and what permutations change there.

    `mirrors` names results that move as parameters do: {"1/batch_stats": "batch_stats"}.

    Raises:
        ValueError: the function is finite nowhere; `mirrors` names what is not there.
    """

    def __init__(self, apply: Callable, params: Tree, inputs: tuple, mirrors: Mapping[str, str] | None = None) -> None:
        self._source = np.random.default_rng(0)
        with exact_settings():
            self._runs = Runs(apply, params, inputs)
            results = self._runs.outputs(self._runs.points[0])
        self._mirrors = mirrored(mirrors or {}, [*named_arrays(params)], [*results])

    def permute(self, group: UnitGroup) -> Outcome:
        """Permutes the units of one group at every point, until the function changes."""
        trials = 0
        with exact_settings():
            for point in self._runs.points:
                for permutation in self._permutations(group):
                    trials += 1
                    if self._difference(point, group, permutation) is not None:
                        return Outcome(Seen(point, group, permutation), trials)
        return Outcome(None, trials)

    def tells(self, group: UnitGroup) -> bool:
        """Whether the function changes if a single axis of a group is permuted: what would hold anyway says nothing."""
        return any(self.permute(dataclasses.replace(group, axes=(axis,))).seen is not None for axis in group.axes)

    def smallest(self, seen: Seen) -> Change:
        """The change on the fewest rows that show it."""
        with exact_settings():
            rows, batched = rows_in(seen.point.inputs)
            can_shrink = rows > 0
            for number, fewer in _smaller(seen.point, rows, batched):
                can_shrink = self._runs.takes(fewer)
                found = self._difference(fewer, seen.group, seen.permutation) if can_shrink else None
                if found is not None:
                    return _change(seen, found, number)
            whole = self._difference(seen.point, seen.group, seen.permutation)
        assert whole is not None
        return _change(seen, whole, rows if can_shrink else None)

    def _permutations(self, group: UnitGroup) -> Iterator[np.ndarray]:
        """A swap, a shift by one, then random ones; of groups with blocks, first in one block, then in each."""
        size, number = group.size, math.prod(group.blocks)
        if size < 2:
            return
        still = np.tile(np.arange(size), (number, 1))
        swap, shift = still.copy(), still.copy()
        swap[0, [0, -1]] = swap[0, [-1, 0]]
        shift[0] = np.roll(shift[0], 1)
        drawn = [self._source.permuted(still, axis=1) for _ in range(PERMUTATIONS - 2)]
        all_of_two = number == 1 and size == 2
        for each in [swap] if all_of_two else [swap, shift, *drawn]:
            yield (swap if np.array_equal(each, still) else each).reshape(*group.blocks, size)

    def _difference(self, point: Point, group: UnitGroup, permutation: np.ndarray) -> _Difference | None:
        """The largest difference beyond rounding; None if there is none."""
        moved = self._runs.act(group, permutation, point)
        allowed, after = self._runs.allowed(point), self._runs.outputs(moved)
        still = {
            path: self._mirrored(path, each, group, permutation) for path, each in self._runs.outputs(point).items()
        }
        beyond = {path: gap(still[path], after[path]) for path in still}
        beyond = {path: each for path, each in beyond.items() if each > allowed[path]}
        if not beyond:
            return None
        more = self._runs.allowed(moved)
        beyond = {path: each for path, each in beyond.items() if each > allowed[path] + more[path]}
        if not beyond:
            return None
        path = max(beyond, key=lambda each: beyond[each])
        return _Difference(beyond[path], allowed[path] + more[path], path)

    def _mirrored(self, path: str, array: np.ndarray, group: UnitGroup, permutation: np.ndarray) -> np.ndarray:
        """A result that mirrors a parameter, moved as the group moves this."""
        axes = [dataclasses.replace(axis, path="") for axis in group.axes if axis.path == self._mirrors.get(path)]
        return dataclasses.replace(group, axes=tuple(axes)).act(permutation, array) if axes else array


def _smaller(point: Point, rows: int, batched: list[int]) -> Iterator[tuple[int, Point]]:
    """The point with fewer rows: each row alone, then two neighbours, and so on."""
    for number in range(1, min(MOST_ROWS, rows - 1) + 1):
        for start in range(min(rows - number + 1, MOST_ROWS)):
            yield number, point.with_rows(slice(start, start + number), batched)


def _change(seen: Seen, found: _Difference, rows: int | None) -> Change:
    permutation = seen.permutation.tolist()
    return Change(seen.group.name, permutation, found.amount, found.allowed, found.output, rows, given=seen.point.given)
