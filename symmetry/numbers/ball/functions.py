"""Functions of balls that are not operators: the exponential and its kin, activations, and softmax."""

import functools

import jax
import jax.numpy as jnp

from symmetry.activation import (
    EXPONENTIAL,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    Facts,
    derivative,
    reciprocal_square_root,
)
from symmetry.array import Array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.ball.ball import Ball, rounded, size, underflow, unit_roundoff, wide


@jax.jit
def exponential(z: Ball) -> Ball:
    """e^z, entry by entry."""
    center = EXPONENTIAL.evaluate(z.center, 0)
    growth = wide(center) + underflow(center.dtype)
    # The factor is for the rounding of expm1 itself, many times over.
    return rounded(center, growth * jnp.expm1(z.radius) * 1.01 + stated_error(EXPONENTIAL.facts(0), center))


@jax.jit
def logarithm(z: Ball) -> Ball:
    """log z, entry by entry; unbounded where z may not be positive."""
    center = LOGARITHM.evaluate(z.center, 0)
    least = wide(z.center) - z.radius
    spread = jnp.where(least > 0, z.radius / least, jnp.inf)
    return rounded(center, spread + stated_error(LOGARITHM.facts(0), center))


@reciprocal_square_root.register
@jax.jit
def _(z: Ball) -> Ball:
    """Unbounded where z may not be positive; steepest at the least member."""
    center = reciprocal_square_root(z.center)
    least = wide(z.center) - z.radius
    # In this order, since a product of small numbers may underflow.
    spread = jnp.where(least > 0, z.radius / least / jnp.sqrt(least) / 2, jnp.inf)
    return rounded(center, spread + stated_error(RECIPROCAL_SQUARE_ROOT.facts(0), center))


def left_or_right(z: Ball, left: Array, right: Array) -> Ball:
    """`left` where z <= 0, `right` where z > 0, and the hull of both where z may be either."""
    left, right = (z.constant(side) for side in (left, right))
    on_left = z.center <= 0
    center = jnp.where(on_left, left.center, right.center)
    gap = size(left.center - right.center) + left.radius + right.radius
    return Ball(center, jnp.where(_may_be_zero(z), gap, jnp.where(on_left, left.radius, right.radius)))


@derivative.register
@functools.partial(jax.jit, static_argnums=2)
def _(z: Ball, activation, order: int = 0) -> Ball:
    facts = activation.facts(order)
    center = activation.evaluate(z.center, order)
    spread = z.radius * (facts.lipschitz + facts.growth * z.magnitude())
    # A ball that contains the kink takes the hull of both sides.
    crossing = jnp.where(_may_be_zero(z), facts.jump, 0)
    return rounded(center, spread + crossing + stated_error(facts, center))


@log_sum_exp.register
@jax.jit
def _(logits: Ball) -> Ball:
    shift = Ball.exact(logits.center.max(-1, keepdims=True))
    return logarithm(exponential(logits - shift).sum(-1, keepdims=True)) + shift


@softmax.register
@jax.jit
def _(logits: Ball) -> Ball:
    # Adding one number to every logit changes nothing, so the shift counts as exact.
    exponentials = exponential(logits - Ball.exact(logits.center.max(-1, keepdims=True)))
    return exponentials / exponentials.sum(-1, keepdims=True)


def _may_be_zero(z: Ball) -> Array:
    """Whether 0 may be a member; true where the center is NaN, since anything may be a member there."""
    return ~(size(z.center) > z.radius)


FLUSHED = 1024
"""Smallest normal floats that an activation may be off by: a factor flushed to 0, times |z| where others are not."""


def stated_error(facts: Facts, center: Array) -> Array:
    """The stated error of an activation's result `center`; a 16-bit type computes in float32 and rounds once."""
    compute = jnp.promote_types(center.dtype, jnp.float32)
    magnitude = size(center)
    error = unit_roundoff(compute) * (facts.relative * magnitude + facts.absolute) + FLUSHED * underflow(compute)
    if compute == center.dtype:
        return error
    return error + unit_roundoff(center.dtype) * magnitude + underflow(center.dtype)
