"""Running a function of JAX on symbols: what it does to arrays is traced, and its equations are computed exactly."""

from collections.abc import Callable, Mapping

import jax
import numpy as np
import sympy
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from symmetry.array import Tree
from symmetry.numbers.symbol.symbol import Symbol

INNER = ("jaxpr", "call_jaxpr")
"""The parameters in which equations hold other programs."""


def run_exactly(function: Callable, case: Tree, meanings: Mapping[str, Callable] = {}) -> Symbol:
    """The result of a function at a tree of floats, computed exactly; `meanings` replaces functions such as "exp".

    >>> import jax.numpy as jnp
    >>> run_exactly(lambda x: jnp.exp(x).sum(), np.array([0.5, 0.0]))
    Symbol(1 + exp(1/2), dtype=object)

    Raises:
        NotImplementedError: the function needs a primitive of JAX that has no rule here.
    """
    traced = jax.make_jaxpr(function)(case)
    (result,) = _run(traced.jaxpr, traced.consts, list(map(Symbol.of, jax.tree.leaves(case))), meanings)
    return result


def _run(program: Jaxpr, constants: list, arguments: list[Symbol], meanings: Mapping[str, Callable]) -> list[Symbol]:
    known = dict(zip(program.constvars, map(_exact, constants), strict=True))
    known |= dict(zip(program.invars, arguments, strict=True))
    for equation in program.eqns:
        values = [_exact(each.val) if isinstance(each, Literal) else known[each] for each in equation.invars]
        inner = next((equation.params[name] for name in INNER if name in equation.params), None)
        name = equation.primitive.name
        if inner is not None:
            whole = inner if isinstance(inner, ClosedJaxpr) else ClosedJaxpr(inner, ())
            outcomes = _run(whole.jaxpr, whole.consts, values, meanings)
        elif name in meanings:
            outcomes = [values[0].map(meanings[name])]
        elif name in RULES:
            outcomes = [RULES[name](*values, **equation.params)]
        else:
            raise NotImplementedError(f"JAX's primitive {name} has no rule on symbols")
        known.update(zip(equation.outvars, outcomes, strict=True))
    return [_exact(each.val) if isinstance(each, Literal) else known[each] for each in program.outvars]


def _exact(constant) -> Symbol:
    """A constant of a program, which may be infinite."""
    entries = [sympy.oo * int(np.sign(each)) if np.isinf(each) else each for each in np.ravel(constant)]
    return Symbol.of(entries).reshape(np.shape(constant)).view(Symbol)


def _largest(x: Symbol, *, axes: tuple[int, ...], **_) -> Symbol:
    others = [axis for axis in range(x.ndim) if axis not in axes]
    rows = np.transpose(x, [*others, *axes]).reshape(*[x.shape[axis] for axis in others], -1)
    return Symbol.of(np.apply_along_axis(lambda row: sympy.Max(*row), -1, np.asarray(rows)))


def _broadcast(x: Symbol, *, shape: tuple[int, ...], broadcast_dimensions: tuple[int, ...], **_) -> Symbol:
    sizes = [1] * len(shape)
    for axis, size in zip(broadcast_dimensions, x.shape, strict=True):
        sizes[axis] = size
    return np.broadcast_to(x.reshape(sizes), shape).view(Symbol)


def _dot(x: Symbol, y: Symbol, *, dimension_numbers, **_) -> Symbol:
    """Axes of the result: those of the batch, what is kept of the first, what is kept of the second."""
    (x_axes, y_axes), (x_batch, y_batch) = dimension_numbers
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    of_x = [next(letters) for _ in range(x.ndim)]
    of_y = [next(letters) for _ in range(y.ndim)]
    for one, other in zip((*x_axes, *x_batch), (*y_axes, *y_batch), strict=True):
        of_y[other] = of_x[one]
    kept = [of_x[axis] for axis in x_batch]
    kept += [of_x[axis] for axis in range(x.ndim) if axis not in (*x_axes, *x_batch)]
    kept += [of_y[axis] for axis in range(y.ndim) if axis not in (*y_axes, *y_batch)]
    return Symbol.of(np.einsum(f"{''.join(of_x)},{''.join(of_y)}->{''.join(kept)}", *map(np.asarray, (x, y))))


RULES: dict[str, Callable] = {
    "add": lambda x, y, **_: x + y,
    "sub": lambda x, y, **_: x - y,
    "mul": lambda x, y, **_: x * y,
    "div": lambda x, y, **_: x / y,
    "neg": lambda x, **_: -x,
    "exp": lambda x, **_: x.map(sympy.exp),
    "sqrt": lambda x, **_: x.map(sympy.sqrt),
    "max": lambda x, y, **_: Symbol.of(np.frompyfunc(sympy.Max, 2, 1)(*map(np.asarray, (x, y)))),
    "reduce_max": _largest,
    "reduce_sum": lambda x, *, axes, **_: x.sum(axis=tuple(map(int, axes))),
    "reshape": lambda x, *, new_sizes, **_: x.reshape(new_sizes),
    "transpose": lambda x, *, permutation, **_: np.transpose(x, permutation).view(Symbol),
    "broadcast_in_dim": _broadcast,
    "dot_general": _dot,
    "convert_element_type": lambda x, **_: x,
    "stop_gradient": lambda x, **_: x,
    "copy": lambda x, **_: x,
}
"""What JAX's primitives do to symbols, by name; a cast from one float type to another changes nothing."""
