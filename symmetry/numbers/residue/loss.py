"""Losses of residues, and softmax: random oracles with the derivatives that belong to them."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import reciprocal_square_root
from symmetry.array import Array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.residue.oracle import count_queries, hashed, mix_rows
from symmetry.numbers.residue.residue import Residue


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnknownLoss:
    """A random oracle in the place of a loss of one example: its value, gradient and Hessian are hashes."""

    key: Array

    def value(self, outputs: Array, targets: Array) -> Array:
        return unknown_loss(outputs, targets, self.key)

    def error(self, outputs: Array, targets: Array) -> Array:
        return unknown_error(outputs, targets, self.key)


@functools.singledispatch
def unknown_loss(outputs: Array, targets: Array, key: Array) -> Array:
    """The sum over the examples of a hash of each."""
    count_queries(outputs.shape[0])
    return hashed(_examples(outputs, targets, key), 0).sum()


@functools.singledispatch
def unknown_error(outputs: Array, targets: Array, key: Array) -> Array:
    """The gradient that goes with `unknown_loss`: shape (examples, outputs)."""
    count_queries(outputs.value.size)
    units = jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1
    return hashed(_examples(outputs, targets, key)[:, None], units)


def unknown_curvature(outputs: Residue, targets: Residue, key: Array) -> Residue:
    """The Hessians, one an example, that go with `unknown_error`: shape (examples, outputs, outputs)."""
    count = outputs.shape[-1]
    count_queries(outputs.value.size * count)
    units = jnp.arange(count, dtype=jnp.uint64)
    pairs = count + 1 + count * jnp.minimum(units[:, None], units) + jnp.maximum(units[:, None], units)
    return hashed(_examples(outputs, targets, key)[:, None, None], pairs)


def _examples(outputs: Residue, targets: Residue, key: Array) -> Array:
    return mix_rows(mix_rows(key, outputs.value), targets.value)


_LOG_SUM_EXP = np.uint64(0x9E3779B97F4A7C15)
_ROOT = np.uint64(0xC2B2AE3D27D4EB4F)


@log_sum_exp.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits, and so larger by c where every logit is."""
    count_queries(logits.shape[0])
    first = logits[:, :1]
    return hashed(mix_rows(_LOG_SUM_EXP, (logits - first).value)[:, None], 0) + first


@softmax.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits; each row sums to 1."""
    count_queries(logits.value.size)
    classes = np.arange(logits.shape[-1])
    rows = mix_rows(_LOG_SUM_EXP, (logits - logits[:, :1]).value)[:, None]
    others = hashed(rows, (classes + 1).astype(np.uint64)) * (classes > 0)
    return others + (1 - others.sum(-1, keepdims=True)) * (classes == 0)


@reciprocal_square_root.register
def _(z: Residue) -> Residue:
    """An oracle. Its one known property: duals take -1/2 of its cube for its slope."""
    count_queries(z.value.size)
    return hashed(_ROOT, z.value)
