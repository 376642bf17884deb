"""A function run at points in float64, with the yardstick for what rounding explains of a difference."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.leaves import Tree, is_array, named_arrays, split
from symmetry.discovery.precision import narrowest_float, on_wide_arrays
from symmetry.discovery.specification.points import DRAWS, Arrays, Point, as_given, given_point, random_points
from symmetry.yardstick import FACTOR, opposite_ways

Outputs = dict[str, np.ndarray]


class Runs:
    """A compiled function and the points at which its outputs are finite and not all rounding.

    Everything here must be called under `exact_settings`.

    Attributes:
        points: the given point, if it has values and is usable, and random ones.

    Raises:
        ValueError: there is no such point.
    """

    def __init__(self, apply: Callable, params: Tree, inputs: tuple) -> None:
        self._tree, inputs_of = split(params)[1], split(inputs)[1]

        def run(arrays: Arrays, given: Arrays) -> dict[str, Any]:
            return named_arrays(apply(self._tree(arrays), *inputs_of(given)))

        self._on_device: dict[int, jax.Array] = {}
        self._run, self._unit, in_float64 = _in_float64_if_it_can(run, params, inputs)
        self._known: dict[int, tuple[Outputs, dict[str, float]]] = {}
        self.points: list[Point] = []
        for candidates in self._candidates(params, inputs):
            chosen = candidates if in_float64 else (as_given(point, params, inputs) for point in candidates)
            usable = next((point for point in chosen if self._is_usable(point)), None)
            if usable is not None:
                self._add(usable)
        if not self.points:
            raise ValueError(
                "the function returns numbers that are not finite at the given and at random parameters and inputs; pass "
                "parameters and inputs at which it is finite."
            )

    def outputs(self, point: Point) -> Outputs:
        """Every array that the function returns, by path."""
        if id(point) in self._known:
            return self._known[id(point)][0]
        results = self._run([self._on_device.get(id(each), each) for each in point.params], point.inputs)
        return {path: np.asarray(each) for path, each in results.items() if _is_compared(each)}

    def allowed(self, point: Point) -> dict[str, float]:
        """The yardstick, for each output as a whole."""
        if id(point) in self._known:
            return self._known[id(point)][1]
        still = self.outputs(point)
        moved = [self.outputs(_nudged(point, sign * self._unit)) for sign in (1, -1)]
        return {path: FACTOR * max(gap(still[path], each[path]) for each in moved) for path in still}

    def act(self, group: UnitGroup, permutation: np.ndarray, point: Point) -> Point:
        """The point with the units of a group permuted."""
        return dataclasses.replace(point, params=split(group.act(permutation, self._tree(point.params)))[0])

    def takes(self, point: Point) -> bool:
        """Whether the function takes arrays of these shapes, and is finite there; it is traced first."""
        try:
            jax.eval_shape(self._run, point.params, point.inputs)
        except Exception:  # whatever code raises for shapes that it was not written for
            return False
        return _is_finite(self.outputs(point))

    def _candidates(self, params: Tree, inputs: tuple) -> Iterator[Iterator[Point]]:
        """For each point that is wanted, those that will do, the best first."""
        arrays, given = split(params)[0], split(inputs)[0]
        point = given_point(arrays, given)
        if point is not None:
            yield iter([point])
        for draw in range(DRAWS):
            yield random_points(arrays, given, draw)

    def _is_usable(self, point: Point) -> bool:
        """Whether all outputs are finite, and rounding cannot explain all that there is of each."""
        outputs = self.outputs(point)
        if not _is_finite(outputs):
            return False
        allowed = self.allowed(point)
        return any(not allowed[path] or allowed[path] < np.abs(each).max(initial=0.0) for path, each in outputs.items())

    def _add(self, point: Point) -> None:
        self._on_device |= {id(each): jnp.asarray(each) for each in point.params if isinstance(each, np.ndarray)}
        self._known[id(point)] = self.outputs(point), self.allowed(point)
        self.points.append(point)


def gap(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference of any entry; infinite where only one of them is finite."""
    with np.errstate(invalid="ignore"):
        gaps = np.abs(one.astype(np.result_type(one, float)) - other.astype(np.result_type(other, float)))
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return float(np.max(np.where(same, 0, np.where(np.isnan(gaps), np.inf, gaps)), initial=0.0))


def _is_compared(output: Any) -> bool:
    """Whether an output is numbers or truth values; keys of random numbers are not compared."""
    return is_array(output) and not jnp.issubdtype(output.dtype, jax.dtypes.extended)


def _is_finite(outputs: Outputs) -> bool:
    return all(np.isfinite(each).all() for each in outputs.values())


def _nudged(point: Point, unit: float) -> Point:
    """All floats of a point moved by one unit in the last place, neighbours in opposite ways."""

    def moved(array: Any) -> Any:
        if not jnp.issubdtype(array.dtype, jnp.inexact):
            return array
        return (array * (1 + unit * opposite_ways(array.shape))).astype(array.dtype)

    return dataclasses.replace(point, params=[*map(moved, point.params)], inputs=[*map(moved, point.inputs)])


def _in_float64_if_it_can(run: Callable, params: Tree, inputs: tuple) -> tuple[Callable, float, bool]:
    """The function compiled, the unit in the last place of the coarsest float on its way, and whether it takes float64.

    Code that asks for a float type of its own may take nothing else; then its equations are widened, if they can be.
    """
    point = next(random_points(split(params)[0], split(inputs)[0], 0))
    narrow = as_given(point, params, inputs)
    for function in (run, on_wide_arrays(run, narrow.params, narrow.inputs)):
        compiled = jax.jit(function)
        try:
            return compiled, _unit(compiled.trace(point.params, point.inputs).jaxpr), True
        except Exception:  # whatever code raises that knows only narrow types
            continue
    return jax.jit(run), _unit(jax.make_jaxpr(run)(narrow.params, narrow.inputs)), False


def _unit(program: ClosedJaxpr) -> float:
    return float(jnp.finfo(narrowest_float(program)).eps)
