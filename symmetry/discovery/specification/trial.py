"""What permuting the units of a name does to a function: it is run, in float64, and compared within the yardstick."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Jaxpr, subjaxprs

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.leaves import Tree, named_arrays, split
from symmetry.discovery.mirrors import mirrored
from symmetry.discovery.specification.points import Arrays, Point, as_given, candidate_points, random_point, rows_in
from symmetry.engine.kernel import exact_settings
from symmetry.wording import count
from symmetry.yardstick import FACTOR, opposite_ways

DRAWS = 2
"""Random points that are tried beside the given one."""

PERMUTATIONS = 4
"""Permutations of each name that are tried at each point."""

MOST_ROWS = 4
"""Batches of up to so many rows are searched for the smallest that shows a change."""


@dataclasses.dataclass(frozen=True)
class Change:
    """A permutation that changes a function.

    Attributes:
        name: whose units were permuted.
        permutation: how; one for each block, if the name has blocks.
        amount: the largest difference of any output.
        allowed: how much rounding explains there: the yardstick.
        output: the path of that output, "" if it is the only one.
        rows: how many rows of the inputs show it; None where rows could not be taken away, so that all were kept.
        given: whether it shows at the parameters and inputs as given; else at random ones.
    """

    name: str
    permutation: list
    amount: float
    allowed: float
    output: str
    rows: int | None
    given: bool

    def __str__(self) -> str:
        rows = np.asarray(self.permutation)
        moved = np.argwhere(rows != np.arange(rows.shape[-1]))[:, -1].tolist()
        how = f"swapping units {moved[0]} and {moved[1]}" if len(moved) == 2 else f"permuting {len(moved)} units"
        where = "the whole input (no row could be taken away)" if self.rows is None else count(self.rows, "row")
        what = f" {self.output}" if self.output else ""
        point = "as given" if self.given else "at random parameters and inputs, where the given ones do not show it"
        return (
            f"{how} of {self.name} changes the output{what} by up to {self.amount:.2g} on {where} {point}; "
            f"rounding explains {self.allowed:.1g}"
        )

    def to_json(self) -> dict[str, Any]:
        """Builtin types; numbers that are not finite are None."""
        fields = dataclasses.asdict(self) | {"permutation": list(self.permutation)}
        return {
            key: None if isinstance(each, float) and not np.isfinite(each) else each for key, each in fields.items()
        }


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What was seen when the units of a name were permuted.

    Attributes:
        seen: where the function changed, or None if it did not.
        trials: how many permutations were tried, over all points.
        told: whether the function would have changed, had one axis been left where it was.
    """

    seen: "Seen | None"
    trials: int
    told: bool = True


@dataclasses.dataclass(frozen=True)
class Seen:
    """A permutation that changes the function at a point."""

    point: Point
    group: UnitGroup
    permutation: np.ndarray


@dataclasses.dataclass(frozen=True)
class _Difference:
    amount: float
    allowed: float
    output: str


