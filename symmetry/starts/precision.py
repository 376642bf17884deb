"""How finely traced code computes: the unit in the last place of the coarsest floats in it."""

from typing import Any

import numpy as np
from jax import numpy as jnp

from symmetry.gradcheck.jaxpr.control import equations_of


def coarsest_unit(*programs: Any) -> float:
    """The largest unit in the last place of any array of floats that programs of JAX (`ClosedJaxpr`) compute.

    Single numbers do not count: they are the same for all units of a model.

    >>> import jax
    >>> with jax.enable_x64(True):
    ...     coarsest_unit(jax.make_jaxpr(lambda x: x.astype("float32") * 2)(np.ones(2))) == 2.0**-23
    True
    """
    units = [float(np.finfo(np.float64).eps)]
    for program in programs:
        for equation in equations_of(program.jaxpr):
            for result in equation.outvars:
                dtype = getattr(result.aval, "dtype", np.dtype(int))
                if getattr(result.aval, "shape", ()) and jnp.issubdtype(dtype, jnp.inexact):
                    units.append(float(jnp.finfo(dtype).eps))
    return max(units)
