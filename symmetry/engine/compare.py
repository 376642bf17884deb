"""Comparing the two sides of a law as trees: structure, shape, number type, values.

Every number system answers alike: the worst difference as a multiple of what is allowed, and whether the comparison
was vacuous, that is, unable to fail.
"""

import dataclasses
import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from symmetry.numbers import Ball, Residue
from symmetry.numbers.dual import is_number


class SidesDiffer(ValueError):
    """The two sides are not even trees of the same numbers."""


class Comparison(NamedTuple):
    """Of each leaf: the worst difference over what is allowed (a failure above 1), and whether it was vacuous."""

    excess: Any
    vacuous: Any


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A number at the same place of both sides; `path` reads like code, such as `.layers[0].weight`."""

    path: str
    left: Any
    right: Any


def paired_leaves(sides) -> list[Leaf]:
    """The numbers of both sides, place by place.

    Raises:
        SidesDiffer: the structures, shapes or types of the two sides differ.
    """
    if not (isinstance(sides, tuple) and len(sides) == 2):
        raise SidesDiffer(f"a law returns its two sides, (left, right); this one returned {type(sides).__name__}.")
    (left, left_tree), (right, right_tree) = (
        jax.tree_util.tree_flatten_with_path(side, is_leaf=is_number) for side in sides
    )
    if left_tree != right_tree:
        raise SidesDiffer(f"the sides have different structures: {left_tree} on the left, {right_tree} on the right.")
    if not left:
        raise SidesDiffer("the sides hold no numbers, so there is nothing to compare.")
    leaves = []
    for (path, one), (_, other) in zip(left, right, strict=True):
        place = jax.tree_util.keystr(path)
        for what, here, there in (
            ("type", type(one).__name__, type(other).__name__),
            ("shape", one.shape, other.shape),
            ("dtype", one.dtype, other.dtype),
        ):
            if here != there:
                raise SidesDiffer(f"{place or 'the side'}: {what} {here} on the left, {there} on the right.")
        leaves.append(Leaf(place, one, other))
    return leaves


@functools.singledispatch
def compare_leaf(left, right) -> Comparison:
    """Compares two numbers of one system."""
    raise TypeError(f"no way is known to compare {type(left).__name__}s.")


@compare_leaf.register
def _(left: Ball, right: Ball) -> Comparison:
    """Two floats may differ by the sum of their radii and by no more; NaN under a finite bound is a failure.

    An infinite center has overflowed, which a radius computed from a number not yet rounded may miss.
    """
    wide = left.radius.dtype
    one, other = left.center.astype(wide), right.center.astype(wide)
    bound = left.radius + right.radius
    bounded = jnp.isfinite(bound) & ~jnp.isinf(one) & ~jnp.isinf(other)
    difference = jnp.abs(one - other)
    ratio = jnp.where(difference == 0, 0, difference / bound)
    excess = jnp.where(bounded, jnp.nan_to_num(ratio, nan=jnp.inf, posinf=jnp.inf), 0)
    blind = ~bounded | (bound >= jnp.maximum(jnp.abs(one), jnp.abs(other)))
    return Comparison(excess.max(), blind.all())


@compare_leaf.register
def _(left: Residue, right: Residue) -> Comparison:
    equal = (left.value == right.value).all()
    return Comparison(jnp.where(equal, 0.0, jnp.inf), jnp.zeros((), bool))


def compare(leaves: list[Leaf]) -> Comparison:
    """The comparisons of all leaves, stacked."""
    outcomes = [compare_leaf(leaf.left, leaf.right) for leaf in leaves]
    return Comparison(
        jnp.stack([outcome.excess for outcome in outcomes]), jnp.stack([outcome.vacuous for outcome in outcomes])
    )