class Trial:
    """A function and the points at which it is run.

    `mirrors` names outputs that move as parameters do: {"1/batch_stats": "batch_stats"}.
    """

    def __init__(
        self, apply: Callable, params: Tree, inputs: tuple, mirrors: Mapping[str, str] | None = None, seed: int = 0
    ) -> None:
        self._source = np.random.default_rng(seed)
        self._mirrors: dict[str, str] = {}
        self._at: dict[int, tuple[dict[str, np.ndarray], dict[str, float]]] = {}
        self._tree = split(params)[1]
        inputs_of = split(inputs)[1]

        def run(arrays: Arrays, given: Arrays) -> dict[str, Any]:
            return named_arrays(apply(self._tree(arrays), *inputs_of(given)))

        with exact_settings():
            self._run = jax.jit(run)
            self.points, self.unit = self._usable_points(run, params, inputs)
            self._at = {id(point): (self._outputs(point), self._allowed(point)) for point in self.points}
        if not self.points:
            raise ValueError(
                "the function returns numbers that are not finite at the given and at random parameters and inputs; pass "
                "parameters and inputs at which it is finite."
            )
        self._mirrors = mirrored(mirrors or {}, [*named_arrays(params)], [*self._at[id(self.points[0])][0]])

    def permute(self, group: UnitGroup) -> Outcome:
        """Permutes the units of one group at every point, until the function changes."""
        trials = 0
        with exact_settings():
            for point in self.points:
                for permutation in self._permutations(group):
                    trials += 1
                    if self._difference(point, group, permutation) is not None:
                        return Outcome(Seen(point, group, permutation), trials)
        return Outcome(None, trials)

    def tells(self, group: UnitGroup) -> bool:
        """Whether the function changes if a single axis of a group is permuted: what would hold anyway says nothing."""
        return any(self.permute(dataclasses.replace(group, axes=(axis,))).seen is not None for axis in group.axes)

    def _usable_points(self, run: Callable, params: Tree, inputs: tuple) -> tuple[list[Point], float]:
        """The points at which all outputs are finite, and the unit in the last place of the coarsest float on the way."""
        points = list(candidate_points(params, inputs, DRAWS))
        try:
            jaxpr = jax.make_jaxpr(run)(points[0].params, points[0].inputs)
        except Exception:  # code that asks for a float type of its own may not take float64
            points = [as_given(point, params, inputs) for point in points]
            jaxpr = jax.make_jaxpr(run)(points[0].params, points[0].inputs)
        usable = []
        for draw, point in enumerate(points):
            if not point.given and not self._is_finite(point):
                again = random_point(split(params)[0], split(inputs)[0], np.random.default_rng(draw), positive=True)
                point = as_given(again, point.params, tuple(point.inputs))
            if self._is_finite(point):
                usable.append(point)
        return usable, _coarsest_unit(jaxpr.jaxpr)

    def _is_finite(self, point: Point) -> bool:
        return all(np.isfinite(each).all() for each in self._outputs(point).values())

    def _outputs(self, point: Point) -> dict[str, np.ndarray]:
        results = self._run(point.params, point.inputs)
        return {path: np.asarray(each) for path, each in results.items() if jnp.issubdtype(each.dtype, jnp.number)}

    def _permutations(self, group: UnitGroup) -> Iterator[np.ndarray]:
        """A swap, a shift by one, then random ones; of groups with blocks, a swap in one block, then random ones in each."""
        size, number = group.size, math.prod(group.blocks)
        if size < 2:
            return
        rows = np.tile(np.arange(size), (number, 1))
        rows[0, [0, -1]] = rows[0, [-1, 0]]
        swap = rows.copy()
        yield swap.reshape(*group.blocks, size)
        if number == 1 and size == 2:
            return
        if size > 2:
            rows[0] = np.roll(np.arange(size), 1)
            yield rows.reshape(*group.blocks, size)
        for _ in range(PERMUTATIONS - 2):
            drawn = np.stack([self._source.permutation(size) for _ in range(number)])
            same = np.array_equal(drawn, np.tile(np.arange(size), (number, 1)))
            yield (swap if same else drawn).reshape(*group.blocks, size)

    def _difference(self, point: Point, group: UnitGroup, permutation: np.ndarray) -> _Difference | None:
        """The largest difference beyond rounding, as a part of what is allowed; None if there is none."""
        moved = self._act(point, group, permutation)
        if id(point) in self._at:
            still, allowed = self._at[id(point)]
        else:
            still, allowed = self._outputs(point), self._allowed(point)
        after = self._outputs(moved)
        if self._mirrors:
            still = {path: self._mirrored(path, each, group, permutation) for path, each in still.items()}
        gaps = {path: _gap(still[path], after[path]) for path in still}
        if all(gap <= allowed[path] for path, gap in gaps.items()):
            return None
        more = self._allowed(moved)
        beyond = {path: gap for path, gap in gaps.items() if gap > allowed[path] + more[path]}
        if not beyond:
            return None
        path = max(beyond, key=lambda each: beyond[each])
        return _Difference(beyond[path], allowed[path] + more[path], path)

    def _act(self, point: Point, group: UnitGroup, permutation: np.ndarray) -> Point:
        moved = group.act(permutation, self._tree(point.params))
        return dataclasses.replace(point, params=split(moved)[0])

    def _mirrored(self, path: str, array: np.ndarray, group: UnitGroup, permutation: np.ndarray) -> np.ndarray:
        """A result that mirrors a parameter, moved as the group moves this."""
        axes = [dataclasses.replace(axis, path="") for axis in group.axes if axis.path == self._mirrors.get(path)]
        return dataclasses.replace(group, axes=tuple(axes)).act(permutation, array) if axes else array

    def _allowed(self, point: Point) -> dict[str, float]:
        """The yardstick, for each output as a whole."""
        still = self._outputs(point)
        moved = [self._outputs(_nudged(point, sign * self.unit)) for sign in (1, -1)]
        return {path: FACTOR * max(_gap(still[path], each[path]) for each in moved) for path in still}

    def smallest(self, seen: Seen) -> Change:
        """The change on the fewest rows that show it."""
        with exact_settings():
            return self._smallest(seen.point, seen.group, seen.permutation)

    def _smallest(self, point: Point, group: UnitGroup, permutation: np.ndarray) -> Change:
        rows, batched = rows_in(point.inputs)
        smaller = (
            (number, point.with_rows(slice(start, start + number), batched))
            for number in range(1, min(MOST_ROWS, rows - 1) + 1)
            for start in range(min(rows - number + 1, MOST_ROWS))
        )
        can_shrink = rows > 0
        for number, fewer in smaller:
            can_shrink = self._runs(fewer)
            found = self._difference(fewer, group, permutation) if can_shrink else None
            if found is not None:
                return self._change(found, group, permutation, number, point.given)
        whole = self._difference(point, group, permutation)
        assert whole is not None
        return self._change(whole, group, permutation, rows if can_shrink else None, point.given)

    def _runs(self, point: Point) -> bool:
        try:
            jax.eval_shape(self._run, point.params, point.inputs)
        except Exception:  # whatever code raises for shapes that it was not written for
            return False
        return self._is_finite(point)

    def _change(
        self, found: _Difference, group: UnitGroup, permutation: np.ndarray, rows: int | None, given: bool
    ) -> Change:
        return Change(group.name, permutation.tolist(), found.amount, found.allowed, found.output, rows, given)


