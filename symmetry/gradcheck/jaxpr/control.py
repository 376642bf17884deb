"""Rules of the primitives that run other programs: calls, branches and loops.

A function with its own rule for derivatives counts by what it computes, so its rule is never looked at.
"""

import functools
from collections.abc import Callable, Iterator, Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, jaxprs_in_params

from symmetry.gradcheck.jaxpr.values import Parameter, Shaped, Value, numbers_of, widened

PROGRAMS = {
    **dict.fromkeys(("jit", "pjit", "remat", "remat2", "checkpoint", "composite"), "jaxpr"),
    **dict.fromkeys(("call", "closed_call", "custom_jvp_call", "custom_vjp_call"), "call_jaxpr"),
    "custom_vmap_call": "call",
}
"""Primitives that just call a program, with the parameter that holds it."""

Evaluate = Callable[..., list[Value]]


def equations_of(jaxpr: Jaxpr) -> Iterator[JaxprEqn]:
    """All equations of a program, those of the programs inside it among them, in their order."""
    for equation in jaxpr.eqns:
        yield equation
        for inner in jaxprs_in_params(equation.params):
            yield from equations_of(inner)


def called_program(name: str, parameters: Mapping[str, Parameter]) -> ClosedJaxpr:
    """The program that a primitive of `PROGRAMS` calls."""
    program = parameters[PROGRAMS[name]]
    return program if isinstance(program, ClosedJaxpr) else ClosedJaxpr(program, ())


def _call(primitive: str, evaluate: Evaluate, /, *values: Value, **parameters: Parameter) -> list[Value]:
    return evaluate(called_program(primitive, parameters), *values)


def _while(
    evaluate: Evaluate,
    *values: Value,
    cond_jaxpr: ClosedJaxpr,
    body_jaxpr: ClosedJaxpr,
    cond_nconsts: int,
    body_nconsts: int,
    **_: object,
) -> list[Value]:
    tested, kept = values[:cond_nconsts], values[cond_nconsts : cond_nconsts + body_nconsts]
    carry = list(values[cond_nconsts + body_nconsts :])
    while bool(evaluate(cond_jaxpr, *tested, *carry)[0]):
        carry = evaluate(body_jaxpr, *kept, *carry)
    return carry


def _scan(
    evaluate: Evaluate,
    *values: Value,
    jaxpr: ClosedJaxpr,
    length: int,
    reverse: bool,
    num_consts: int,
    num_carry: int,
    **_: object,
) -> list[Value]:
    kept, carry = values[:num_consts], list(values[num_consts : num_consts + num_carry])
    sequences, rows = values[num_consts + num_carry :], {}
    for step in reversed(range(length)) if reverse else range(length):
        # "..." keeps a single entry an array
        outcomes = evaluate(jaxpr, *kept, *carry, *(each[step, ...] for each in sequences))
        carry, rows[step] = outcomes[:num_carry], outcomes[num_carry:]
    return carry + [
        _stacked([rows[step][place] for step in range(length)], aval)
        for place, aval in enumerate(jaxpr.out_avals[num_carry:])
    ]


def _stacked(column: list[Value], aval: Shaped) -> Value:
    if not column:
        return np.zeros((0, *aval.shape), aval.dtype)
    if all(isinstance(each, jax.Array) for each in column):
        return jnp.stack(column)
    rows = np.stack([np.asarray(widened(each)) for each in column])
    return numbers_of(rows) if rows.dtype == object else rows


CONTROL: dict[str, Callable] = {
    **{name: functools.partial(_call, name) for name in PROGRAMS},
    "cond": lambda evaluate, index, *values, branches, **_: evaluate(
        branches[min(max(int(index), 0), len(branches) - 1)], *values
    ),
    "while": _while,
    "scan": _scan,
    "debug_callback": lambda *_, **__: [],
    "debug_print": lambda *_, **__: [],
}
"""Functions of `evaluate`, and of JAX's operands and parameters."""
