"""Linear layers as modules of Flax and Equinox, with the numbers of a layer of ours: what larger modules are made of.

Each is traced once for all its calls in a kernel, by `jax.jit`: tracing a module takes longer than running it.
"""

import functools

import jax
import jax.numpy as jnp

from proofs.architectures import shapes_in_equinox
from symmetry.array import Array
from symmetry.network import Layer


@jax.jit
def linear_of_flax(layer: Layer, x: Array) -> Array:
    """What Flax's dense layer makes of the rows of x."""
    from flax import linen

    module = linen.Dense(layer.bias.shape[0], dtype=x.dtype, param_dtype=x.dtype)
    return module.apply({"params": {"kernel": layer.weight, "bias": layer.bias}}, x)


def module_of_equinox(layer: Layer):
    """Equinox's linear layer, which holds its weight with the outputs first and reads one row at a time."""
    import equinox

    shapes, rest = _linear_of_equinox(*layer.weight.shape, layer.weight.dtype)
    filled = equinox.tree_at(lambda module: (module.weight, module.bias), shapes, (layer.weight.T, layer.bias))
    return equinox.combine(filled, rest)


@functools.cache
def _linear_of_equinox(inputs: int, outputs: int, dtype: jnp.dtype):
    import equinox

    return shapes_in_equinox(lambda key: equinox.nn.Linear(inputs, outputs, dtype=dtype, key=key))


@jax.jit
def linear_of_equinox(layer: Layer, x: Array) -> Array:
    """What Equinox's linear layer makes of the rows of x."""
    return jax.vmap(module_of_equinox(layer))(x)


LINEAR = {"Flax": linear_of_flax, "Equinox": linear_of_equinox}
"""A layer's outputs for the rows of x, by the module of each library."""
