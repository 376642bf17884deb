"""A tree of parameters as its trained arrays by path, and back: whole for a function, without the rest for optimisers."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from symmetry.discovery.leaves import Tree, has_floats, is_array, named_leaves, wide_type

Arrays = Mapping[str, Any]
"""The arrays that are trained, of JAX or NumPy, by their paths."""


class TrainedTree:
    """A tree of parameters, and the arrays of floats in it.

    Attributes:
        start: the arrays that are trained, by path.
    """

    def __init__(self, params: Tree, widen: Callable[[Any], Any]):
        leaves, self._structure = jax.tree.flatten(params)
        self._leaves = [widen(leaf) for leaf in leaves]
        paths = list(named_leaves(params))
        self._places = {path: place for place, path in enumerate(paths) if is_trained(leaves[place])}
        if without := [path for path, place in self._places.items() if isinstance(leaves[place], jax.ShapeDtypeStruct)]:
            raise ValueError(
                f"params: {without[0]} is a shape without values, but what a start implies depends on the values; "
                "pass the parameters as they are initialised."
            )
        if not self._places:
            raise ValueError(
                f"params: there is no array of floats to train among {', '.join(paths) or 'no leaves'}; "
                "pass the parameters that apply takes first."
            )
        self.start: Arrays = {path: self._leaves[place] for path, place in self._places.items()}

    def whole(self, arrays: Arrays) -> Tree:
        """The tree with these arrays in it, for the function."""
        return self._filled(self._leaves, arrays)

    def trained(self, arrays: Arrays) -> Tree:
        """The tree as an optimiser gets it: None for what is not trained."""
        return self._filled([None] * len(self._leaves), arrays)

    def arrays(self, tree: Tree) -> Arrays:
        """The trained arrays of such a tree."""
        return named_leaves(tree)

    def cast(self, arrays: Arrays) -> Arrays:
        """The arrays in the float types of the start."""
        return {path: jnp.asarray(arrays[path], self.start[path].dtype) for path in self.start}

    def _filled(self, leaves: list, arrays: Arrays) -> Tree:
        filled = list(leaves)
        for path, place in self._places.items():
            filled[place] = arrays[path]
        return self._structure.unflatten(filled)


def is_trained(leaf: Any) -> bool:
    """Whether a leaf is an array of floats or complex numbers."""
    return is_array(leaf) and has_floats(leaf)


def widened(leaf: Any) -> Any:
    """Floats in float64, complex numbers in complex128; anything else as it is."""
    if not is_trained(leaf) or isinstance(leaf, jax.ShapeDtypeStruct):
        return leaf
    return jnp.asarray(leaf, wide_type(leaf.dtype))


def as_given(leaf: Any) -> Any:
    """The leaf itself, an array of NumPy as one of JAX."""
    return jnp.asarray(leaf) if is_trained(leaf) and not isinstance(leaf, jax.ShapeDtypeStruct) else leaf
