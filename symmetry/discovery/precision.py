"""A model run in float64: the equations that it was traced to, with every narrower float in them widened.

A model that says which floats it computes in, or whose loops start from float32, cannot be called with float64. Its
equations can, and then a fault is 10^8 times as large beside rounding.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from symmetry.discovery.leaves import Leaf, Tree, has_floats, wide_type
from symmetry.gradcheck.jaxpr.control import PROGRAMS, called_program, equations_of


def widened(leaf: Leaf) -> Leaf:
    """An array of float64 or complex128 in the place of narrower floats; others stay."""
    return np.asarray(leaf).astype(wide_type(leaf.dtype)) if has_floats(leaf) else leaf


def in_float64(program: ClosedJaxpr) -> Callable[..., list[Leaf]]:
    """The program as a function of wide arrays, in which all floats are float64 or complex128."""
    return lambda *arguments: _run(program.jaxpr, program.consts, arguments)


def on_wide_arrays(function: Callable[..., Tree], *given: Tree) -> Callable[..., Tree]:
    """The function of wide arrays, for one that takes only the float types of the arguments given, of any shapes.

    >>> with jax.enable_x64(True):
    ...     on_wide_arrays(lambda x: x.astype("float32") / 3, np.float32(1))(np.float64(1)) == 1 / 3
    Array(True, dtype=bool)
    """
    types = [jax.dtypes.result_type(leaf) for leaf in jax.tree.leaves(given)]

    def of_wide(*arguments: Tree) -> Tree:
        leaves, structure = jax.tree.flatten(arguments)
        narrow = [jax.ShapeDtypeStruct(np.shape(leaf), dtype) for leaf, dtype in zip(leaves, types, strict=True)]
        program, results = jax.make_jaxpr(function, return_shape=True)(*structure.unflatten(narrow))
        return jax.tree.structure(results).unflatten(in_float64(program)(*leaves))

    return of_wide


def slopes_on_wide_arrays(function: Callable[..., Any], *given: Tree) -> Callable[..., Any]:
    """A real function as `on_wide_arrays`, differentiable in its first argument by the derivative that it has itself."""
    value = jax.custom_vjp(on_wide_arrays(function, *given))
    both = on_wide_arrays(jax.value_and_grad(function), *given)

    def backward(slopes: Tree, factor: Any) -> tuple:
        return jax.tree.map(lambda slope: factor * slope, slopes), *[None] * (len(given) - 1)

    value.defvjp(both, backward)
    return value


def narrowest_float(program: ClosedJaxpr) -> np.dtype:
    """The least precise of the float types that a program computes in."""
    return max((each.dtype for each in _floats_of(program)), key=_unit_of, default=np.dtype(np.float64))


def coarsest_unit(*programs: ClosedJaxpr) -> float:
    """The largest unit in the last place of any array of floats that programs compute.

    Single numbers do not count: they are the same for all units of a model.

    >>> with jax.enable_x64(True):
    ...     coarsest_unit(jax.make_jaxpr(lambda x: x.astype("float32") * 2)(np.ones(2))) == 2.0**-23
    True
    """
    arrays = [each.dtype for program in programs for each in _floats_of(program) if each.shape]
    return max(map(_unit_of, [np.dtype(np.float64), *arrays]))


def _floats_of(program: ClosedJaxpr) -> list[Any]:
    """All that a program computes and that is floats."""
    results = [variable.aval for equation in equations_of(program.jaxpr) for variable in equation.outvars]
    return [each for each in results if has_floats(each)]


def _unit_of(dtype: np.dtype) -> float:
    """The unit in the last place of 1."""
    return float(jnp.finfo(dtype).eps)


def _run(jaxpr: Jaxpr, constants: Sequence[Leaf], arguments: Sequence[Leaf]) -> list[Leaf]:
    known: dict[Var, Leaf] = dict(zip(jaxpr.constvars, map(_widened_in_trace, constants), strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))

    def value(atom: Var | Literal) -> Leaf:
        return _widened_in_trace(atom.val) if isinstance(atom, Literal) else known[atom]

    for equation in jaxpr.eqns:
        known.update(zip(equation.outvars, _results(equation, [value(atom) for atom in equation.invars]), strict=True))
    return [value(atom) for atom in jaxpr.outvars]


def _widened_in_trace(value: Leaf) -> Leaf:
    return jnp.asarray(value, wide_type(value.dtype)) if has_floats(value) else value


def _results(equation: JaxprEqn, values: list[Leaf]) -> list[Leaf]:
    """One equation on wide values."""
    name, params = equation.primitive.name, equation.params
    if name in PROGRAMS:  # its equations take the place of the call: derivatives have been taken before
        called = called_program(name, params)
        return _run(called.jaxpr, called.consts, values)
    if name == "bitcast_convert_type":  # how random bits become floats: its bits must be those of the narrow type
        types = [jnp.dtype(getattr(atom.aval, "dtype", None)) for atom in equation.invars]
        narrow = [value.astype(dtype) for value, dtype in zip(values, types, strict=True)]
        return [_widened_in_trace(equation.primitive.bind(*narrow, **params))]
    if name == "reduce_precision":
        return values
    found = equation.primitive.bind(*values, **{key: _wide_param(one) for key, one in params.items()})
    return list(found) if equation.primitive.multiple_results else [found]


def _wide_param(value: Any) -> Any:
    """A parameter of an equation: types and inner programs of floats become wide."""
    if isinstance(value, Jaxpr) and not value.constvars:  # of a scatter or a reduction
        return _wide_param(ClosedJaxpr(value, ())).jaxpr
    if isinstance(value, ClosedJaxpr):
        shapes = [jax.ShapeDtypeStruct(aval.shape, _wide_type(aval.dtype)) for aval in value.in_avals]
        return jax.make_jaxpr(in_float64(value))(*shapes)
    if isinstance(value, tuple | list):
        return type(value)(map(_wide_param, value)) if not hasattr(value, "_fields") else value
    return _wide_type(value) if isinstance(value, np.dtype) or value in (jnp.float32, jnp.bfloat16) else value


def _wide_type(dtype: Any) -> Any:
    return wide_type(dtype) if jnp.issubdtype(dtype, jnp.inexact) else dtype
