"""LN.1 and LN.2 on a block of linear layers that read a stream through the norms of Flax and of Equinox."""

import functools
from collections.abc import Callable

import jax

from proofs.gated_modules import gated_by
from proofs.linear_modules import LINEAR
from proofs.norms import layer_norm, rms_norm
from proofs.residual_layers import Norm, Stream
from symmetry.array import Array


@functools.partial(jax.jit, static_argnames="kind")
def normed_by_flax(norm: Norm, rows: Array, kind: Callable) -> Array:
    """What a reader gets through Flax's norm of that kind, with epsilon as Flax has it; its RMS norm has no shift."""
    from flax import linen

    if kind is layer_norm:
        # The fast variance, a mean of squares less a squared mean, loses digits that the yardstick does not grant.
        module = linen.LayerNorm(use_fast_variance=False, dtype=rows.dtype, param_dtype=rows.dtype)
        return module.apply({"params": {"scale": norm.scale, "bias": norm.shift}}, rows)
    if kind is rms_norm:
        module = linen.RMSNorm(dtype=rows.dtype, param_dtype=rows.dtype)
        return module.apply({"params": {"scale": norm.scale}}, rows) + norm.shift
    return norm.read(rows, kind)


@functools.partial(jax.jit, static_argnames="kind")
def normed_by_equinox(norm: Norm, rows: Array, kind: Callable) -> Array:
    """The same with Equinox's norms, which read one row at a time."""
    import equinox

    modules = {layer_norm: equinox.nn.LayerNorm, rms_norm: equinox.nn.RMSNorm}
    if kind not in modules:
        return norm.read(rows, kind)
    module = modules[kind](rows.shape[-1], dtype=rows.dtype)
    filled = equinox.tree_at(lambda each: (each.weight, each.bias), module, (norm.scale, norm.shift))
    return jax.vmap(filled)(rows)


def read_out_by(
    linear: Callable, normed: Callable, stream: Stream, x: Array, *, for_units: Callable, for_head: Callable
) -> Array:
    """The outputs (examples, outputs) of a block made of a library's linear layers and norms."""
    of_units, of_head = stream.norms
    rows = linear(stream.embedding, x)
    rows = rows + gated_by(linear, stream.units, normed(of_units, rows, for_units))
    return linear(stream.head, normed(of_head, rows, for_head))


NORMED = {"Flax": normed_by_flax, "Equinox": normed_by_equinox}

READ_OUT = {name: functools.partial(read_out_by, linear, NORMED[name]) for name, linear in LINEAR.items()}
"""Such a block made of the modules of each library."""
