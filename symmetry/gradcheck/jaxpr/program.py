"""A function of JAX as a program that can be run again, with trees of arrays as arguments and result."""

import dataclasses
import functools
from collections.abc import Callable

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from symmetry.gradcheck.exact import ExactNumber
from symmetry.gradcheck.jaxpr.evaluate import evaluate
from symmetry.gradcheck.jaxpr.values import Shaped, Value, as_value, is_key, shaped, widened
from symmetry.gradcheck.parameters import Leaf, Tree


@dataclasses.dataclass(frozen=True)
class Program:
    """What a function does with arrays of certain shapes, equation by equation.

    Attributes:
        equations: JAX's jaxpr.
        arguments: the tree of the arguments.
        result: the tree of the result.
        in_64_bits: whether JAX had 64 bits when it was traced; constants are computed as it had them.
    """

    equations: ClosedJaxpr
    arguments: Tree
    result: Tree
    in_64_bits: bool


def traced(function: Callable, *arguments: Tree) -> Program:
    """What a function does with arguments of these shapes and types.

    Raises:
        Exception: whatever JAX raises on a function that it cannot trace, such as one with `if` on an entry.
    """
    equations, shapes = jax.make_jaxpr(function, return_shape=True)(*arguments)
    result = jax.tree.structure(shapes)
    return Program(equations, jax.tree.structure(arguments), result, bool(jax.config.read("jax_enable_x64")))


def interpreted(function: Callable, *arguments: Tree) -> Callable:
    """The function as a program for arguments of these shapes and types; integers come out as JAX has them, to the bit."""
    return functools.partial(run, traced(function, *arguments))


def run(program: Program, *arguments: Tree) -> Tree:
    """The result of the program on NumPy arrays: as the function's result, with arrays of the arguments' kind.

    Floats count as real numbers: a cast from one float type to another changes nothing. What depends on no argument is
    computed as JAX computes it, in the types of the trace, and then widened to float64.

    Arguments are trees of arrays like those of the trace: float64, longdouble, complex numbers (whose imaginary parts are
    vanishing changes), `Numbers`, integers and booleans.

    Raises:
        CannotRun: the program needs a primitive without a rule, or makes integers of numbers that depend on an input.
        ValueError: the arguments have another tree or other shapes than the program was traced with.

    >>> import jax.numpy as jnp
    >>> from symmetry.gradcheck.exact import inputs_like
    >>> from symmetry.gradcheck.tape import recording
    >>> program = traced(lambda x: jnp.sum(x**3), np.ones(2))
    >>> float(run(program, np.array([1.0, 2.0])))
    9.0
    >>> with recording() as tape:
    ...     x = inputs_like(tape, {"x": np.array([1.0, 2.0])})["x"]
    ...     [float(slope) for slope in tape.derivatives(run(program, x)[()], 2)]
    [3.0, 12.0]
    """
    leaves, tree = jax.tree.flatten(arguments)
    if tree != program.arguments:
        raise ValueError(f"run: the arguments are {tree}, but the program was traced with {program.arguments}")
    pairs = zip(leaves, map(shaped, program.equations.jaxpr.invars), strict=True)
    values = [_checked(leaf, aval, place) for place, (leaf, aval) in enumerate(pairs)]
    with jax.enable_x64(program.in_64_bits), np.errstate(all="ignore"):
        return jax.tree.unflatten(program.result, [widened(each) for each in evaluate(program.equations, *values)])


def _checked(leaf: Leaf, aval: Shaped, place: int) -> Value:
    if is_key(leaf):
        return leaf
    array = as_value(np.array(leaf, object) if isinstance(leaf, ExactNumber) else leaf, aval)
    if array.shape != aval.shape:
        raise ValueError(
            f"run: array {place} of the arguments has shape {array.shape}, but the program was traced with {aval.shape}"
        )
    return array
