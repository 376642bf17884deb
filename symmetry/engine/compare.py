"""Comparing what a law returns: its relations as trees, leaf by leaf: structure, shape, number type, values.

Every number system answers alike: the worst difference as a multiple of what is allowed, and whether the comparison
was vacuous, that is, unable to fail.
"""

import dataclasses
import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.numbers import Ball, Residue
from symmetry.numbers.dual import is_number
from symmetry.statements.relation import RELATIONS, AtMost, Conserved, Differs, Drift, Equal, RankAtMost, minors


class SidesDiffer(ValueError):
    """The two sides are not even trees of the same numbers."""


class Comparison(NamedTuple):
    """Of each leaf: the worst difference over what is allowed (a failure above 1), and whether it was vacuous."""

    excess: Any
    vacuous: Any


def telling(excess: np.ndarray, vacuous: np.ndarray) -> np.ndarray:
    """The excesses that tell something: where a comparison could not fail, and did not, it is 0."""
    return np.where(vacuous & (excess <= 1), 0, excess)


@dataclasses.dataclass(frozen=True)
class Leaf:
    """Numbers at one place of a relation; `path` reads like code, such as `.layers[0].weight`.

    Attributes:
        relation: "equal", "at most", "differs", or "cancels", which has terms on the left and nothing on the right.
    """

    path: str
    left: Any
    right: Any
    relation: str = "equal"


def leaves_of(returned) -> list[Leaf]:
    """What a law returned, place by place: a pair of sides, a relation, or a list of relations.

    Raises:
        SidesDiffer: it is none of these, or the structures, shapes or types of two sides differ.
    """
    if isinstance(returned, RELATIONS):
        return _leaves(returned, "")
    if isinstance(returned, list) and returned and all(isinstance(each, RELATIONS) for each in returned):
        return [leaf for place, each in enumerate(returned) for leaf in _leaves(each, f"[{place}]")]
    if isinstance(returned, tuple) and len(returned) == 2 and not any(isinstance(each, RELATIONS) for each in returned):
        return _paired(*returned, "equal", "")
    raise SidesDiffer(
        f"a law returns its two sides, (left, right), a relation or a list of relations; this one returned "
        f"{type(returned).__name__}."
    )


def _leaves(relation, place: str) -> list[Leaf]:
    match relation:
        case Equal(left, right):
            return _paired(left, right, "equal", place)
        case AtMost(left, right):
            return _paired(left, right, "at most", place)
        case Differs(left, right):
            return _paired(left, right, "differs", place)
        case RankAtMost():
            return _paired(*minors(relation), "equal", place)
        case Drift(change, steps, order, coefficient):
            scaled = jax.tree.map(lambda number: number / steps**order, coefficient, is_leaf=is_number)
            return _paired(change, scaled, "equal", place)
        case Conserved(terms):
            leaves, _ = jax.tree_util.tree_flatten_with_path(terms, is_leaf=is_number)
            if not leaves:
                raise SidesDiffer("the relation holds no numbers, so there is nothing to compare.")
            return [Leaf(place + jax.tree_util.keystr(path), leaf, None, "cancels") for path, leaf in leaves]
    raise TypeError(f"no way is known to compare a {type(relation).__name__}.")


def _paired(left, right, relation: str, prefix: str) -> list[Leaf]:
    (left, left_tree), (right, right_tree) = (
        jax.tree_util.tree_flatten_with_path(side, is_leaf=is_number) for side in (left, right)
    )
    if left_tree != right_tree:
        raise SidesDiffer(f"the sides have different structures: {left_tree} on the left, {right_tree} on the right.")
    if not left:
        raise SidesDiffer("the sides hold no numbers, so there is nothing to compare.")
    leaves = []
    for (path, one), (_, other) in zip(left, right, strict=True):
        place = prefix + jax.tree_util.keystr(path)
        one, other = _as_array(one), _as_array(other)
        for what, here, there in (
            ("type", type(one).__name__, type(other).__name__),
            ("shape", one.shape, other.shape),
            ("dtype", one.dtype, other.dtype),
        ):
            if here != there:
                raise SidesDiffer(f"{place or 'the side'}: {what} {here} on the left, {there} on the right.")
        leaves.append(Leaf(place, one, other, relation))
    return leaves


def _as_array(number):
    """A lone formula, which NumPy makes of a sum of formulas, as an array of no dimensions."""
    if is_number(number):
        return number
    from symmetry.numbers.symbol import Symbol

    return Symbol.of(number)


@functools.singledispatch
def compare_leaf(left, right, relation: str = "equal") -> Comparison:
    """Compares two numbers of one system, or the terms on the left with nothing."""
    raise TypeError(f"no way is known to compare {type(left).__name__}s.")


