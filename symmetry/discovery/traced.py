"""A model's function as a program, with the paths of its parameters and results."""

import dataclasses
from collections.abc import Callable

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Var
from jax.interpreters.partial_eval import dce_jaxpr

from symmetry.discovery.leaves import Tree, named_arrays, named_leaves, require_units, split


class CannotTrace(ValueError):
    """JAX could not make a program of the function."""


@dataclasses.dataclass(frozen=True)
class Traced:
    """A program with names.

    Attributes:
        program: JAX's equations; its arguments are the arrays of the parameters, then those of the inputs.
        params: the paths of the parameters, in the order of the arguments.
        results: the paths of the results, in their order.
        used: which of the arguments some result depends on.
        live: the program without what no result depends on.
    """

    program: ClosedJaxpr
    params: tuple[str, ...]
    results: tuple[str, ...]
    used: tuple[bool, ...]
    live: Jaxpr

    @property
    def arguments(self) -> list[Var]:
        """The variables of the arguments."""
        return self.program.jaxpr.invars


def traced(apply: Callable, params: Tree, inputs: tuple[Tree, ...]) -> Traced:
    """The program of `apply(params, *inputs)`; leaves that are no arrays are part of it.

    Raises:
        CannotTrace: the function raises, as one does that asks for the value of an entry, or returns other things than
            arrays.
    """
    arrays, joined = split((params, inputs))
    require_units(named_arrays((params, inputs)))

    def of_arrays(*leaves: jax.Array) -> Tree:
        own, given = joined(list(leaves))
        results = apply(own, *given)
        for path, leaf in named_leaves(results).items():
            if not isinstance(leaf, (jax.Array, np.ndarray, np.generic, bool, int, float, complex)):
                raise TypeError(f"the result {path or 'of apply'} is {type(leaf).__name__}, not an array.")
        return results

    try:
        program, results = jax.make_jaxpr(of_arrays, return_shape=True)(*arrays)
    except Exception as error:  # whatever a reader's function raises while it is traced
        raise CannotTrace(
            f"apply(params, *inputs) cannot be traced by JAX: {type(error).__name__}: {_first_line(error)} "
            "Pass a function of JAX arrays that returns arrays, and arguments that fit it."
        ) from error
    live, used = dce_jaxpr(program.jaxpr, [True] * len(program.jaxpr.outvars))
    return Traced(program, tuple(named_arrays(params)), tuple(named_leaves(results)), tuple(used), live)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "").rstrip(".") + "."
