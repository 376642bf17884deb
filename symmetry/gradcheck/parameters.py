"""The arrays in a tree of parameters, whatever it is made of: dictionaries, lists, registered pytrees, own classes.

An array is named by its path, such as `W1`, `[0].W` or `weights[1]`. Plain floats count as arrays without axes.
"""

import copy
import inspect
from collections.abc import Callable, Collection, Container, Mapping
from typing import Any

import jax
import numpy as np

from symmetry.given import require_texts
from symmetry.gradcheck.exact import ExactNumber
from symmetry.gradcheck.verdict import WrongGradient

Tree = Any
"""Parameters, a gradient or data as someone wrote them: dictionaries, lists, objects, or one array."""

Leaf = Any
"""An array or a number in such a tree: NumPy's, JAX's, exact or plain."""

Leaves = Mapping[str, Leaf]
"""Such arrays and numbers by path."""

Arrays = dict[str, np.ndarray]
"""Arrays by path, in the order in which the tree holds them."""


class _Every:
    def __contains__(self, path: object) -> bool:
        return True


EVERY = _Every()
"""Every path there may be."""


def size_of(arrays: Leaves) -> int:
    """How many numbers the arrays hold."""
    return sum(np.size(array) for array in arrays.values())


def arrays_of(tree: Tree, only: Collection[str] | None = None, named: Collection[str] = ()) -> Arrays:
    """The float arrays of a tree, as copies.

    Args:
        tree: any tree.
        only: the paths of the parameters, where the tree holds other arrays, too.
        named: paths at which a plain number is a parameter even as the attribute of an object, where it may be a setting.

    Raises:
        WrongGradient: there are none, or an array holds whole numbers or what is not finite.
        ValueError: `only` names what the tree has not.
    """
    found: Arrays = {}
    require_texts("only", () if only is None else only)
    leaves = leaves_of(tree, {*(only or ()), *named})
    for path, array in leaves.items():
        if only is not None and path not in only:
            continue
        if not is_float(array):
            raise WrongGradient(
                f"params: {path} is an array of {_dtype_of(array)}; parameters are floats: use .astype(float), or, if it "
                "is data, name those that are parameters, such as only=['W1', 'W2']."
            )
        found[path] = np.array(array, subok=True)
        if not np.isfinite(np.float64(found[path])).all():
            raise WrongGradient(f"params: {path} holds numbers that are not finite; pass finite ones.")
    missing = [path for path in only or () if path not in found]
    if missing:
        held = ", ".join(dict.fromkeys([*found, *leaves])) or "none"
        raise ValueError(f"only: params has no array {', '.join(map(repr, missing))}; it has {held}.")
    if not found:
        raise WrongGradient(f"params: a {type(tree).__name__} without any array; pass arrays, by name or in a list.")
    return found


def leaves_of(tree: Tree, numbers: Container[str] | None = None) -> dict[str, Leaf]:
    """The arrays of a tree by path, and numbers as in `map_arrays`."""
    found: dict[str, Leaf] = {}
    map_arrays(found.setdefault, tree, numbers=numbers)
    return found


def map_arrays(
    function: Callable[[str, Leaf], Leaf], tree: Tree, path: str = "", *, numbers: Container[str] | None = None
) -> Tree:
    """The tree with every array replaced by a function of its path and itself.

    Args:
        function: of a path and an array.
        tree: any tree; objects that are no pytree are searched through their attributes.
        path: where the tree stands in a larger one.
        numbers: None, or plain floats count as arrays, too: in dictionaries, sequences and pytrees all of them, whole numbers
            and the attributes of other objects only where their path is among these.
    """
    whole = isinstance(tree, int) and not isinstance(tree, bool)
    is_number = isinstance(tree, float | ExactNumber) or (whole and path in (numbers or ()))
    if is_array(tree) or (numbers is not None and is_number):
        return function(path, tree)
    if isinstance(tree, dict):
        twin = copy.copy(tree)
        for key, child in tree.items():
            twin[key] = map_arrays(function, child, _joined(path, key), numbers=numbers)
        return twin
    if tree is not None and not jax.tree_util.all_leaves([tree]):  # a registered pytree
        children, structure = jax.tree_util.tree_flatten_with_path(tree, is_leaf=lambda node: node is not tree)
        made = [
            map_arrays(function, child, path + _spelled(keys, path), numbers=numbers) if child is not tree else child
            for keys, child in children
        ]
        return jax.tree_util.tree_unflatten(structure, made)
    if not hasattr(tree, "__dict__") or inspect.isroutine(tree) or inspect.isclass(tree) or inspect.ismodule(tree):
        return tree
    twin = copy.copy(tree)
    for name, child in vars(tree).items():
        place = _joined(path, name)
        # A float that is an object's attribute may well be a rate.
        if not isinstance(child, float) or (numbers is not None and place in numbers) or is_array(child):
            object.__setattr__(twin, name, map_arrays(function, child, place, numbers=numbers))
    return twin


def is_array(node: object) -> bool:
    return isinstance(node, np.ndarray | np.floating | jax.Array)


def is_float(array: Leaf) -> bool:
    if isinstance(array, int):
        return not isinstance(array, bool)  # a whole number that is named as a parameter
    return bool(jax.numpy.issubdtype(_dtype_of(array), jax.numpy.floating))


def _dtype_of(array: Leaf) -> np.dtype:
    return array.dtype if isinstance(array, jax.Array) else np.asarray(array).dtype  # NumPy takes no keys of JAX


def _joined(path: str, name: object) -> str:
    if not isinstance(name, str):
        return f"{path}[{name!r}]"
    return f"{path}.{name}" if path else name


def _spelled(keys: tuple, path: str) -> str:
    """The step to a child, as JAX's keys name it."""
    (key,) = keys
    if isinstance(key, jax.tree_util.GetAttrKey):
        return f".{key.name}" if path else key.name
    if isinstance(key, jax.tree_util.DictKey):
        return _joined("", key.key) if not path else "." + str(key.key)
    return f"[{key.idx if isinstance(key, jax.tree_util.SequenceKey) else getattr(key, 'key', key)}]"
