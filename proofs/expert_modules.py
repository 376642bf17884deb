"""MOE.1 on experts made of Equinox's linear layers, stacked by it, behind JAX's choice of the largest logits."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from proofs.linear_modules import linear_of_equinox, module_of_equinox
from proofs.router import CHOSEN, Mixture, sigmoids
from symmetry.array import Array
from symmetry.loss import softmax

BY_JAX = {softmax: jax.nn.softmax, sigmoids: jax.nn.sigmoid}
"""JAX's function in the place of ours."""


def mixed_by_equinox(mixture: Mixture, x: Array, probabilities: Callable = softmax) -> Array:
    """The sum of the outputs of the chosen experts, each times its share: shape (examples, outputs)."""
    import equinox

    def outputs(reads, writes):
        return jax.vmap(lambda row: writes(jax.nn.silu(reads(row))))(x)

    reads, writes = (equinox.filter_vmap(module_of_equinox)(stack) for stack in (mixture.reads, mixture.writes))
    of_experts = equinox.filter_vmap(outputs)(reads, writes)
    logits = linear_of_equinox(mixture.router, x)
    _, places = jax.lax.top_k(logits, CHOSEN)
    kept = jnp.take_along_axis(BY_JAX[probabilities](logits), places, axis=1)
    shares = kept / kept.sum(axis=1, keepdims=True)
    of_chosen = jnp.take_along_axis(jnp.swapaxes(of_experts, 0, 1), places[:, :, None], axis=1)
    return (of_chosen * shares[:, :, None]).sum(axis=1)


MIXED = {"Equinox": mixed_by_equinox}
