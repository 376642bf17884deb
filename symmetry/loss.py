"""Losses: the value over a batch, which is the sum over its examples, and the error, its gradient in the outputs.

Written in operators, activations and `softmax`, so the same lines run in every number system.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from symmetry.activation import ABSOLUTE_VALUE, SIGMOID, SOFTPLUS, slope, value


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class Loss:
    """A named loss of outputs a and targets y, both of shape (batch, outputs).

    `value(a, y)` is a scalar and `error(a, y)`, of the shape of a, its gradient in a; `logits` says that the
    outputs are logits.
    """

    name: str
    value: Callable = dataclasses.field(repr=False)
    error: Callable = dataclasses.field(repr=False)
    logits: bool = dataclasses.field(default=False, repr=False)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class LossChoice:
    """One of `LOSSES`, chosen by an integer that may be traced: one kernel then serves them all."""

    index: Any

    def _select(self, outcomes: list):
        return jax.tree.map(lambda *leaves: jax.lax.select_n(self.index, *leaves), *outcomes)

    def value(self, outputs, targets):
        return self._select([loss.value(outputs, targets) for loss in LOSSES])

    def error(self, outputs, targets):
        return self._select([loss.error(outputs, targets) for loss in LOSSES])


@functools.singledispatch
def log_sum_exp(logits) -> Any:
    """log sum_k exp(a_k) of every row: shape (batch, 1)."""
    shift = logits.max(-1, keepdims=True)
    return jnp.log(jnp.exp(logits - shift).sum(-1, keepdims=True)) + shift


@functools.singledispatch
def softmax(logits) -> Any:
    """exp(a_k) / sum_j exp(a_j) of every row: the slope of `log_sum_exp`."""
    exponentials = jnp.exp(logits - logits.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def loss_named(name: str) -> Loss:
    """The loss of that name.

    >>> loss_named("half_squared_error").name
    'half_squared_error'

    Raises:
        ValueError: there is none of that name.
    """
    for loss in LOSSES:
        if loss.name == name:
            return loss
    raise ValueError(f"unknown loss {name!r}; choose one of {', '.join(loss.name for loss in LOSSES)}.")


HALF_SQUARED_ERROR = Loss(
    "half_squared_error",
    value=lambda a, y: ((a - y) * (a - y)).sum() / 2,
    error=lambda a, y: a - y,
)
MEAN_ABSOLUTE_ERROR = Loss(
    "mean_absolute_error",
    value=lambda a, y: value(a - y, ABSOLUTE_VALUE).sum() / y.shape[-1],
    error=lambda a, y: slope(a - y, ABSOLUTE_VALUE) / y.shape[-1],
)
SOFTMAX_CROSS_ENTROPY = Loss(
    "softmax_cross_entropy",
    value=lambda a, y: (y * (log_sum_exp(a) - a)).sum(),
    error=lambda a, y: y.sum(-1, keepdims=True) * softmax(a) - y,
    logits=True,
)
SIGMOID_BINARY_CROSS_ENTROPY = Loss(
    "sigmoid_binary_cross_entropy",
    value=lambda a, y: (value(a, SOFTPLUS) - a * y).sum(),
    error=lambda a, y: value(a, SIGMOID) - y,
    logits=True,
)

LOSSES: Sequence[Loss] = (
    HALF_SQUARED_ERROR,
    MEAN_ABSOLUTE_ERROR,
    SOFTMAX_CROSS_ENTROPY,
    SIGMOID_BINARY_CROSS_ENTROPY,
)
"""Every loss, the simplest first. The two cross-entropies take logits, so their output layer is affine.

The mean absolute error is the mean over the outputs of one example. Softmax with cross-entropy has the error
p sum(y) - y, which is p - y when the targets of an example sum to 1.
"""
