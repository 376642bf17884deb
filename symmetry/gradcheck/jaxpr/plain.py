"""Equations without an operand that depends on an argument, run in the types of the trace.

NumPy runs what it computes bit for bit as JAX computes that equation alone. JAX runs the rest, and compiles each
equation for each shape to do so.
"""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, jaxpr_as_fun

from symmetry.gradcheck.jaxpr.arithmetic import ARITHMETIC
from symmetry.gradcheck.jaxpr.indexing import INDEXING
from symmetry.gradcheck.jaxpr.shapes import SHAPES
from symmetry.gradcheck.jaxpr.values import Value, is_inexact, is_key, shaped

ALIKE = ("add", "sub", "mul", "neg", "max", "min", "select_n", "eq", "ne", "lt", "le", "gt", "ge", "copy")
"""Arithmetic that NumPy does as JAX in each of these types; sums of more than two floats depend on their order."""

ANY_TYPE: dict[str, Callable] = {
    **SHAPES,
    **{name: INDEXING[name] for name in ("gather", "scatter-add")},
    **{name: ARITHMETIC[name] for name in ALIKE},
    "iota": lambda *, dtype, shape, dimension, **_: np.indices(shape)[dimension].astype(dtype),
}

FLOATS = ANY_TYPE | {"div": ARITHMETIC["div"]}

INTEGERS = ANY_TYPE | {
    "convert_element_type": lambda x, **_: x,
    "and": lambda x, y, **_: x & y,
    "or": lambda x, y, **_: x | y,
    "not": lambda x, **_: ~x,
    "reduce_sum": lambda x, *, axes, **_: np.sum(x, tuple(axes)),
    "reduce_and": lambda x, *, axes, **_: np.all(x, tuple(axes)),
    "reduce_or": lambda x, *, axes, **_: np.any(x, tuple(axes)),
}
"""Rules by the type of the operands; those of float16 and the like are left to JAX."""


def run_plain(jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> list[Value]:
    """The results of an equation of a jaxpr; the floats among them are JAX's own arrays."""
    rule = _alike(values).get(equation.primitive.name)
    if rule is None:
        return _by_jax(jaxpr, equation, values)
    outcome = rule(*map(np.asarray, values), **equation.params)
    outcomes = outcome if equation.primitive.multiple_results else [outcome]
    arrays = [np.asarray(each, shaped(atom).dtype) for each, atom in zip(outcomes, equation.outvars, strict=True)]
    return [jnp.asarray(array) if is_inexact(array.dtype) else array for array in arrays]


def _alike(values: list[Value]) -> dict[str, Callable]:
    if any(map(is_key, values)):
        return {}
    types = {value.dtype for value in values}
    if not any(map(is_inexact, types)):
        return INTEGERS
    return FLOATS if all(dtype in (np.float32, np.float64) or not is_inexact(dtype) for dtype in types) else {}


def _by_jax(jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> list[Value]:
    given = {atom: value for atom, value in zip(equation.invars, values, strict=True) if not isinstance(atom, Literal)}
    alone = jaxpr.replace(constvars=[], invars=list(given), outvars=list(equation.outvars), eqns=[equation])
    return jaxpr_as_fun(ClosedJaxpr(alone, []))(*given.values())
