"""For the tests of your own model: assertions, a Hypothesis strategy, and a type of case for `@theorem`.

>>> import jax.numpy as jnp
>>> def mlp(params, x):
...     return jnp.tanh(x @ params["W1"]) @ params["W2"]
>>> params = {"W1": jnp.ones((2, 3)), "W2": jnp.ones((3, 1))}
>>> assert_symmetric(mlp, params, jnp.ones((4, 2)))
"""

from symmetry.testing.assertions import assert_equivariant_update, assert_same_function, assert_symmetric
from symmetry.testing.drawn import Model
from symmetry.testing.strategies import networks

__all__ = ["Model", "assert_equivariant_update", "assert_same_function", "assert_symmetric", "networks"]
