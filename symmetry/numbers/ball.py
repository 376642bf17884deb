"""Balls: a float and a radius that bounds its rounding error (higham2002accuracy).

The exact value of every operation on exact members of its operands lies in the resulting ball. Radii are carried in
the widest float at hand. XLA flushes subnormals to zero, may fuse, reorder and keep excess precision: the bounds
hold whichever it does.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.activation import EXPONENTIAL, LOGARITHM, RECIPROCAL_SQUARE_ROOT, Facts, derivative
from symmetry.loss import log_sum_exp, softmax
from symmetry.normalisation import reciprocal_square_root


def unit_roundoff(dtype) -> float:
    """Half the distance from 1 to the next float: the relative error of one correctly rounded operation.

    >>> unit_roundoff(np.float64) == 2.0**-53
    True
    """
    return float(jnp.finfo(dtype).eps) / 2


def underflow(dtype) -> float:
    """The absolute error that one operation may add near zero: subnormals are flushed, but in float16."""
    finfo = jnp.finfo(dtype)
    return float(finfo.smallest_subnormal if jnp.dtype(dtype) == jnp.float16 else finfo.tiny)


def summation_error(terms: int, dtype) -> float:
    """gamma_n = n u / (1 - n u): the relative error of a sum of products in any order (higham2002accuracy, 3.1)."""
    growth = (terms + 1) * unit_roundoff(dtype)
    return growth / (1 - growth) if growth < 1 else float("inf")


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Ball:
    """All real numbers within `radius` of `center`, entry by entry; both arrays have one shape.

    A radius is 0 or a normal number, and where the center is subnormal it holds one `underflow` to spare, since an
    operation may read a subnormal as 0: `exact` sees to both, and every operation adds more than that.

    >>> x = Ball.exact(jnp.float32(0.1))
    >>> bool((x * x).radius > 0)
    True
    """

    center: Any
    radius: Any

    __array_ufunc__ = None

    @classmethod
    def exact(cls, number) -> "Ball":
        """The ball of a float taken as it stands; a subnormal, which XLA may read as 0, gets a radius."""
        center = jnp.asarray(number)
        if center.dtype == jnp.float16:
            return cls(center, _wide(jnp.zeros_like(center)))
        tiny = underflow(center.dtype)
        return cls(center, _wide(jnp.where(lax.abs(center) < tiny, tiny, 0)))

    def constant(self, number) -> "Ball":
        """A number, or a ball, as a ball of this one's type and shape."""
        ball = _ball_like(self, number)
        if ball is None:
            raise TypeError(f"a {type(number).__name__} is no number that a ball can be made of.")
        return Ball(*(jnp.broadcast_to(part, self.shape) for part in (ball.center, ball.radius)))

    shape = property(lambda self: self.center.shape)
    ndim = property(lambda self: self.center.ndim)
    dtype = property(lambda self: self.center.dtype)

    @property
    def T(self) -> "Ball":
        return Ball(self.center.T, self.radius.T)

    def __getitem__(self, index) -> "Ball":
        return Ball(self.center[index], self.radius[index])

    def reshape(self, *shape) -> "Ball":
        return Ball(self.center.reshape(*shape), self.radius.reshape(*shape))

    def magnitude(self):
        """An upper bound on the absolute value of every member, in the radius's dtype."""
        return _size(self.center) + self.radius

    def __neg__(self) -> "Ball":
        return Ball(-self.center, self.radius)

    def __add__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else _added(self, other)

    def __sub__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else _added(self, -other)

    def __mul__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else _multiplied(self, other)

    def __truediv__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else _divided(self, other)

    def __matmul__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else _matrix_product(self, other)

    def __pow__(self, exponent: int) -> "Ball":
        """An integer power, by repeated products."""
        power = self if exponent else Ball.exact(jnp.ones_like(self.center))
        for _ in range(abs(exponent) - 1):
            power = power * self
        return power if exponent >= 0 else 1 / power

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else other - self

    def __rtruediv__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else other / self

    def __rmatmul__(self, other):
        other = _ball_like(self, other)
        return NotImplemented if other is None else other @ self

    def sum(self, axis=None, keepdims: bool = False) -> "Ball":
        return _summed(self, axis, keepdims)


# Each operation is a function under `jit`: a kernel then traces it once a shape and calls it, which is what keeps
# tracing fast. XLA inlines the calls.


@jax.jit
def _added(one: Ball, other: Ball) -> Ball:
    center = one.center + other.center
    return _rounded(center, one.radius + other.radius + _rounding(center))


@jax.jit
def _multiplied(one: Ball, other: Ball) -> Ball:
    center = one.center * other.center
    spread = _size(one.center) * other.radius + one.radius * other.magnitude()
    return _rounded(center, spread + _rounding(center))


@jax.jit
def _divided(one: Ball, other: Ball) -> Ball:
    center = one.center / other.center
    least = _size(other.center) - other.radius
    # In this order, since a product may underflow before a small divisor makes it large again.
    spread = one.radius / least + _size(center) * (other.radius / least)
    # A division by a constant is compiled to a product with its rounded reciprocal: two roundings. A reciprocal that
    # is subnormal is flushed, and the product is then off by as much as the numerator.
    flushed = _size(other.center) > 1 / (4 * underflow(center.dtype))
    return _rounded(center, jnp.where((least > 0) & ~flushed, spread + 2 * _rounding(center), jnp.inf))


