"""The leaves of a tree of parameters, by path: arrays, which symmetries act on, and whatever else a module holds."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.raised import described

Tree = Any
"""A tree of JAX: nested containers and modules of leaves."""

MOST_UNITS = 2**28
"""The longest axis whose units are numbered."""

Leaf = Any
"""An array of NumPy or JAX, or a `jax.ShapeDtypeStruct`; elsewhere whatever a tree holds."""


def is_array(leaf: Leaf) -> bool:
    """Whether a leaf has a shape and a type, such as an array or a `jax.ShapeDtypeStruct`; Python numbers have none."""
    has_shape = isinstance(getattr(leaf, "shape", None), tuple)  # which the module numpy has as a function
    return has_shape and hasattr(leaf, "dtype") and not isinstance(leaf, np.generic)


def has_floats(leaf: Leaf) -> bool:
    """Whether an array holds real or complex floats, as opposed to integers or random keys."""
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact)


def wide_type(dtype: np.dtype) -> np.dtype:
    """The widest type of the same kind: complex128 for complex numbers, else float64."""
    return np.dtype(np.complex128 if jnp.issubdtype(dtype, jnp.complexfloating) else np.float64)


def named_leaves(tree: Tree) -> dict[str, Leaf]:
    """Every leaf by its path.

    >>> named_leaves({"Dense_0": {"kernel": 1, "bias": 2}})
    {'Dense_0/bias': 2, 'Dense_0/kernel': 1}
    """
    return {_path_of(path): leaf for path, leaf in flattened(tree)[0]}


def flattened(tree: Tree) -> tuple[list[tuple[Any, Leaf]], Any]:
    """Every leaf with its path, and the structure of the tree.

    Raises:
        ValueError: JAX cannot go through it, as where keys of a dictionary cannot be put in order.
    """
    try:
        return jax.tree_util.tree_flatten_with_path(tree)
    except ValueError as error:
        raise ValueError(
            f"JAX cannot go through the tree, {described(error)}; name what a dictionary holds by texts only."
        ) from error


def require_units(arrays: Mapping[str, Leaf]) -> None:
    """Raise if an axis is so long that its units cannot be numbered in memory, as a shape without values may say.

    Raises:
        ValueError: one is.
    """
    for path, array in arrays.items():
        if longest := [length for length in array.shape if length > MOST_UNITS]:
            raise ValueError(
                f"{path} has an axis of length {longest[0]}; pass a shape with at most {MOST_UNITS} along each."
            )


def named_arrays(tree: Tree) -> dict[str, Leaf]:
    """The arrays among the leaves by their paths; functions, numbers and strings are left out."""
    return {path: leaf for path, leaf in named_leaves(tree).items() if is_array(leaf)}


def map_arrays(function: Callable[[str, Leaf], Leaf], tree: Tree) -> Tree:
    """The tree with function(path, array) in the place of each array; other leaves stay."""

    def mapped(path: tuple, leaf: Leaf) -> Leaf:
        return function(_path_of(path), leaf) if is_array(leaf) else leaf

    return jax.tree_util.tree_map_with_path(mapped, tree)


def split(tree: Tree) -> tuple[list[Leaf], Callable[[list[Leaf]], Tree]]:
    """The arrays of a tree, and the function that puts others in their places and leaves the rest as it is."""
    pairs, structure = flattened(tree)
    leaves = [leaf for _, leaf in pairs]
    places = [place for place, leaf in enumerate(leaves) if is_array(leaf)]

    def joined(arrays: list[Leaf]) -> Tree:
        filled = list(leaves)
        for place, array in zip(places, arrays, strict=True):
            filled[place] = array
        return structure.unflatten(filled)

    return [leaves[place] for place in places], joined


def _path_of(path: tuple) -> str:
    return jax.tree_util.keystr(path, simple=True, separator="/")
