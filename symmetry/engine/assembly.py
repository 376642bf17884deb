"""A kernel in parts: a long call is compiled once for all kernels that make it, apart from what stands between the calls.

Most of what a law does, other laws do too, on arrays of the same shapes: backprop, the loss, an activation.
"""

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import jax
from jax.core import ShapedArray
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var, jaxpr_as_fun

from symmetry.array import Array
from symmetry.engine.compilation import compiled
from symmetry.pieces import pieces_apart

LONG = 100
"""Operations from which a call is compiled apart; a shorter one would cost more to call than to compile again."""

Atom = Var | Literal


class Part(NamedTuple):
    """A compiled function of arrays, what it reads and what it writes."""

    run: Callable
    read: Sequence[Atom]
    written: Sequence[Var]


def assembled(function: Callable, *arguments, optimise: bool = False) -> Callable:
    """The function, compiled in parts for arguments of these shapes."""
    with pieces_apart():
        traced = jax.jit(function).trace(*arguments)
    structure = jax.tree.structure(traced.out_info)
    run = _assembled(traced.jaxpr, optimise)
    return lambda *arguments: jax.tree.unflatten(structure, run(*jax.tree.leaves(arguments)))


def _assembled(program: ClosedJaxpr, optimise: bool) -> Callable[..., list[Array]]:
    """A program as a function of arrays."""
    jaxpr = program.jaxpr
    equations, results = each_once(jaxpr.eqns, jaxpr.outvars)
    parts = _parts(jaxpr.replace(eqns=equations, outvars=results), optimise)

    def run(*values: Array) -> list[Array]:
        known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*program.consts, *values], strict=True))
        for part in parts:
            known.update(zip(part.written, part.run(*_values(part.read, known)), strict=True))
        return _values(results, known)

    return run


def each_once(equations: Sequence[JaxprEqn], results: Sequence[Atom]) -> tuple[list[JaxprEqn], list[Atom]]:
    """The equations without those that repeat one, and what then stands for the results."""
    same: dict[Var, Var] = {}
    done: dict[object, JaxprEqn] = {}
    kept: list[JaxprEqn] = []

    def known_as(atoms: Sequence[Atom]) -> list[Atom]:
        return [atom if isinstance(atom, Literal) else same.get(atom, atom) for atom in atoms]

    for equation in equations:
        equation = equation.replace(invars=known_as(equation.invars))
        first = done.setdefault(_what_it_does(equation), equation)
        if first is equation:
            kept.append(equation)
        else:
            same.update(zip(equation.outvars, first.outvars, strict=True))
    return kept, known_as(results)


def _what_it_does(equation: JaxprEqn) -> object:
    """Equal for equations that do the same; the equation's own where that cannot be told."""
    # By repr, since 0.0 equals -0.0.
    operands = tuple((repr(atom.val), atom.aval) if isinstance(atom, Literal) else atom for atom in equation.invars)
    key = (equation.primitive, operands, tuple(sorted(equation.params.items())))
    try:
        hash(key)
    except TypeError:
        return id(equation)
    return id(equation) if equation.effects else key


def _parts(jaxpr: Jaxpr, optimise: bool) -> list[Part]:
    """What needs no long call, the long calls that this makes possible, what needs no others, and so on."""
    stage: dict[Var, int] = {}
    between: dict[int, list[JaxprEqn]] = {}
    calls: dict[int, list[JaxprEqn]] = {}
    for equation in jaxpr.eqns:
        at = max([stage.get(variable, 0) for variable in _variables(equation.invars)], default=0)
        apart = is_long(equation)
        (calls if apart else between).setdefault(at, []).append(equation)
        stage.update(dict.fromkeys(equation.outvars, at + apart))
    parts: list[Part] = []
    needed = set(_variables(jaxpr.outvars))
    for at in sorted({*between, *calls}, reverse=True):
        for call in calls.get(at, []):
            parts.append(Part(_called(call.params["jaxpr"], optimise), call.invars, call.outvars))
            needed.update(_variables(call.invars))
        if at in between:
            parts.append(_between(jaxpr, between[at], needed, optimise))
            needed.update(_variables(parts[-1].read))
    return parts[::-1]


def is_long(equation: JaxprEqn) -> bool:
    """Whether an equation is a call that is worth compiling apart."""
    called = equation.params.get("jaxpr")
    return equation.primitive.name in ("jit", "pjit") and _length(called) >= LONG


@functools.cache
def _length(program: ClosedJaxpr) -> int:
    """How many operations a program does, calls counted by what they call."""
    called = [equation.params.get("jaxpr") for equation in program.jaxpr.eqns]
    return sum(_length(each) if isinstance(each, ClosedJaxpr) else 1 for each in called)


@functools.cache
def _called(program: ClosedJaxpr, optimise: bool) -> Callable:
    return _assembled(program, optimise)


def forget_parts() -> None:
    """Drops the calls that were compiled apart; a kernel keeps its own."""
    _called.cache_clear()
    _length.cache_clear()


def _between(jaxpr: Jaxpr, equations: Sequence[JaxprEqn], needed: set[Var], optimise: bool) -> Part:
    """The equations as one function, which writes what is needed later."""
    written: set[Var] = {variable for equation in equations for variable in equation.outvars}
    used = dict.fromkeys(variable for equation in equations for variable in _variables(equation.invars))
    read = [variable for variable in used if variable not in written]
    kept = [variable for equation in equations for variable in equation.outvars if variable in needed]
    program = ClosedJaxpr(jaxpr.replace(constvars=[], invars=read, outvars=kept, eqns=list(equations)), [])
    return Part(compiled(jaxpr_as_fun(program), *map(_shape, read), optimise=optimise), read, kept)


def _values(atoms: Sequence[Atom], known: dict[Var, Array]) -> list[Array]:
    return [atom.val if isinstance(atom, Literal) else known[atom] for atom in atoms]


def _variables(atoms: Sequence[Atom]) -> list[Var]:
    return [atom for atom in atoms if not isinstance(atom, Literal)]


def _shape(variable: Var) -> jax.ShapeDtypeStruct:
    aval = cast(ShapedArray, variable.aval)
    return jax.ShapeDtypeStruct(aval.shape, aval.dtype, weak_type=aval.weak_type)