@jax.jit
def _matrix_product(one: Ball, other: Ball) -> Ball:
    center = one.center @ other.center
    terms = one.shape[-1]
    gamma = summation_error(terms, center.dtype)
    left, right = _size(one.center), _size(other.center)
    spread = left @ (other.radius + gamma * right) + one.radius @ (right + other.radius)
    return _rounded(center, spread + _rounding(center), terms)


@functools.partial(jax.jit, static_argnums=(1, 2))
def _summed(ball: Ball, axis, keepdims: bool) -> Ball:
    center = ball.center.sum(axis, keepdims=keepdims)
    terms = ball.center.size // max(center.size, 1)
    rounding = summation_error(terms, center.dtype) * _size(ball.center)
    spread = (ball.radius + rounding).sum(axis, keepdims=keepdims)
    return _rounded(center, spread + _rounding(center), terms)


@jax.jit
def exponential(z: Ball) -> Ball:
    """e^z, entry by entry."""
    center = EXPONENTIAL.evaluate(z.center, 0)
    growth = _wide(center) + underflow(center.dtype)
    # The factor is for the rounding of expm1 itself, many times over.
    return _rounded(center, growth * jnp.expm1(z.radius) * 1.01 + stated_error(EXPONENTIAL.facts(0), center))


@jax.jit
def logarithm(z: Ball) -> Ball:
    """log z, entry by entry; unbounded where z may not be positive."""
    center = LOGARITHM.evaluate(z.center, 0)
    least = _wide(z.center) - z.radius
    spread = jnp.where(least > 0, z.radius / least, jnp.inf)
    return _rounded(center, spread + stated_error(LOGARITHM.facts(0), center))


@reciprocal_square_root.register
@jax.jit
def _(z: Ball) -> Ball:
    """Unbounded where z may not be positive; steepest at the least member."""
    center = reciprocal_square_root(z.center)
    least = _wide(z.center) - z.radius
    # In this order, since a product of small numbers may underflow.
    spread = jnp.where(least > 0, z.radius / least / jnp.sqrt(least) / 2, jnp.inf)
    return _rounded(center, spread + stated_error(RECIPROCAL_SQUARE_ROOT.facts(0), center))


def left_or_right(z: Ball, left, right) -> Ball:
    """`left` where z <= 0, `right` where z > 0, and the hull of both where z may be either."""
    left, right = (z.constant(side) for side in (left, right))
    on_left = z.center <= 0
    center = jnp.where(on_left, left.center, right.center)
    gap = _size(left.center - right.center) + left.radius + right.radius
    return Ball(center, jnp.where(_may_be_zero(z), gap, jnp.where(on_left, left.radius, right.radius)))


@derivative.register
@functools.partial(jax.jit, static_argnums=2)
def _(z: Ball, activation, order: int = 0) -> Ball:
    facts = activation.facts(order)
    center = activation.evaluate(z.center, order)
    spread = z.radius * (facts.lipschitz + facts.growth * z.magnitude())
    # A ball that contains the kink takes the hull of both sides.
    crossing = jnp.where(_may_be_zero(z), facts.jump, 0)
    return _rounded(center, spread + crossing + stated_error(facts, center))


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


def _may_be_zero(z: Ball):
    """Whether 0 is a member; also where the center is no number, since nothing is known there."""
    return ~(_size(z.center) > z.radius)


FLUSHED = 1024
"""Smallest normal floats that an activation may be off by: a factor flushed to 0, times |z| where others are not."""


def stated_error(facts: Facts, center):
    """The stated error of an activation's result `center`; a 16-bit type computes in float32 and rounds once."""
    compute = jnp.promote_types(center.dtype, jnp.float32)
    size = _size(center)
    error = unit_roundoff(compute) * (facts.relative * size + facts.absolute) + FLUSHED * underflow(compute)
    if compute == center.dtype:
        return error
    return error + unit_roundoff(center.dtype) * size + underflow(center.dtype)


def _wide(array):
    """In the widest float there is: float64 where it is enabled, else float32."""
    wide = jnp.result_type(float)
    return array if array.dtype == wide else array.astype(wide)


def _size(array):
    """The absolute value, in the widest float there is."""
    return _wide(lax.abs(array))


def _rounding(center):
    """The error of rounding once to the center's type."""
    return unit_roundoff(center.dtype) * _size(center)


def _rounded(center, radius, terms: int = 1) -> Ball:
    """A ball whose radius allows for its own rounding, for excess precision and for underflow.

    The radius is to include a multiple of abs(center), so that it is infinite where the center overflowed.
    """
    unit = unit_roundoff(center.dtype)
    return Ball(center, radius * (1 + 2 * (terms + 8) * unit) + 4 * (terms + 1) * underflow(center.dtype))


def _ball_like(ball: Ball, other) -> Ball | None:
    """An operand as a ball of the same type; None for what is not ours to read, such as a dual."""
    if isinstance(other, Ball):
        return other
    if isinstance(other, int | float):
        center = np.asarray(other, ball.dtype)
        error = abs(float(center) - other)  # not 0 where a 16-bit type has no such number
        return Ball(jnp.asarray(center), jnp.asarray(error, jnp.result_type(float)))
    if isinstance(other, np.ndarray | np.generic | jax.Array):
        return Ball.exact(jnp.asarray(other, ball.dtype))
    return None
