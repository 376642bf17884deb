"""Comparing what a law returns: its relations as trees, leaf by leaf: structure, shape, number type, values.

Every number system answers alike: the worst difference as a multiple of what is allowed, and whether the comparison
was vacuous, that is, unable to fail.
"""

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Array, Tree, is_array
from symmetry.numbers.comparison import Comparison, Leaf, compare_leaf
from symmetry.statements.relation import RELATIONS, AtMost, Conserved, Differs, Drift, Equal, RankAtMost, minors


class SidesDiffer(ValueError):
    """The two sides are not even trees of the same numbers."""


def telling(excess: np.ndarray, vacuous: np.ndarray) -> np.ndarray:
    """The excesses that tell something: where a comparison could not fail, and did not, it is 0."""
    return np.where(vacuous & (excess <= 1), 0, excess)


def leaves_of(returned: Tree) -> list[Leaf]:
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
        "a law returns its two sides, as `return left, right` does, a relation or a list of relations; "
        f"this one returned {_in_words(returned)}."
    )


def _in_words(returned: Tree) -> str:
    if returned is None:
        return "nothing"
    if isinstance(returned, tuple):
        return f"a tuple of {len(returned)}"
    return "one array" if is_array(returned) else f"a {type(returned).__name__}"


def _leaves(relation: object, place: str) -> list[Leaf]:
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
            scaled = jax.tree.map(lambda number: number / steps**order, coefficient, is_leaf=is_array)
            return _paired(change, scaled, "equal", place)
        case Conserved(terms):
            leaves, _ = jax.tree_util.tree_flatten_with_path(terms, is_leaf=is_array)
            if not leaves:
                raise SidesDiffer("the relation holds no numbers, so there is nothing to compare.")
            return [Leaf(place + jax.tree_util.keystr(path), leaf, None, "cancels") for path, leaf in leaves]
    raise TypeError(f"no way is known to compare a {type(relation).__name__}.")


def _paired(left: Tree, right: Tree, relation: str, prefix: str) -> list[Leaf]:
    (left, left_tree), (right, right_tree) = (
        jax.tree_util.tree_flatten_with_path(side, is_leaf=is_array) for side in (left, right)
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


def _as_array(number: Array) -> Array:
    """A lone formula, which NumPy makes of a sum of formulas, as an array of no dimensions."""
    if is_array(number):
        return number
    from symmetry.numbers.symbol import Symbol

    return Symbol.of(number)


def compare(leaves: list[Leaf]) -> Comparison:
    """The comparisons of all leaves, stacked."""
    outcomes = [compare_leaf(leaf.left, leaf.right, leaf.relation) for leaf in leaves]
    return Comparison(
        jnp.stack([outcome.excess for outcome in outcomes]), jnp.stack([outcome.vacuous for outcome in outcomes])
    )
