"""A model run on random numbers, before and after units are permuted, on NumPy: there is nothing to compile."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery import GroupAxis, UnitGroup, UnitGroups, discover
from symmetry.discovery.leaves import map_arrays, named_arrays, named_leaves, split
from symmetry.discovery.mirrors import mirrored
from symmetry.gradcheck.jaxpr.program import interpreted
from symmetry.yardstick import array_wide, black_box
from tests.models.model import Built, Tree

Results = dict[str, np.ndarray]
"""The results of a model by their paths."""


class Trial:
    """A model with random parameters and inputs, drawn from a seed."""

    def __init__(self, built: Built, seed: int = 0):
        self.built = built
        generator = np.random.default_rng(seed)
        self.params, self.inputs = (
            map_arrays(lambda path, leaf: _drawn(path, leaf, built.integers_below, generator), tree)
            for tree in (built.params, built.inputs)
        )
        self._generator = generator

    @cached_property
    def groups(self) -> UnitGroups:
        return discover(self.built.apply, self.built.params, *self.built.inputs, mirrors=self.built.mirrors)

    @cached_property
    def _run(self) -> Callable[..., Results]:
        """The model as traced in its own types, which NumPy runs in float64; JAX compiles what NumPy cannot run."""
        leaves, joined = split((self.built.params, self.built.inputs))

        def results(*arrays: jax.Array) -> dict[str, jax.Array]:
            params, inputs = joined(list(arrays))
            return named_leaves(self.built.apply(params, *inputs))

        if not self.built.on_numpy:
            return jax.jit(results)
        with jax.enable_x64(False):
            return interpreted(results, *leaves)

    def run(self, params: Tree) -> Results:
        """The results for other parameters, with truth values and integers as floats."""
        return self._results([split(params)[0], split(self.inputs)[0]])

    def _results(self, leaves: list[list]) -> Results:
        found = {path: np.asarray(result) for path, result in self._run(*leaves[0], *leaves[1]).items()}
        return {path: one if np.iscomplexobj(one) else one.astype(float) for path, one in found.items()}

    @cached_property
    def still(self) -> tuple[Results, dict[str, float]]:
        """The results for the parameters as drawn, and how far rounding may move any entry of each."""
        leaves = [split(self.params)[0], split(self.inputs)[0]]
        balls = array_wide(black_box(self._results, leaves))
        radii = {path: float(ball.radius.max()) for path, ball in balls.items()}
        return {path: np.asarray(ball.center) for path, ball in balls.items()}, radii

    def change(self, group: UnitGroup, whole: UnitGroup) -> float:
        """How far results move when a group's units do, in units of what rounding may do on both sides: a failure above 1.

        Args:
            group: what moves in the parameters.
            whole: what moves in the results that mirror parameters.
        """
        permutation = self._permutation(whole)
        results, radii = self.still
        expected = self._moved(results, whole, permutation)
        found = self.run(group.act(permutation, self.params))
        return max(_excess(found[path], expected[path], 2 * radii[path]) for path in results)

    def _permutation(self, group: UnitGroup) -> np.ndarray:
        """For each block a permutation; that of the last one moves something."""
        generator = np.random.default_rng(0)
        still = np.arange(group.size)
        while True:
            drawn = generator.permuted(np.broadcast_to(still, (*group.blocks, group.size)), axis=-1)
            if (drawn.reshape(-1, group.size)[-1] != still).any():
                return drawn

    def _moved(self, results: Results, group: UnitGroup, permutation: np.ndarray) -> Results:
        """The results, with those permuted that mirror parameters."""
        mirrors = mirrored(self.built.mirrors or {}, list(named_arrays(self.params)), list(results))
        new = {param: results[path] for path, param in mirrors.items()}
        moved = named_arrays(group.act(permutation, map_arrays(lambda path, leaf: new.get(path, leaf), self.params)))
        return results | {path: moved[param] for path, param in mirrors.items()}

    def unseen(self) -> set[str]:
        """The axes that make no difference if they alone, or the last copy of the units along them, are left out."""
        return {
            axis.place
            for group in self.groups
            for axis, part in _parts(group)
            if part.axes and self.change(part, group) <= 1
        }


def _parts(group: UnitGroup) -> Iterator[tuple[GroupAxis, UnitGroup]]:
    """For each axis, the group without it, and if the units lie along it several times, the group without one time."""
    for axis in group.axes:
        others = tuple(other for other in group.axes if other is not axis)
        yield axis, dataclasses.replace(group, axes=others)
        if len(axis.positions) > 1:
            fewer = dataclasses.replace(axis, positions=axis.positions[:-1])
            yield axis, dataclasses.replace(group, axes=(*others, fewer))


def _drawn(path: str, leaf: jax.ShapeDtypeStruct, integers_below: int, generator: np.random.Generator) -> Tree:
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        return jax.random.key(1)
    if not jnp.issubdtype(leaf.dtype, jnp.inexact):
        return generator.permutation(np.arange(np.prod(leaf.shape, dtype=int)) % integers_below).reshape(leaf.shape)
    numbers = generator.normal(size=leaf.shape)
    if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
        return numbers + 1j * generator.normal(size=leaf.shape)
    return np.abs(numbers) + 0.5 if {"var"} & set(path.split("/")) else numbers


def _excess(found: np.ndarray, expected: np.ndarray, limit: float) -> float:
    assert np.isfinite(expected).all()
    gap = np.max(np.abs(found - expected), initial=0)
    return float(gap / limit) if limit else float(np.inf if gap else 0)
