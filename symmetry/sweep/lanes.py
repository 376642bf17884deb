"""One network's program, run on many networks along the last axis of every array: their numbers then lie side by side.

A processor computes several numbers that lie side by side at once, while XLA multiplies a stack of tiny matrices one by one.
So products of small matrices are written out term by term here, and gathers of a few units are selections. Whatever has no
rule of its own runs under `jax.vmap`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import ClosedJaxpr, JaxprEqn, Literal, Var

from symmetry.array import Array, Tree
from symmetry.sweep.lane_rules import RULES, Value

CALLS = {"jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "custom_jvp_call": "call_jaxpr"}
"""Primitives that call a program, and the parameter that holds it."""

PRODUCT = "dot_general"
"""The primitive whose operands XLA would compute again for each term."""


def apart(function: Callable, *arguments: Tree) -> Tree:
    """What a function gives, computed once and kept: XLA may compute other intermediate results again for each of their uses."""

    def apart(*arguments: Tree) -> Tree:
        return function(*arguments)

    return jax.jit(apart)(*arguments)


def in_lanes(program: ClosedJaxpr, always: Array) -> Callable[[Sequence[Value]], list[Value]]:
    """A program of one network as a function of values of many.

    Args:
        program: of one network.
        always: true, and known only when it runs: what XLA may not compute twice stands in a branch of it.
    """

    def run(program: ClosedJaxpr, values: Sequence[Value], *, inside: bool) -> list[Value]:
        jaxpr = program.jaxpr
        known: dict[Var, Value] = dict(zip(jaxpr.invars, values, strict=True))
        known |= {
            variable: Value(const, False) for variable, const in zip(jaxpr.constvars, program.consts, strict=True)
        }

        def read(atom: Var | Literal) -> Value:
            return Value(atom.val, False) if isinstance(atom, Literal) else known[atom]

        for equation in jaxpr.eqns:
            done = _done(equation, [read(atom) for atom in equation.invars], inside=inside)
            known.update(zip(equation.outvars, done, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def _done(equation: JaxprEqn, operands: list[Value], *, inside: bool) -> list[Value]:
        name = equation.primitive.name
        if not any(each.many for each in operands):
            return [Value(array, False) for array in _bound(equation, [each.array for each in operands])]
        if name in CALLS:
            called = _closed(equation.params[CALLS[name]])
            marked = equation.params.get("name") == apart.__name__
            if marked or (not inside and any(each.primitive.name == PRODUCT for each in called.jaxpr.eqns)):
                return _in_a_branch(lambda values: run(called, values, inside=True), operands)
            return run(called, operands, inside=inside)
        if name == PRODUCT and not inside:
            return _in_a_branch(lambda values: _done(equation, values, inside=True), operands)
        if name == "cond" and not operands[0].many:
            return _chosen([_closed(each) for each in equation.params["branches"]], operands)
        if rule := RULES.get(name):
            done = rule(operands, equation.params)
            if done is not None:
                return [done]
        axes = tuple(-1 if each.many else None for each in operands)
        bind = jax.vmap(lambda *arrays: _bound(equation, arrays), in_axes=axes, out_axes=-1)
        return [Value(array, True) for array in bind(*[each.array for each in operands])]

    def _in_a_branch(compute: Callable[[list[Value]], list[Value]], operands: list[Value]) -> list[Value]:
        """A product apart from what is before and behind it: XLA would compute an operand again for each of its uses."""

        def product(*arrays: Array) -> list[Array]:
            values = [Value(array, each.many) for array, each in zip(arrays, operands, strict=True)]
            return _everywhere(compute(values), _lanes(operands))

        def never(*arrays: Array) -> list[Array]:
            return [jnp.zeros(each.shape, each.dtype) for each in jax.eval_shape(product, *arrays)]

        return [Value(array, True) for array in lax.cond(always, product, never, *[each.array for each in operands])]

    def _chosen(branches: list[ClosedJaxpr], operands: list[Value]) -> list[Value]:
        """A choice that is the same for all networks stays one."""
        index, *rest = operands

        def branch(program: ClosedJaxpr) -> Callable:
            def taken(*arrays: Array) -> list[Array]:
                values = [Value(array, each.many) for array, each in zip(arrays, rest, strict=True)]
                return _everywhere(run(program, values, inside=True), _lanes(operands))

            return taken

        chosen = lax.switch(index.array, list(map(branch, branches)), *[each.array for each in rest])
        return [Value(array, True) for array in chosen]

    return lambda values: run(program, values, inside=False)


def _lanes(operands: Sequence[Value]) -> int:
    return next(each.array.shape[-1] for each in operands if each.many)


def _everywhere(values: Sequence[Value], lanes: int) -> list[Array]:
    """Arrays with an axis of networks, also of what is one for all."""
    return [
        each.array if each.many else jnp.broadcast_to(jnp.asarray(each.array)[..., None], (*each.array.shape, lanes))
        for each in values
    ]


def _closed(program: Any) -> ClosedJaxpr:
    return program if isinstance(program, ClosedJaxpr) else ClosedJaxpr(program, ())


def _bound(equation: JaxprEqn, arrays: Sequence[Array]) -> list[Array]:
    done = equation.primitive.bind(*arrays, **equation.params)
    return list(done) if equation.primitive.multiple_results else [done]
