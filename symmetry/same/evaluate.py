"""Running a program equation by equation, where an arithmetic says what each equation rounds and how constants are taken.

The rules of the primitives are those of `symmetry.gradcheck.jaxpr`; what is added here is that every number can be looked
at, moved or widened on its way.
"""

import functools
from collections.abc import Sequence
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from symmetry.gradcheck.jaxpr.control import CONTROL, PROGRAMS
from symmetry.gradcheck.jaxpr.evaluate import RULES
from symmetry.gradcheck.jaxpr.evaluate import evaluate as evaluate_plain
from symmetry.gradcheck.jaxpr.values import Parameter, Value, as_value, is_inexact, is_key, shaped, widened
from symmetry.gradcheck.tape import CannotRun


class Arithmetic:
    """How numbers are treated; this one leaves them as they are.

    A float that depends on no argument is JAX's array, in the type of the trace; one that does is NumPy's, of floats of 64
    bits or of exact numbers.
    """

    def given(self, value: Value) -> Value:
        """A constant of the program: a literal, or an array that the function closes over."""
        return value

    def computed(self, equation: JaxprEqn, value: Value) -> Value:
        """What an equation makes of constants alone."""
        return value

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        """The result of an equation at a place among its results."""
        return outcome


def evaluate(arithmetic: Arithmetic, program: ClosedJaxpr, *arguments: Value) -> list[Value]:
    """The values of the program's results.

    Raises:
        CannotRun: a primitive that is needed has no rule.
    """
    jaxpr = program.jaxpr
    constants = [_given(arithmetic, constant) for constant in program.consts]
    known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arguments], strict=True))

    def value_of(atom: Var | Literal) -> Value:
        if not isinstance(atom, Literal):
            return known[atom]
        return _given(arithmetic, np.asarray(atom.val, shaped(atom).dtype))

    for equation, done in zip(jaxpr.eqns, _last_used(jaxpr), strict=True):
        outcomes = _outcomes(arithmetic, jaxpr, equation, [value_of(atom) for atom in equation.invars])
        known.update(zip(equation.outvars, outcomes, strict=True))
        for variable in done:
            known.pop(variable, None)
    return [value_of(atom) for atom in jaxpr.outvars]


def is_plain(value: Value) -> bool:
    """Whether a value depends on no argument, or holds no floats."""
    return isinstance(value, jax.Array) or not (value.dtype == object or is_inexact(value.dtype))


def _given(arithmetic: Arithmetic, constant: Value) -> Value:
    if is_key(constant):
        return constant
    array = np.asarray(constant)
    return arithmetic.given(jnp.asarray(array)) if is_inexact(array.dtype) else array


def _outcomes(arithmetic: Arithmetic, jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> Sequence[Value]:
    name = equation.primitive.name
    if name in PROGRAMS or (name in CONTROL and not all(map(is_plain, values))):
        return CONTROL[name](functools.partial(evaluate, arithmetic), *values, **equation.params)
    if all(map(is_plain, values)):
        outcomes = _of_constants(jaxpr, equation, values)
        return [arithmetic.computed(equation, each) if is_inexact(each.dtype) else each for each in outcomes]
    return _by_rule(arithmetic, equation, values)


def _of_constants(jaxpr: Jaxpr, equation: JaxprEqn, values: list[Value]) -> Sequence[Value]:
    """The results of an equation on constants, as JAX computes them in the types of the trace."""
    pairs = list(zip(equation.invars, values, strict=True))
    if any(isinstance(atom, Literal) and np.any(np.asarray(value) != atom.val) for atom, value in pairs):
        outcome = equation.primitive.bind(*values, **equation.params)  # a literal that was moved
        return outcome if equation.primitive.multiple_results else [outcome]
    given = {atom: value for atom, value in pairs if not isinstance(atom, Literal)}
    alone = jaxpr.replace(constvars=[], invars=list(given), outvars=list(equation.outvars), eqns=[equation])
    return evaluate_plain(ClosedJaxpr(alone, []), *given.values())


def _by_rule(arithmetic: Arithmetic, equation: JaxprEqn, values: list[Value]) -> list[Value]:
    primitive, operands = equation.primitive, [cast(np.ndarray, widened(value)) for value in values]
    rule = RULES.get(primitive.name, functools.partial(_in_doubles, equation))
    outcome = rule(*operands, **equation.params)
    outcomes = outcome if primitive.multiple_results else [outcome]
    made = [as_value(each, shaped(atom)) for each, atom in zip(outcomes, equation.outvars, strict=True)]
    return [arithmetic.rounded(equation, place, operands, each) for place, each in enumerate(made)]


def _in_doubles(equation: JaxprEqn, *operands: np.ndarray, **_: Parameter) -> Value | list[Value]:
    """What JAX itself makes of an equation without a rule, in float64."""
    name = equation.primitive.name
    if any(operand.dtype == object for operand in operands):
        raise CannotRun(f"JAX's primitive {name} has no rule on exact numbers")
    try:
        with jax.enable_x64(True):
            return equation.primitive.bind(*map(jnp.asarray, operands), **equation.params)
    except Exception as error:  # such as a type among the parameters of the primitive
        raise CannotRun(f"JAX's primitive {name} does not run in float64") from error


def _last_used(jaxpr: Jaxpr) -> list[set[Var]]:
    """For each equation, the variables that no later one needs, and no result: arrays of exact numbers are large."""
    needed = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    found = []
    for equation in reversed(jaxpr.eqns):
        variables = {atom for atom in (*equation.invars, *equation.outvars) if not isinstance(atom, Literal)}
        found.append(variables - needed)
        needed |= variables
    return found[::-1]
