"""Running the equations of a jaxpr one by one: plain ones as JAX would, those that depend on an argument by our rules."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var, jaxpr_as_fun

from symmetry.gradcheck.jaxpr.arithmetic import ARITHMETIC
from symmetry.gradcheck.jaxpr.contractions import CONTRACTIONS
from symmetry.gradcheck.jaxpr.control import CONTROL, PROGRAMS
from symmetry.gradcheck.jaxpr.functions import FUNCTIONS
from symmetry.gradcheck.jaxpr.indexing import INDEXING
from symmetry.gradcheck.jaxpr.reductions import REDUCTIONS
from symmetry.gradcheck.jaxpr.shapes import SHAPES
from symmetry.gradcheck.jaxpr.values import Value, as_value, is_inexact, is_key, shaped, widened
from symmetry.gradcheck.tape import CannotRun

RULES = ARITHMETIC | FUNCTIONS | SHAPES | INDEXING | REDUCTIONS | CONTRACTIONS
"""What the primitives do to NumPy arrays, by name: functions of JAX's operands and parameters."""

ALIKE = ("add", "sub", "mul", "neg", "max", "min", "select_n", "eq", "ne", "lt", "le", "gt", "ge", "copy")
"""Arithmetic that NumPy does as JAX in each of these types; sums of more than two floats depend on their order."""

ANY_TYPE: dict[str, Callable] = {
    **SHAPES,
    **{name: INDEXING[name] for name in ("gather", "scatter-add")},
    **{name: ARITHMETIC[name] for name in ALIKE},
    "iota": lambda *, dtype, shape, dimension, **_: np.indices(shape)[dimension].astype(dtype),
}

FLOATS = ANY_TYPE | {"div": ARITHMETIC["div"]}


def _unsigned(integers: np.ndarray) -> np.ndarray:
    """The same bits as integers without a sign."""
    return integers.view(f"u{integers.itemsize}")


def _remainder(x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
    """What a division towards zero leaves; x where y is 0. Without a sign, `//` is several times as fast as `fmod`."""
    return x - x // y * y if x.dtype.kind == "u" else np.where(y == 0, x, np.fmod(x, y))


INTEGERS = ANY_TYPE | {
    "convert_element_type": lambda x, **_: x,
    "and": lambda x, y, **_: x & y,
    "or": lambda x, y, **_: x | y,
    "not": lambda x, **_: ~x,
    "xor": lambda x, y, **_: x ^ y,
    "shift_right_logical": lambda x, y, **_: _unsigned(x) >> _unsigned(y),
    "rem": _remainder,
    "dot_general": CONTRACTIONS["dot_general"],
    **{name: REDUCTIONS[name] for name in ("sort", "reduce_sum")},
    "reduce_and": lambda x, *, axes, **_: np.all(x, tuple(axes)),
    "reduce_or": lambda x, *, axes, **_: np.any(x, tuple(axes)),
}
"""Rules by the type of the operands; those of float16 and the like are left to JAX."""


def evaluate(program: ClosedJaxpr, *arguments: Value) -> list[Value]:
    """The values of the program's results.

    JAX's own arrays stand for floats that depend on no argument, and NumPy's for those that do.

    Raises:
        CannotRun: a primitive that is needed has no rule.
    """
    jaxpr = program.jaxpr
    known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*program.consts, *arguments], strict=True))

    def value_of(atom: Var | Literal) -> Value:
        return np.asarray(atom.val, shaped(atom).dtype) if isinstance(atom, Literal) else known[atom]

    for equation, done in zip(jaxpr.eqns, _last_used(jaxpr), strict=True):
        values = [value_of(atom) for atom in equation.invars]
        if equation.primitive.name not in PROGRAMS and all(map(_is_plain, equation.invars, values)):
            outcomes = _run_plain(jaxpr, equation, values)
        else:
            outcomes = _by_rule(equation, values)
        known.update(zip(equation.outvars, outcomes, strict=True))
        for variable in done:
            known.pop(variable, None)
    return [_marked(atom, value_of(atom)) for atom in jaxpr.outvars]


def _last_used(jaxpr: Jaxpr) -> list[set[Var]]:
    """For each equation, the variables that no later one needs, and no result: arrays of exact numbers are large."""
    needed = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    found = []
    for equation in reversed(jaxpr.eqns):
        variables = {atom for atom in (*equation.invars, *equation.outvars) if not isinstance(atom, Literal)}
        found.append(variables - needed)
        needed |= variables
    return found[::-1]


def _marked(atom: Var | Literal, value: Value) -> Value:
    """A value for another program, where a literal is a variable: still one that depends on no argument."""
    return jnp.asarray(value) if isinstance(atom, Literal) and is_inexact(value.dtype) else value


def _is_plain(atom: Var | Literal, value: Value) -> bool:
    return isinstance(value, jax.Array) or isinstance(atom, Literal) or not is_inexact(shaped(atom).dtype)


def _by_rule(equation: JaxprEqn, values: list[Value]) -> Sequence[Value]:
    primitive = equation.primitive
    if primitive.name in CONTROL:
        return CONTROL[primitive.name](evaluate, *map(_marked, equation.invars, values), **equation.params)
    if primitive.name not in RULES:
        raise CannotRun(f"JAX's primitive {primitive.name} has no rule on exact numbers")
    outcome = RULES[primitive.name](*map(widened, values), **equation.params)
    outcomes = outcome if primitive.multiple_results else [outcome]
    return [as_value(each, shaped(atom)) for each, atom in zip(outcomes, equation.outvars, strict=True)]


def _run_plain(jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> list[Value]:
    """The results of an equation in the types of the trace; the floats among them are JAX's own arrays.

    NumPy runs what it computes bit for bit as JAX computes that equation alone. JAX runs the rest, and compiles each
    equation for each shape to do so.
    """
    rule = _alike(values).get(equation.primitive.name)
    if rule is None:
        return _by_jax(jaxpr, equation, values)
    outcome = rule(*map(np.asarray, values), **equation.params)
    outcomes = outcome if equation.primitive.multiple_results else [outcome]
    arrays = [np.asarray(each, shaped(atom).dtype) for each, atom in zip(outcomes, equation.outvars, strict=True)]
    return [jnp.asarray(array) if is_inexact(array.dtype) else array for array in arrays]


def _alike(values: list[Value]) -> dict[str, Callable]:
    types = {value.dtype for value in values if is_inexact(value.dtype)}
    if any(map(is_key, values)) or not types <= {np.dtype(np.float32), np.dtype(np.float64)}:
        return {}
    return FLOATS if types else INTEGERS


def _by_jax(jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> list[Value]:
    given = {atom: value for atom, value in zip(equation.invars, values, strict=True) if not isinstance(atom, Literal)}
    alone = jaxpr.replace(constvars=[], invars=list(given), outvars=list(equation.outvars), eqns=[equation])
    return jaxpr_as_fun(ClosedJaxpr(alone, []))(*given.values())
