"""Whether the groups that `discover` reports are symmetries: the program runs on integers, whose arithmetic is exact.

Sums and products of 32-bit integers wrap around, which makes them a ring: results that should be equal are equal to the
last bit, and no tolerance is needed.
"""

from collections.abc import Callable, Iterator

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from symmetry.discovery import UnitGroup
from symmetry.discovery.leaves import Tree
from symmetry.gradcheck.jaxpr.evaluate import evaluate

LARGEST = 9
"""Entries are small, so that comparisons, places of the largest entry and remainders meet ties as well."""


def random_integers(shapes: Tree, rng: np.random.Generator) -> Tree:
    """An array of integers, negative ones too, for each shape of a tree."""
    return jax.tree.map(lambda one: rng.integers(-LARGEST, LARGEST + 1, one.shape).astype(one.dtype), shapes)


def results_of(program: ClosedJaxpr, *arguments: Tree) -> list[np.ndarray]:
    """What a program returns, computed by NumPy equation by equation: nothing is compiled."""
    with np.errstate(all="ignore"):
        return [np.asarray(one) for one in evaluate(program, *jax.tree.leaves(arguments))]


def permutations_of(group: UnitGroup, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """A permutation for all blocks, one for each, and an exchange of two units (in one block)."""
    yield rng.permutation(group.size)
    each = np.broadcast_to(np.arange(group.size), (*group.blocks, group.size))
    yield rng.permuted(each, axis=-1)
    exchange = each.copy()
    first, second = rng.choice(group.size, 2, replace=False)
    one = (*(rng.integers(count) for count in group.blocks), [first, second])
    exchange[one] = exchange[one][::-1]
    yield exchange


def fault_in(group: UnitGroup, program: ClosedJaxpr, params: Tree, inputs: Tree, rng: np.random.Generator) -> str:
    """A permutation of the units that changes a result, in words; "" if none of those that are tried does."""
    before = results_of(program, params, inputs)
    for permutation in permutations_of(group, rng):
        after = results_of(program, group.act(permutation, params), inputs)
        if not all(map(np.array_equal, before, after)):
            return f"{group}\nis no symmetry: the permutation {permutation.tolist()} changes a result of\n{program}"
    return ""


def fault_of(apply: Callable, params: Tree, inputs: Tree, groups: tuple[UnitGroup, ...], seed: int = 0) -> str:
    """The first group that is no symmetry of `apply(params, *inputs)`, in words; "" if all are.

    Args:
        params: a tree of shapes of integers, and so are the inputs; entries are drawn.
    """
    rng = np.random.default_rng(seed)
    program = jax.make_jaxpr(apply)(params, *inputs)
    own, given = random_integers((params, inputs), rng)
    return next(filter(None, (fault_in(group, program, own, given, rng) for group in groups)), "")
