"""Losses: the value over a batch, which is the sum over its examples, and the error, its gradient in the outputs.

Written in operators, activations and `softmax`, so the same lines run in every number system. To add one, write it here
and in the list `LOSSES`.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Protocol

import jax
import jax.numpy as jnp

from symmetry.activation import ABSOLUTE_VALUE, SIGMOID, SOFTPLUS, slope, value
from symmetry.array import Array, pytree
from symmetry.given import shown


class LossLike(Protocol):
    """Whatever can stand in the place of a loss in some number system."""

    def value(self, outputs: Array, targets: Array, /) -> Array:
        """A scalar: the sum over the examples."""
        ...

    def error(self, outputs: Array, targets: Array, /) -> Array:
        """The gradient of the value in the outputs, of their shape."""
        ...


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class Loss:
    """A named loss of outputs a and targets y, both of shape (batch, outputs).

    `value(a, y)` is a scalar and `error(a, y)`, of the shape of a, its gradient in a. `formula` is the loss of one example
    as a SymPy expression, from lists of its outputs and targets.
    """

    name: str
    value: Callable[[Array, Array], Array] = dataclasses.field(repr=False)
    error: Callable[[Array, Array], Array] = dataclasses.field(repr=False)
    formula: Callable[[Sequence, Sequence], Array] = dataclasses.field(repr=False)
    logits: bool = dataclasses.field(default=False, repr=False)
    """Whether it takes logits, so that its output layer is affine."""


@pytree
class LossChoice:
    """One of `LOSSES`, chosen by an integer that may be traced: one kernel then serves them all."""

    index: Array

    def _select(self, outcomes: list) -> Array:
        return jax.tree.map(lambda *leaves: jax.lax.select_n(self.index, *leaves), *outcomes)

    def value(self, outputs: Array, targets: Array) -> Array:
        return self._select([loss.value(outputs, targets) for loss in LOSSES])

    def error(self, outputs: Array, targets: Array) -> Array:
        return self._select([loss.error(outputs, targets) for loss in LOSSES])


@functools.singledispatch
def log_sum_exp(logits: Array) -> Array:
    """log sum_k exp(a_k) of every row: shape (batch, 1)."""
    shift = logits.max(-1, keepdims=True)
    return jnp.log(jnp.exp(logits - shift).sum(-1, keepdims=True)) + shift


@functools.singledispatch
def softmax(logits: Array) -> Array:
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
    known = {loss.name: loss for loss in LOSSES}
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"unknown loss {shown(name)}; choose one of {', '.join(known)}.")
    return known[name]


HALF_SQUARED_ERROR = Loss(
    "half_squared_error",
    value=lambda a, y: ((a - y) * (a - y)).sum() / 2,
    error=lambda a, y: a - y,
    formula=lambda outputs, targets: sum((a - y) ** 2 for a, y in zip(outputs, targets, strict=True)) / 2,
)


def _mean_absolute_error(outputs: Sequence, targets: Sequence) -> Array:
    from sympy import sympify

    gaps = [sympify(ABSOLUTE_VALUE.formula, locals={"z": a - y}) for a, y in zip(outputs, targets, strict=True)]
    return sum(gaps) / len(outputs)


MEAN_ABSOLUTE_ERROR = Loss(
    "mean_absolute_error",
    value=lambda a, y: value(a - y, ABSOLUTE_VALUE).sum() / y.shape[-1],
    error=lambda a, y: slope(a - y, ABSOLUTE_VALUE) / y.shape[-1],
    formula=_mean_absolute_error,
)


def _softmax_cross_entropy(outputs: Sequence, targets: Sequence) -> Array:
    # - sum of y log p with p = exp(a) / sum of exp(a), without the quotient, which floats cannot hold for large a.
    from sympy import exp, log

    total = sum(exp(a) for a in outputs)
    return sum(y * (log(total) - a) for a, y in zip(outputs, targets, strict=True))


SOFTMAX_CROSS_ENTROPY = Loss(
    "softmax_cross_entropy",
    value=lambda a, y: (y * (log_sum_exp(a) - a)).sum(),
    error=lambda a, y: y.sum(-1, keepdims=True) * softmax(a) - y,
    formula=_softmax_cross_entropy,
    logits=True,
)


def _sigmoid_binary_cross_entropy(outputs: Sequence, targets: Sequence) -> Array:
    # - y log p - (1 - y) log(1 - p) with p the sigmoid of a, without the difference 1 - p, for the same reason.
    from sympy import exp, log

    return sum(log(1 + exp(a)) - a * y for a, y in zip(outputs, targets, strict=True))


SIGMOID_BINARY_CROSS_ENTROPY = Loss(
    "sigmoid_binary_cross_entropy",
    value=lambda a, y: (value(a, SOFTPLUS) - a * y).sum(),
    error=lambda a, y: value(a, SIGMOID) - y,
    formula=_sigmoid_binary_cross_entropy,
    logits=True,
)

LOSSES: Sequence[Loss] = (HALF_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, SOFTMAX_CROSS_ENTROPY, SIGMOID_BINARY_CROSS_ENTROPY)
"""Every loss, the simplest first.

The mean absolute error is the mean over the outputs of one example. Softmax with cross-entropy has the error
p sum(y) - y, which is p - y when the targets of an example sum to 1.
"""
