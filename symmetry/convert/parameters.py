"""Parameters by name: the arrays of a tree are read as `symmetry.discover` names them, and replaced in a copy of it."""

import dataclasses
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Tree
from symmetry.convert.refusal import ConversionRefused
from symmetry.discovery.leaves import Leaf, map_arrays, named_arrays
from symmetry.given import shown


@dataclasses.dataclass(frozen=True)
class Place:
    """An axis of an array, such as axis 1 of Dense_0/kernel."""

    path: str
    axis: int

    def __str__(self) -> str:
        return f"{self.path}:{self.axis}"


class Parameters:
    """The arrays of a tree by path, for the converter whose name stands in front of every error."""

    def __init__(self, converter: str, tree: Tree) -> None:
        self.converter, self.tree, self.leaves = converter, tree, named_arrays(tree)

    def leaf(self, path: str) -> Leaf:
        """The array of that name.

        Raises:
            ValueError: there is none.
        """
        if path not in self.leaves:
            near = difflib.get_close_matches(str(path), self.leaves, 3, 0.4) or list(self.leaves)[:3]
            known = f"near it are {', '.join(near)}" if near else "there are no arrays in it"
            raise ValueError(
                f"{self.converter}: the parameters have no array {shown(path)}; {known}; pass one of these."
            )
        return self.leaves[path]

    def place(self, text: str) -> Place:
        """The axis that a text such as "Dense_0/kernel:1" names; a negative one counts from the end.

        Raises:
            ValueError: the text has another form, or there is no such array or axis.
        """
        found = re.fullmatch(r"(.+):(-?\d+)", text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(
                f"{self.converter}: {shown(text)} names no axis; write the array and its axis, such as W:1."
            )
        path, axis, dimensions = found[1], int(found[2]), np.ndim(self.leaf(found[1]))
        if not -dimensions <= axis < dimensions:
            raise ValueError(
                f"{self.converter}: {path} has {dimensions} axes, so that there is no {text}; count from 0."
            )
        return Place(path, axis % dimensions)

    def places(self, texts: Sequence[str], what: str) -> list[Place]:
        """Several axes, at least one; each array at most once.

        Raises:
            ValueError: there are none, or an array is named twice.
        """
        if isinstance(texts, str) or not texts:
            raise ValueError(f"{self.converter}: {what} is {shown(texts)}; pass a list of axes, such as ['W:1'].")
        found = [self.place(text) for text in texts]
        self.require_distinct([place.path for place in found], what)
        return found

    def require_distinct(self, paths: Sequence[str | None], what: str) -> None:
        """Raise if an array is named twice, whose second change would undo the first.

        Raises:
            ValueError: one is.
        """
        given = [path for path in paths if path is not None]
        if twice := [path for place, path in enumerate(given) if path in given[:place]]:
            raise ValueError(f"{self.converter}: {what} names {twice[0]} twice; name each array once, in one role.")

    def length(self, place: Place) -> int:
        """How long the axis is."""
        return int(self.leaf(place.path).shape[place.axis])

    def floats(self, path: str) -> np.ndarray:
        """The array in 64 bits, so that what is computed of it is rounded once.

        Raises:
            ValueError: it holds no floats, but whole numbers of a quantised checkpoint, say.
        """
        return floats_of(self.leaf(path), f"{self.converter}: {path}")

    def require_own(self, path: str, theorem: str, what: str) -> None:
        """Raise if the very array stands at another place too, so that changing it would change what is done there.

        Raises:
            ConversionRefused: it does.
        """
        leaf = self.leaf(path)
        others = [other for other, each in self.leaves.items() if other != path and _is_one_array(leaf, each)]
        if others:
            raise ConversionRefused(
                theorem,
                f"{self.converter}: {path} and {others[0]} are one array, and {what}; expected an array of its own: "
                "copy it first",
            )

    def replaced(self, new: Mapping[str, Any]) -> Tree:
        """A copy of the tree with other arrays, each in the type that it had."""
        made = {path: in_type_of(self.leaf(path), array, f"{self.converter}: {path}") for path, array in new.items()}
        return map_arrays(lambda path, leaf: made.get(path, leaf), self.tree)


def floats_of(leaf: Leaf, where: str) -> np.ndarray:
    """An array of NumPy or JAX in 64 bits.

    Raises:
        ValueError: it is none, or holds no real floats.
    """
    if not isinstance(leaf, np.ndarray | np.generic | jax.Array) or not jnp.issubdtype(leaf.dtype, jnp.floating):
        kind = getattr(leaf, "dtype", type(leaf).__name__)
        raise ValueError(f"{where} is of type {kind}; pass real floats: restore what is quantised first.")
    return np.asarray(leaf, np.float64)


def in_type_of(leaf: Leaf, array: Any, where: str) -> Leaf:
    """What was computed, in the type and the library of an array; JAX's 64 bits are kept whatever its settings.

    Raises:
        ValueError: a number is too large for the type.
    """
    given = np.asarray(array)
    with np.errstate(over="ignore"):
        narrow = given.astype(leaf.dtype)
    floats = jnp.issubdtype(leaf.dtype, jnp.floating)
    if floats and not np.array_equal(
        np.isfinite(np.asarray(narrow, np.float64)), np.isfinite(np.asarray(given, float))
    ):
        largest = float(np.max(np.abs(np.asarray(given, float))))
        raise ValueError(
            f"{where} would hold {largest:.3g}, too large for {leaf.dtype}; store it in a wider type first."
        )
    if not isinstance(leaf, jax.Array):
        return narrow
    with jax.enable_x64(True):
        return jnp.asarray(narrow)


def _is_one_array(one: Leaf, other: Leaf) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.may_share_memory(one, other)) and bool(np.shares_memory(one, other))
    return one is other
