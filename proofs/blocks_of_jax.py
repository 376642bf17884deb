"""The blocks of the theorems once more, in JAX's own functions: second programs that share no line with the first.

Positions are turned by complex numbers, experts are picked by `top_k`, singular values are iterated in the place of matrices,
and gradients are those of `jax.grad`.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from proofs.adapter import Adapter, Factors
from proofs.attention_block import Attention
from proofs.attention_scores import Head, Heads
from proofs.folded_batch_norm import RunningNorm
from proofs.gated_layer import GatedLayer
from proofs.grouped_heads import GroupedAttention
from proofs.muon import TurnedMatrix
from proofs.residual_layers import Norm, Stream
from proofs.rotations import Complex
from proofs.router import CHOSEN, Mixture
from symmetry.network import Batch, Layer, Network

Rows = jax.Array
"""Floats of JAX: a row for each position or example."""


def half_split(rows: Rows, by: Complex) -> Rows:
    """The columns of each frequency, all real parts before all imaginary ones, times its complex number."""
    real, imaginary = jnp.split(rows, 2, axis=-1)
    moved = (real + 1j * imaginary) * (by.real + 1j * by.imaginary)
    return jnp.concatenate([moved.real, moved.imag], axis=-1)


def interleaved(rows: Rows, by: Complex) -> Rows:
    """The same with an imaginary part behind each real one."""
    moved = (rows[..., ::2] + 1j * rows[..., 1::2]) * (by.real + 1j * by.imaginary)
    return jnp.stack([moved.real, moved.imag], axis=-1).reshape(rows.shape)


def attention(block: Attention, x: Rows, turn: Callable[[Rows], Rows]) -> Rows:
    """The outputs of heads with keys and values of their own."""
    heads = jax.tree.map(lambda *parts: jnp.stack(parts), *block.heads)
    query, key, value = (_of_heads(x, layer) for layer in (heads.query, heads.key, heads.value))
    return _attended(query, key, value, heads.output, turn) + block.bias


def grouped_attention(block: GroupedAttention, x: Rows) -> Rows:
    """The outputs of heads that share keys and values with the others of their group."""
    query, key, value = (_of_heads(x, layer) for layer in (block.query, block.key, block.value))
    of_a_group = len(query) // len(key)
    key, value = (jnp.repeat(each, of_a_group, axis=0) for each in (key, value))
    return _attended(query, key, value, block.output, lambda rows: rows) + block.bias


def _of_heads(x: Rows, layer: Layer) -> Rows:
    return jnp.einsum("tf,hfs->hts", x, layer.weight) + layer.bias[:, None, :]


def _attended(query: Rows, key: Rows, value: Rows, output: Rows, turn: Callable[[Rows], Rows]) -> Rows:
    turned = [jax.vmap(turn)(each) for each in (query, key)]
    weights = jax.nn.softmax(jnp.einsum("hts,hus->htu", *turned), axis=-1)
    return jnp.einsum("htu,hus,hso->to", weights, value, output)


def gated(units: GatedLayer, x: Rows) -> Rows:
    """SwiGLU with biases."""
    return (jax.nn.silu(_linear(x, units.gate)) * _linear(x, units.up)) @ units.down.weight + units.down.bias


def _linear(x: Rows, layer: Layer) -> Rows:
    return x @ layer.weight + layer.bias


def mixture(experts: Mixture, x: Rows) -> Rows:
    """The experts of the largest logits, in the order of these, times a softmax over the same."""
    largest, places = jax.lax.top_k(_linear(x, experts.router), CHOSEN)
    hidden = jax.nn.silu(jnp.einsum("ni,eiu->neu", x, experts.reads.weight) + experts.reads.bias)
    written = jnp.einsum("neu,euo->neo", hidden, experts.writes.weight) + experts.writes.bias
    chosen = jnp.take_along_axis(written, places[:, :, None], axis=1)
    return jnp.einsum("nk,nko->no", jax.nn.softmax(largest), chosen)


def layer_norm(rows: Rows, norm: Norm) -> Rows:
    """Less the mean over features, over the root of the variance and epsilon."""
    return _over_root(rows - rows.mean(-1, keepdims=True), rows.var(-1, keepdims=True), norm)


def rms_norm(rows: Rows, norm: Norm) -> Rows:
    """Over the root of the mean square and epsilon."""
    return _over_root(rows, jnp.square(rows).mean(-1, keepdims=True), norm)


def _over_root(rows: Rows, size: Rows, norm: Norm) -> Rows:
    return rows / jnp.sqrt(size + norm.epsilon) * norm.scale + norm.shift


def read_out(stream: Stream, x: Rows, normed: Callable[[Rows, Norm], Rows]) -> Rows:
    """A block with its norm in front, a residual connection, and a norm before the head."""
    rows = _linear(x, stream.embedding)
    rows += gated(stream.units, normed(rows, stream.norms[0]))
    return _linear(normed(rows, stream.norms[1]), stream.head)


def evaluated(network: Network, norm: RunningNorm, x: Rows) -> Rows:
    """A hidden layer of tanh behind a batch norm in evaluation, and an affine layer."""
    first, last = network.layers
    deviation = jnp.sqrt(norm.variance + norm.epsilon)
    return _linear(jnp.tanh((_linear(x, first) - norm.mean) / deviation * norm.scale + norm.shift), last)


def gradient_in_factors(adapter: Adapter, batch: Batch) -> Factors:
    """The gradient of the loss of x W + x B A in B and A."""

    def loss(factors: Factors) -> Any:
        return adapter.loss.value(batch.x @ adapter.frozen + batch.x @ factors.into @ factors.out, batch.y)

    return jax.grad(loss)(adapter.factors)


def scores(heads: tuple[Head, ...], x: Rows, *, rotary: bool) -> Rows:
    """Products of queries and keys, the heads side by side; pair j is turned n times by the angle of (j + 2 + i)^2."""
    query, key = (jnp.stack([x @ getattr(head, part) for head in heads]) for part in ("query", "key"))
    if rotary:
        m = np.arange(query.shape[-1] // 2) + 2
        turns = ((m + 1j) ** 2 / (m * m + 1)) ** np.arange(len(x))[:, None]
        query, key = (half_split(each, Complex(turns.real, turns.imag)) for each in (query, key))
    return jnp.einsum("hts,hus->thu", query, key).reshape(len(x), -1)


def gradients(case: Heads, *, rotary: bool) -> tuple[Head, ...]:
    """The gradient of the loss in every head's weights."""
    return jax.grad(lambda heads: case.loss.value(scores(heads, case.x, rotary=rotary), case.y))(case.heads)


def newton_schulz(case: TurnedMatrix) -> Rows:
    """Singular vectors as they are; singular values over the root of the sum of their squares, iterated as numbers."""
    left, values, right = jnp.linalg.svd(case.matrix, full_matrices=False)
    a, b, c = case.coefficients
    values = values / jnp.linalg.norm(values)
    for _ in range(case.iterations):
        values = a * values + b * values**3 + c * values**5
    return (left * values) @ right