@compare_leaf.register
def _(left: Ball, right: Ball | None, relation: str = "equal") -> Comparison:
    """Two floats may differ by the sum of their radii and by no more; NaN under a finite bound is a failure.

    An infinite center has overflowed, which a radius computed from a number not yet rounded may miss.
    """
    if right is None:
        total = left.sum(-1)
        return _cancelling(total, _wide(jnp.abs(left.center), total.radius).sum(-1))
    one, other = _wide(left.center, left.radius), _wide(right.center, right.radius)
    bound = left.radius + right.radius
    bounded = jnp.isfinite(bound) & ~jnp.isinf(one) & ~jnp.isinf(other)
    gap = jnp.maximum(one - other, 0) if relation == "at most" else jnp.abs(one - other)
    excess = _over(gap, bound, bounded)
    if relation == "differs":
        return Comparison(jnp.where((excess > 1).any(), 0, jnp.inf), ~bounded.any())
    blind = ~bounded | (bound >= jnp.maximum(jnp.abs(one), jnp.abs(other)))
    return Comparison(excess.max(), blind.all())


def _cancelling(total: Ball, size) -> Comparison:
    """Terms whose sum is 0 within its radius; `size` is the sum of their absolute values."""
    center = _wide(total.center, total.radius)
    bounded = jnp.isfinite(total.radius) & ~jnp.isinf(center)
    excess = _over(jnp.abs(center), total.radius, bounded)
    return Comparison(excess.max(), (~bounded | (total.radius >= size)).all())


def _over(gap, bound, bounded):
    """The gap as a multiple of the bound; 0 where there is no bound to break."""
    ratio = jnp.where(gap == 0, 0, gap / bound)
    return jnp.where(bounded, jnp.nan_to_num(ratio, nan=jnp.inf, posinf=jnp.inf), 0)


def _wide(center, radius):
    return center.astype(radius.dtype)


@compare_leaf.register
def _(left: Residue, right: Residue | None, relation: str = "equal") -> Comparison:
    if right is None:
        return Comparison(_unless((left.sum(-1).value == 0).all()), (left.value == 0).all())
    if relation == "at most":
        raise TypeError("residues have no order; limit the law to other number systems with systems=.")
    equal = left.value == right.value
    holds = ~equal.all() if relation == "differs" else equal.all()
    return Comparison(_unless(holds), jnp.zeros((), bool))


def _unless(holds):
    return jnp.where(holds, 0.0, jnp.inf)


def compare(leaves: list[Leaf]) -> Comparison:
    """The comparisons of all leaves, stacked."""
    outcomes = [compare_leaf(leaf.left, leaf.right, leaf.relation) for leaf in leaves]
    return Comparison(
        jnp.stack([outcome.excess for outcome in outcomes]), jnp.stack([outcome.vacuous for outcome in outcomes])
    )


def formula_failure(leaf: Leaf) -> str:
    """Where a leaf of SymPy's expressions breaks its relation, and by what; empty if it holds.

    Equality is decided by expanding the difference, and by `simplify` where that leaves something.
    """
    import sympy

    def rest(expression):
        expanded = sympy.expand(expression)
        if expanded == 0 or expanded.is_Rational:
            return expanded
        # Over a common denominator fractions cancel many times as fast as `simplify` finds out.
        return sympy.S.Zero if sympy.cancel(expanded) == 0 else sympy.simplify(expanded)

    if leaf.relation == "cancels":
        for place in np.ndindex(*leaf.left.shape[:-1]):
            if (gap := rest(sympy.Add(*leaf.left[place]))) != 0:
                return f"{leaf.path}{list(place)}: the terms sum to {_short(gap)}"
        return "" if any(rest(term) != 0 for term in leaf.left.ravel()) else f"{leaf.path}: all terms are 0"
    gaps = {}
    for place in np.ndindex(*leaf.left.shape):
        left, right = leaf.left[place], leaf.right[place]
        if left != right and (gap := rest(left - right)) != 0:
            gaps[place] = gap
    if leaf.relation == "differs":
        return "" if gaps else f"{leaf.path} is equal on both sides"
    for place, gap in gaps.items():
        if leaf.relation == "equal" or not gap.is_nonpositive:
            where = f"{leaf.path}{list(place) or ''}" or "the value"
            return f"{where} differs by {_short(gap)}"
    return ""


def _short(formula) -> str:
    """A formula, its middle left out where nobody would read it."""
    text = str(formula)
    return text if len(text) <= 200 else f"{text[:120]} ... {text[-60:]}"
