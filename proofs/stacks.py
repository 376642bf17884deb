"""Stacks: many networks of one shape as one tree of arrays with a leading axis, for modules of any library.

A symmetry acts on a stack as data says: a table from the path of a parameter, such as "cell/params/hi/kernel", to what
happens to it. An order of n units is an array (networks, n): unit i of the moved network is unit order[:, i].
"""

from collections.abc import Callable, Mapping

import jax
import numpy as np

from symmetry.array import Array, Tree

Change = Callable[[np.ndarray], np.ndarray]
"""What happens to one stacked array."""


def random_stack(generator: np.random.Generator, count: int, like: Tree, dtype) -> Tree:
    """A stack of `count` trees of standard normal numbers, in the shapes of the tree `like`."""
    return jax.tree.map(lambda leaf: generator.standard_normal((count, *leaf.shape)).astype(dtype), like)


def orders(generator: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Uniform permutations (count, size); a cycle of all units takes the place of the identity.

    >>> orders(np.random.default_rng(0), 3, 2).tolist()
    [[1, 0], [1, 0], [1, 0]]
    """
    order = generator.permuted(np.tile(np.arange(size), (count, 1)), axis=1)
    still = (order == np.arange(size)).all(axis=1)
    order[still] = np.roll(order[still], 1, axis=1)
    return order


def in_parts(order: np.ndarray, parts: int) -> np.ndarray:
    """The order of an axis on which several parts lie one after another, each put in the given order.

    >>> in_parts(np.array([[1, 0]]), 2).tolist()
    [[1, 0, 3, 2]]
    """
    size = order.shape[1]
    return np.concatenate([order + part * size for part in range(parts)], axis=1)


def along(axes: Mapping[int, np.ndarray]) -> Change:
    """Puts each axis, counted from 0 after the axis of networks, in its order."""

    def change(array: np.ndarray) -> np.ndarray:
        for axis, order in axes.items():
            shape = [len(order)] + [1] * (array.ndim - 1)
            shape[axis + 1] = order.shape[1]
            array = np.take_along_axis(array, order.reshape(shape), axis + 1)
        return array

    return change


def by_path(tree: Tree) -> dict[str, Array]:
    """The leaves of a tree by their paths, in its order.

    >>> by_path({"cell": {"kernel": 1, "bias": 2}})
    {'cell/bias': 2, 'cell/kernel': 1}
    """
    places = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path, simple=True, separator="/"): leaf for path, leaf in places}


def acted(stack: Tree, changes: Mapping[str, Change]) -> Tree:
    """The stack with the listed parameters changed.

    >>> stack = {"kernel": np.array([[[1.0, 2.0]]]), "bias": np.array([[5.0, 6.0]])}
    >>> acted(stack, {"kernel": along({1: np.array([[1, 0]])})})["kernel"].tolist()
    [[[2.0, 1.0]]]

    Raises:
        ValueError: a path that the stack does not have.
    """
    leaves = by_path(stack)
    if unknown := sorted(set(changes) - set(leaves)):
        raise ValueError(f"no parameter is called {unknown[0]!r}; the paths are {', '.join(leaves)}.")
    moved = [changes[path](leaf) if path in changes else leaf for path, leaf in leaves.items()]
    return jax.tree.structure(stack).unflatten(moved)
