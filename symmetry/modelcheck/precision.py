"""How precisely a model is run: its floats widened to 64 bits, and the narrowest float that it computes in nevertheless."""

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr

from symmetry.discovery.leaves import Leaf


def has_floats(leaf: Leaf) -> bool:
    """Whether an array holds real or complex floats, as opposed to integers or random keys."""
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact)


def widened(leaf: Leaf) -> Leaf:
    """An array of float64 or complex128 in the place of narrower floats; others stay."""
    if not has_floats(leaf):
        return leaf
    wide = np.dtype(np.complex128 if jnp.issubdtype(leaf.dtype, jnp.complexfloating) else np.float64)
    if isinstance(leaf, jax.ShapeDtypeStruct):
        return jax.ShapeDtypeStruct(leaf.shape, wide)
    return np.asarray(leaf).astype(wide)


def narrowest_float(program: ClosedJaxpr) -> np.dtype:
    """The least precise of the float types that a program computes in."""
    types = {np.dtype(dtype) for dtype in _types(program.jaxpr) if jnp.issubdtype(dtype, jnp.inexact)}
    return max(types, key=lambda dtype: float(jnp.finfo(dtype).eps), default=np.dtype(np.float64))


def _types(jaxpr: Jaxpr) -> Iterator[np.dtype]:
    for equation in jaxpr.eqns:
        dtypes = (getattr(variable.aval, "dtype", None) for variable in equation.outvars)
        yield from (dtype for dtype in dtypes if dtype is not None)
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                if isinstance(inner, ClosedJaxpr | Jaxpr):
                    yield from _types(inner.jaxpr if isinstance(inner, ClosedJaxpr) else inner)
