"""Balls: a float and a radius that bounds its rounding error (higham2002accuracy).

The exact value of every operation on exact members of its operands lies in the resulting ball. Radii are carried in
the widest float at hand. XLA flushes subnormals to zero, may fuse, reorder and keep excess precision: the bounds
hold whichever it does.
"""

import dataclasses
import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.array import Array
from symmetry.numbers.ball.rounding import rounding_error, size, summation_error, underflow, unit_roundoff, wide


def _operator(operation: Callable[["Ball", "Ball"], "Ball"]) -> Callable[["Ball", Array], "Ball"]:
    """An operator of a ball and a number; an operand that is no number, such as a dual, handles the operation itself."""

    def operator(self: "Ball", other: Array) -> "Ball":
        ball = _ball_like(self, other)
        return NotImplemented if ball is None else operation(self, ball)

    return operator


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

    center: Array
    radius: Array

    __array_ufunc__ = None

    @classmethod
    def exact(cls, number: Array) -> "Ball":
        """The ball of a float taken as it stands; a subnormal, which XLA may read as 0, gets a radius."""
        center = jnp.asarray(number)
        if center.dtype == jnp.float16:
            return cls(center, wide(jnp.zeros_like(center)))
        tiny = underflow(center.dtype)
        return cls(center, wide(jnp.where(lax.abs(center) < tiny, tiny, 0)))

    def constant(self, number: Array) -> "Ball":
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

    def magnitude(self) -> Array:
        """An upper bound on the absolute value of every member, in the radius's dtype."""
        return size(self.center) + self.radius

    def __neg__(self) -> "Ball":
        return Ball(-self.center, self.radius)

    __add__ = __radd__ = _operator(lambda one, other: _added(one, other))
    __sub__ = _operator(lambda one, other: _added(one, -other))
    __rsub__ = _operator(lambda one, other: other - one)
    __mul__ = __rmul__ = _operator(lambda one, other: _multiplied(one, other))
    __truediv__ = _operator(lambda one, other: _divided(one, other))
    __rtruediv__ = _operator(lambda one, other: other / one)
    __matmul__ = _operator(lambda one, other: _matrix_product(one, other))
    __rmatmul__ = _operator(lambda one, other: other @ one)

    def __pow__(self, exponent: int) -> "Ball":
        """An integer power, by repeated products."""
        power = self if exponent else Ball.exact(jnp.ones_like(self.center))
        for _ in range(abs(exponent) - 1):
            power = power * self
        return power if exponent >= 0 else 1 / power

    def sum(self, axis=None, keepdims: bool = False) -> "Ball":
        return _summed(self, axis, keepdims)


# Each operation is a function under `jit`: a kernel then traces it once a shape and calls it, which is what keeps
# tracing fast. XLA inlines the calls.


@jax.jit
def _added(one: Ball, other: Ball) -> Ball:
    center = one.center + other.center
    return rounded(center, one.radius + other.radius + rounding_error(center))


@jax.jit
def _multiplied(one: Ball, other: Ball) -> Ball:
    center = one.center * other.center
    spread = size(one.center) * other.radius + one.radius * other.magnitude()
    return rounded(center, spread + rounding_error(center))


@jax.jit
def _divided(one: Ball, other: Ball) -> Ball:
    center = one.center / other.center
    least = size(other.center) - other.radius
    # In this order, since a product may underflow before a small divisor makes it large again.
    spread = one.radius / least + size(center) * (other.radius / least)
    # A division by a constant is compiled to a product with its rounded reciprocal: two roundings. A reciprocal that
    # is subnormal is flushed, and the product is then off by as much as the numerator.
    flushed = size(other.center) > 1 / (4 * underflow(center.dtype))
    return rounded(center, jnp.where((least > 0) & ~flushed, spread + 2 * rounding_error(center), jnp.inf))


@jax.jit
def _matrix_product(one: Ball, other: Ball) -> Ball:
    center = one.center @ other.center
    terms = one.shape[-1]
    gamma = summation_error(terms, center.dtype)
    left, right = size(one.center), size(other.center)
    spread = left @ (other.radius + gamma * right) + one.radius @ (right + other.radius)
    return rounded(center, spread + rounding_error(center), terms)


@functools.partial(jax.jit, static_argnums=(1, 2))
def _summed(ball: Ball, axis, keepdims: bool) -> Ball:
    center = ball.center.sum(axis, keepdims=keepdims)
    terms = ball.center.size // max(center.size, 1)
    rounding = summation_error(terms, center.dtype) * size(ball.center)
    spread = (ball.radius + rounding).sum(axis, keepdims=keepdims)
    return rounded(center, spread + rounding_error(center), terms)


def rounded(center: Array, radius: Array, terms: int = 1) -> Ball:
    """A ball whose radius allows for its own rounding, for excess precision and for underflow.

    The given radius must include a multiple of abs(center): then it is infinite where the center overflowed.
    """
    unit = unit_roundoff(center.dtype)
    return Ball(center, radius * (1 + 2 * (terms + 8) * unit) + 4 * (terms + 1) * underflow(center.dtype))


def _ball_like(ball: Ball, other: object) -> Ball | None:
    """An operand as a ball of the same type; None if it is no number."""
    if isinstance(other, Ball):
        return other
    if isinstance(other, int | float):
        center = np.asarray(other, ball.dtype)
        error = abs(float(center) - other)  # not 0 where a 16-bit type has no such number
        return Ball(jnp.asarray(center), jnp.asarray(error, jnp.result_type(float)))
    if isinstance(other, np.ndarray | np.generic | jax.Array):
        return Ball.exact(jnp.asarray(other, ball.dtype))
    return None
