"""Which numbers of a unit are outgoing, told by the function: where only the sum over two units that are equal otherwise counts.

That is what merging units rests on (DUP.1). A name or a place in a layer tells nothing here: an array may be read twice,
and a bias or a gain lies with the incoming weights.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jax.extend.core import Jaxpr, Var, jaxprs_in_params

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.starts.judgement import agree
from symmetry.starts.perturbation import drawn
from symmetry.starts.problem import Problem
from symmetry.starts.slices import unit_of_entries
from symmetry.starts.trained_tree import Arrays

DRAWS = 4
"""Random parameters on which it is tried: at some of them a unit may be dead, so that anything goes."""


def outgoing_axes(problem: Problem, group: UnitGroup) -> tuple[GroupAxis, ...]:
    """The axes along which a group's numbers are outgoing; () if there are none, as where a maximum reads the units.

    Where the units are linear, either side could be called so: then it is what the function uses last.
    """
    found: tuple[GroupAxis, ...] = ()
    uses = _first_uses(problem)
    points = [drawn(problem, seed) for seed in range(DRAWS)]
    for axis in sorted(group.axes, key=lambda axis: uses.get(axis.path, -1), reverse=True):
        if _only_the_sum_counts(problem, points, group, (*found, axis)):
            found = (*found, axis)
    return found


def _only_the_sum_counts(
    problem: Problem, points: Sequence[Arrays], group: UnitGroup, axes: Sequence[GroupAxis]
) -> bool:
    """Whether moving numbers along these axes between two units that are equal along all others changes nothing."""
    if len(axes) == len(group.axes):
        return False
    others = [axis for axis in group.axes if all(axis is not each for each in axes)]
    first, last = 0, group.size - 1
    shares = np.zeros((*group.blocks, group.size))
    shares[..., first], shares[..., last] = 1.0, -1.0

    def pair(point: Arrays, amount: float) -> Arrays:
        moved = dict(point)
        for axis in axes:
            moved[axis.path] = moved[axis.path] + amount * _shifts(group, axis, moved[axis.path].shape, shares)
        return _with_equal_units(group, others, moved, first, last)

    return all(agree(problem, problem.outputs, pair(point, 1.0), pair(point, 0.0)) for point in points)


def _shifts(group: UnitGroup, axis: GroupAxis, shape: tuple[int, ...], shares: np.ndarray) -> np.ndarray:
    """What each entry grows by: its unit's share, times a number that is the same for all units."""
    units = unit_of_entries(group, axis, shape)
    others = np.random.default_rng(2).standard_normal([1 if place == axis.axis else n for place, n in enumerate(shape)])
    return np.where(units < 0, 0.0, shares.ravel()[units]) * others


def _with_equal_units(group: UnitGroup, axes: Sequence[GroupAxis], arrays: Arrays, one: int, other: int) -> Arrays:
    """The arrays, in which a unit has the numbers of another along these axes."""
    copied = dict(arrays)
    exchange = np.arange(group.size)
    exchange[[one, other]] = other, one
    for axis in axes:
        array = np.asarray(copied[axis.path])
        only = UnitGroup(group.name, group.size, (axis,), group.per)
        exchanged = only.act(exchange, {axis.path: array})[axis.path]
        units = unit_of_entries(group, axis, array.shape)
        copied[axis.path] = np.where((units >= 0) & (units % group.size == other), exchanged, array)
    return copied


def _first_uses(problem: Problem) -> dict[str, int]:
    """The place of the first equation that uses each array, in the order in which equations are computed."""
    program, uses = problem.equations.jaxpr, {}
    _note_uses(program, dict(zip(program.invars, sorted(problem.start), strict=False)), uses)
    return uses


def _note_uses(program: Jaxpr, names: dict[Any, str], uses: dict[str, int]) -> None:
    for equation in program.eqns:
        inner = list(jaxprs_in_params(equation.params))
        for each in inner:  # what an equation passes on to a program inside it comes last among its arguments
            pairs = zip(reversed(each.invars), reversed(equation.invars), strict=False)
            passed = {name: names[atom] for name, atom in pairs if isinstance(atom, Var) and atom in names}
            _note_uses(each, passed, uses)
        if not inner:
            for atom in equation.invars:
                if isinstance(atom, Var) and atom in names:
                    uses.setdefault(names[atom], len(uses))
