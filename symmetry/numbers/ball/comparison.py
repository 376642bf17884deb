"""How balls are compared: floats may differ by the sum of their radii."""

import jax.numpy as jnp

from symmetry.array import Array
from symmetry.numbers.ball.ball import Ball
from symmetry.numbers.comparison import Comparison, compare_leaf


@compare_leaf.register
def _(left: Ball, right: Ball | None, relation: str = "equal") -> Comparison:
    """Two floats may differ by the sum of their radii and by no more; NaN under a finite bound is a failure.

    An infinite center has overflowed, which a radius computed from a number not yet rounded may miss.
    """
    if right is None:
        return _cancelling(left.sum(-1), _wide(jnp.abs(left.center), left.radius).sum(-1))
    one, other = _wide(left.center, left.radius), _wide(right.center, right.radius)
    bound = left.radius + right.radius
    bounded = jnp.isfinite(bound) & ~jnp.isinf(one) & ~jnp.isinf(other)
    gap = jnp.maximum(one - other, 0) if relation == "at most" else jnp.abs(one - other)
    excess = _over(gap, bound, bounded)
    if relation == "differs":
        return Comparison(jnp.where((excess > 1).any(), 0, jnp.inf), ~bounded.any())
    blind = ~bounded | (bound >= jnp.maximum(jnp.abs(one), jnp.abs(other)))
    return Comparison(excess.max(), blind.all())


def _cancelling(total: Ball, size: Array) -> Comparison:
    """Terms whose sum is 0 within its radius; `size` is the sum of their absolute values."""
    center = _wide(total.center, total.radius)
    bounded = jnp.isfinite(total.radius) & ~jnp.isinf(center)
    excess = _over(jnp.abs(center), total.radius, bounded)
    return Comparison(excess.max(), (~bounded | (total.radius >= size)).all())


def _over(gap: Array, bound: Array, bounded: Array) -> Array:
    """The gap as a multiple of the bound; 0 where there is no bound to break."""
    ratio = jnp.where(gap == 0, 0, gap / bound)
    return jnp.where(bounded, jnp.nan_to_num(ratio, nan=jnp.inf, posinf=jnp.inf), 0)


def _wide(center: Array, radius: Array) -> Array:
    return center.astype(radius.dtype)
