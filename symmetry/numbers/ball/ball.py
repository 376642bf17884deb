"""Balls: a float and a radius that bounds its rounding error (higham2002accuracy), and how two are compared.

The exact value of every operation on exact members of its operands lies in the resulting ball. Radii are carried in
the widest float at hand. XLA flushes subnormals to zero, may fuse, reorder and keep excess precision: the bounds
hold whichever it does.
"""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symmetry.array import Array, Arrays, operator
from symmetry.numbers.comparison import Comparison, compare_leaf


def unit_roundoff(dtype) -> float:
    """Half the distance from 1 to the next float: the relative error of one correctly rounded operation.

    >>> unit_roundoff("float64") == 2.0**-53
    True
    """
    return float(jnp.finfo(dtype).eps) / 2


def underflow(dtype) -> float:
    """The absolute error that one operation may add near zero: subnormals are flushed to 0, except in float16."""
    finfo = jnp.finfo(dtype)
    return float(finfo.smallest_subnormal if jnp.dtype(dtype) == jnp.float16 else finfo.tiny)


def summation_error(terms: int, dtype) -> float:
    """gamma_n = n u / (1 - n u): the relative error of a sum of products in any order (higham2002accuracy, 3.1)."""
    growth = (terms + 1) * unit_roundoff(dtype)
    return growth / (1 - growth) if growth < 1 else float("inf")


def wide(array: Array) -> Array:
    """In the widest float there is: float64 where it is enabled, else float32."""
    widest = jnp.result_type(float)
    return array if array.dtype == widest else array.astype(widest)


def size(array: Array) -> Array:
    """The absolute value, in the widest float there is."""
    return wide(lax.abs(array))


def rounding_error(center: Array) -> Array:
    """The error of rounding once to the center's type."""
    return unit_roundoff(center.dtype) * size(center)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Ball(Arrays):
    """All real numbers within `radius` of `center`, entry by entry; both arrays have one shape.

    A radius is 0 or a normal number, and where the center is subnormal it holds one `underflow` to spare, since an
    operation may read a subnormal as 0: `exact` sees to both, and every operation adds more than that.

    >>> x = Ball.exact(jnp.float32(0.1))
    >>> bool((x * x).radius > 0)
    True
    """

    center: Array
    radius: Array

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
        ball = self.operand(number)
        if ball is None:
            raise TypeError(f"a {type(number).__name__} is no number that a ball can be made of.")
        return Ball(*(jnp.broadcast_to(part, self.shape) for part in (ball.center, ball.radius)))

    def operand(self, other: object) -> "Ball | None":
        if isinstance(other, Ball):
            return other
        if isinstance(other, int | float):
            center = np.asarray(other, self.dtype)
            error = abs(float(center) - other)  # not 0 where a 16-bit type has no such number
            return Ball(jnp.asarray(center), jnp.asarray(error, jnp.result_type(float)))
        if isinstance(other, np.ndarray | np.generic | jax.Array):
            return Ball.exact(jnp.asarray(other, self.dtype))
        return None

    def magnitude(self) -> Array:
        """An upper bound on the absolute value of every member, in the radius's dtype."""
        return size(self.center) + self.radius

    def __neg__(self) -> "Ball":
        return Ball(-self.center, self.radius)

    __add__ = __radd__ = operator(lambda one, other: _added(one, other))
    __sub__ = operator(lambda one, other: _added(one, -other))
    __rsub__ = operator(lambda one, other: other - one)
    __mul__ = __rmul__ = operator(lambda one, other: _multiplied(one, other))
    __truediv__ = operator(lambda one, other: _divided(one, other))
    __rtruediv__ = operator(lambda one, other: other / one)
    __matmul__ = operator(lambda one, other: _matrix_product(one, other))
    __rmatmul__ = operator(lambda one, other: other @ one)

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


@compare_leaf.register
def _(left: Ball, right: Ball | None, relation: str = "equal") -> Comparison:
    """Two floats may differ by the sum of their radii and by no more; NaN under a finite bound is a failure.

    An infinite center has overflowed, which a radius computed from a number not yet rounded may miss.
    """
    if right is None:
        # Terms whose sum is 0 within its radius, beside the sum of their absolute values.
        total, size = left.sum(-1), _wide(jnp.abs(left.center), left.radius).sum(-1)
        center = _wide(total.center, total.radius)
        bounded = jnp.isfinite(total.radius) & ~jnp.isinf(center)
        excess = _over(jnp.abs(center), total.radius, bounded)
        return Comparison(excess.max(), (~bounded | (total.radius >= size)).all())
    one, other = _wide(left.center, left.radius), _wide(right.center, right.radius)
    bound = left.radius + right.radius
    bounded = jnp.isfinite(bound) & ~jnp.isinf(one) & ~jnp.isinf(other)
    gap = jnp.maximum(one - other, 0) if relation == "at most" else jnp.abs(one - other)
    excess = _over(gap, bound, bounded)
    if relation == "differs":
        return Comparison(jnp.where((excess > 1).any(), 0, jnp.inf), ~bounded.any())
    blind = ~bounded | (bound >= jnp.maximum(jnp.abs(one), jnp.abs(other)))
    return Comparison(excess.max(), blind.all())


def _over(gap: Array, bound: Array, bounded: Array) -> Array:
    """The gap as a multiple of the bound; 0 where there is no bound to break."""
    ratio = jnp.where(gap == 0, 0, gap / bound)
    return jnp.where(bounded, jnp.nan_to_num(ratio, nan=jnp.inf, posinf=jnp.inf), 0)


def _wide(center: Array, radius: Array) -> Array:
    return center.astype(radius.dtype)