def _gap(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference of any entry; infinite where only one of them is finite."""
    with np.errstate(invalid="ignore"):
        gaps = np.abs(one.astype(np.result_type(one, float)) - other.astype(np.result_type(other, float)))
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return float(np.max(np.where(same, 0, np.where(np.isnan(gaps), np.inf, gaps)), initial=0.0))


def _nudged(point: Point, unit: float) -> Point:
    """All floats of a point moved by one unit in the last place, neighbours in opposite ways."""

    def moved(array: Any) -> Any:
        if not jnp.issubdtype(array.dtype, jnp.inexact):
            return array
        return (array * (1 + unit * opposite_ways(array.shape))).astype(array.dtype)

    return dataclasses.replace(point, params=[*map(moved, point.params)], inputs=[*map(moved, point.inputs)])


def _coarsest_unit(jaxpr: Jaxpr) -> float:
    """The largest unit in the last place of the float types that a program computes with."""
    units = [float(np.finfo(np.float64).eps)]
    for equation in jaxpr.eqns:
        for variable in (*equation.invars, *equation.outvars):
            dtype = getattr(variable.aval, "dtype", None)
            if dtype is not None and jnp.issubdtype(dtype, jnp.inexact):
                units.append(float(jnp.finfo(dtype).eps))
    return max(units + [_coarsest_unit(inner) for inner in subjaxprs(jaxpr)])
