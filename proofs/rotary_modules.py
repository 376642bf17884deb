"""ROPE.1 and ROPE.2 on Equinox's attention with its rotary embedding, whose layout is half-split."""

import functools
from collections.abc import Callable

import jax
import numpy as np

from proofs.architectures import each_network, shapes_in_equinox
from proofs.attention import BIASES, HEADS, ROTARY, SIZE, before_and_after, equinox_attention
from proofs.attention_block import Attention, Pairs, queries_and_keys, with_queries_and_keys
from proofs.linear_modules import module_of_equinox
from proofs.rotations import Complex, Layout, Rotations, half_split, turned
from proofs.stacks import Change
from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.network import Batch, Layer


def rotary_attention(trials: Trials, fault: str):
    """Equinox's attention, with a rotary embedding of queries and keys."""
    return equinox_attention(trials, ROTARY)


def on_columns(act, factor: Complex) -> Change:
    """The change of the array (networks, before, head, size, after) that acts on each head's columns, its axis of the size."""

    def changed(heads: np.ndarray) -> np.ndarray:
        return np.moveaxis(act(np.moveaxis(heads, -1, 2), factor), 2, -1)

    return changed


def complex_factors(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """Queries times a complex number for each head and frequency, keys over its conjugate."""
    from proofs.rotary import over, over_conjugate, sheared, sheared_back, times

    numbers = trials.generator.standard_normal((2, count, 1, 1, HEADS, SIZE // 2))
    on_queries, on_keys = {
        "1/a for 1/conj(a)": (times, over),
        "a real matrix for each frequency": (sheared, sheared_back),
    }.get(fault, (times, over_conjugate))
    factor = Complex(*numbers)
    return {"query": on_columns(on_queries, factor), "key": on_columns(on_keys, factor)}


def complex_numbers_leave_the_module_as_it_is(trials: Trials, *, fault: str = "") -> None:
    """The outputs of Equinox's module after such factors equal those before."""
    networks = {"Equinox": functools.partial(before_and_after, rotary_attention, complex_factors)}
    for name, function, before, after in each_network(networks, trials, fault, ""):
        trials.compare(name, function, after, before)


def attend_by_equinox(attention: Attention, x: Array, turn: Callable) -> Array:
    """The outputs of Equinox's attention with the numbers of a single head, whose queries and keys are turned."""
    import equinox

    (head,) = attention.heads
    layers = (head.query, head.key, head.value, Layer(head.output, attention.bias))
    size, outputs = head.output.shape
    parameters, rest = shapes_in_equinox(
        lambda key: equinox.nn.MultiheadAttention(
            1, x.shape[1], qk_size=size, vo_size=size, output_size=outputs, **BIASES, dtype=x.dtype, key=key
        )
    )
    module = equinox.tree_at(
        lambda each: (each.query_proj, each.key_proj, each.value_proj, each.output_proj),
        equinox.combine(parameters, rest),
        tuple(map(module_of_equinox, layers)),
    )
    over_heads = jax.vmap(turn, in_axes=1, out_axes=1)
    return module(x, x, x, process_heads=lambda query, key, value: (over_heads(query), over_heads(key), value))


def outputs_and_gradient_by_equinox(
    attention: Attention, rotations: Rotations, batch: Batch, layout: Layout
) -> tuple[Array, Pairs]:
    """The outputs at every position, and JAX's gradient of their sum times the batch's y in queries and keys.

    The half-split layout is Equinox's rotary embedding, the interleaved one turns by the angles that Equinox uses.
    """
    import equinox

    positions, size = len(batch.x), attention.heads[0].output.shape[0]
    rotary = equinox.nn.RotaryPositionalEmbedding(size, dtype=batch.x.dtype)
    angles = Complex(*rotary.precompute_freqs_cis(size, positions, rotary.theta, rotary.dtype))
    turn = rotary if layout is half_split else functools.partial(turned, by=angles, layout=layout)

    def loss(layers: Pairs) -> tuple[Array, Array]:
        outputs = attend_by_equinox(with_queries_and_keys(attention, layers), batch.x, turn)
        return (outputs * batch.y).sum(), outputs

    gradient, outputs = jax.grad(loss, has_aux=True)(queries_and_keys(attention))
    return outputs, gradient


ROTATED = {"Equinox": outputs_and_gradient_by_equinox}
