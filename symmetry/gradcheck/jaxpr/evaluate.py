"""Running the equations of a jaxpr one by one: plain ones as JAX would, those that depend on an argument by our rules."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from symmetry.gradcheck.jaxpr.arithmetic import ARITHMETIC
from symmetry.gradcheck.jaxpr.contractions import CONTRACTIONS
from symmetry.gradcheck.jaxpr.control import CONTROL, PROGRAMS
from symmetry.gradcheck.jaxpr.functions import FUNCTIONS
from symmetry.gradcheck.jaxpr.indexing import INDEXING
from symmetry.gradcheck.jaxpr.plain import run_plain
from symmetry.gradcheck.jaxpr.reductions import REDUCTIONS
from symmetry.gradcheck.jaxpr.shapes import SHAPES
from symmetry.gradcheck.jaxpr.values import Value, as_value, is_inexact, shaped, widened
from symmetry.gradcheck.jaxpr.windows import WINDOWS
from symmetry.gradcheck.tape import CannotRun

RULES = ARITHMETIC | FUNCTIONS | SHAPES | INDEXING | REDUCTIONS | CONTRACTIONS | WINDOWS
"""What the primitives do to NumPy arrays, by name: functions of JAX's operands and parameters."""


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
            outcomes = run_plain(jaxpr, equation, values)
        else:
            outcomes = _by_rule(equation, values)
        known.update(zip(equation.outvars, outcomes, strict=True))
        for variable in done:
            known.pop(variable, None)
    return [_marked(atom, value_of(atom)) for atom in jaxpr.outvars]


def _last_used(jaxpr: Jaxpr) -> list[list[Var]]:
    """For each equation, the variables that no later one needs, and no result: arrays of exact numbers are large."""
    needed = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    found = []
    for equation in reversed(jaxpr.eqns):
        variables = {atom for atom in (*equation.invars, *equation.outvars) if not isinstance(atom, Literal)}
        found.append([variable for variable in variables if variable not in needed])
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
