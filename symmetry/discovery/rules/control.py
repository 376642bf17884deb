"""Rules of the primitives that run other programs: calls, branches and loops.

What a loop carries has the same axes in each turn, so its program is gone through once.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Protocol

from jax.extend.core import ClosedJaxpr

from symmetry.discovery.axes import Axes, Axis, freeze, fresh
from symmetry.discovery.rules.equation import Parameters, unify_all
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value
from symmetry.gradcheck.jaxpr.control import PROGRAMS, called_program


class Walker(Protocol):
    """What goes through programs: see `symmetry.discovery.walk.Walk`."""

    def run(self, program: ClosedJaxpr, *arguments: Value) -> list[Value]: ...

    def run_inside(self, axis: Axis, program: ClosedJaxpr, *arguments: Value) -> list[Value]: ...


ControlRule = Callable[..., list[Value]]


def _call(name: str, walker: Walker, params: Parameters, *operands: Value) -> list[Value]:
    return walker.run(called_program(name, params), *operands)


def _branches(walker: Walker, params: Parameters, index: Value, *operands: Value) -> list[Value]:
    """What branches make must move alike, unless it is known which one runs."""
    branches: Sequence[ClosedJaxpr] = params["branches"]
    if index.known is not None:
        return walker.run(branches[min(max(int(index.known), 0), len(branches) - 1)], *operands)
    first, *others = [walker.run(branch, *operands) for branch in branches]
    for other in others:
        _unify_values(first, other)
    return [value.unknown() for value in first]


def _while(walker: Walker, params: Parameters, *operands: Value) -> list[Value]:
    tested = operands[: params["cond_nconsts"]]
    kept = operands[len(tested) : len(tested) + params["body_nconsts"]]
    carried = [value.unknown() for value in operands[len(tested) + len(kept) :]]
    walker.run(params["cond_jaxpr"], *tested, *carried)
    _unify_values(carried, walker.run(params["body_jaxpr"], *kept, *carried))
    return carried


def _scan(walker: Walker, params: Parameters, *operands: Value) -> list[Value]:
    """Turns of a loop that carries something come one after another; those of one that does not can be exchanged."""
    kept = operands[: params["num_consts"]]
    carried = [value.unknown() for value in operands[len(kept) : len(kept) + params["num_carry"]]]
    rows = operands[len(kept) + len(carried) :]
    turn = unify_all(Axis(params["length"]), *[value.axes[0] for value in rows])
    if carried:
        freeze(turn, "scan")
    results = walker.run_inside(turn, params["jaxpr"], *kept, *carried, *[Value(value.axes[1:]) for value in rows])
    _unify_values(carried, results[: len(carried)])
    return [*carried, *[Value((turn, *value.axes)) for value in results[len(carried) :]]]


def _solve(walker: Walker, params: Parameters, *operands: Value) -> list[Value]:
    """The solution of a linear system is what the equations alone determine; what helps to solve them is not looked at."""
    matrix, given = operands[: params["const_lengths"].matvec], operands[params["const_lengths"].matvec :]
    solution = [Value(fresh(axis.size for axis in value.axes)) for value in given]
    _unify_values(given, walker.run(params["jaxprs"].matvec, *matrix, *solution))
    return solution


def _unify_values(ones: Sequence[Value], others: Sequence[Value]) -> None:
    for one, other in zip(ones, others, strict=True):
        _unify_axes(one.axes, other.axes)


def _unify_axes(ones: Axes, others: Axes) -> None:
    for one, other in zip(ones, others, strict=True):
        unify(one, other)


CONTROL: dict[str, ControlRule] = {
    **{name: functools.partial(_call, name) for name in PROGRAMS},
    "cond": _branches,
    "custom_linear_solve": _solve,
    "scan": _scan,
    "while": _while,
}
