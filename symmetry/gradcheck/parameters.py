"""The arrays in a tree of parameters, whatever it is made of: dictionaries, lists, registered pytrees, own classes.

An array is named by its path, such as `W1`, `[0].W` or `weights[1]`.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from symmetry.gradcheck.exact import Number


class WrongGradient(AssertionError):
    """A backprop that failed its check; the message says where and what is wrong. `report` holds it as data, if it ran."""

    __module__ = "symmetry"  # where users import it from, and what pytest prints before the message

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


Arrays = dict[str, np.ndarray]
"""Arrays by path, in the order in which the tree holds them."""


def size_of(arrays: Mapping[str, Any]) -> int:
    """How many numbers the arrays hold."""
    return sum(array.size for array in arrays.values())


def arrays_of(tree: Any) -> Arrays:
    """The float arrays of a tree, as copies.

    Raises:
        WrongGradient: there are none, or an array holds whole numbers or what is not finite.
    """
    found: Arrays = {}

    def collect(path: str, array: Any) -> Any:
        if not is_float(array):
            raise WrongGradient(
                f"params: {path} is an array of {np.asarray(array).dtype}; parameters are floats: use .astype(float)."
            )
        found[path] = np.array(array)
        if not np.isfinite(found[path]).all():
            raise WrongGradient(f"params: {path} holds numbers that are not finite; pass finite ones.")
        return array

    map_arrays(collect, tree)
    if not found:
        raise WrongGradient(f"params: a {type(tree).__name__} without any array; pass arrays, by name or in a list.")
    return found


def with_arrays(tree: Any, arrays: Mapping[str, Any]) -> Any:
    """A copy of the tree that holds other arrays."""
    return map_arrays(lambda path, array: arrays[path], tree)


def gradient_of(returned: Any, like: Arrays, convert: Callable[[Any], Any]) -> dict[str, Any]:
    """The arrays of what `grads` returned, by the path of the parameter that each belongs to.

    They may stand in a tree like the parameters, in a dictionary by name (`dW1` counts as `W1`), or in a sequence in the
    order of the parameters.

    Args:
        returned: what `grads` returned.
        like: the parameters.
        convert: makes an array of a leaf.

    Raises:
        WrongGradient: arrays are missing, too many, or of another shape.
    """
    found: dict[str, Any] = {}
    map_arrays(lambda path, array: found.setdefault(path, array), returned, numbers=True)
    named = _by_name(found, like) or _by_order(found, like)
    if named is None:
        missing, extra = [path for path in like if path not in found], [path for path in found if path not in like]
        told = [f"has no {', '.join(missing)}"] if missing else []
        told += [f"has {', '.join(extra)}, which params has not"] if extra else []
        raise WrongGradient(
            f"grads: what it returns {' and '.join(told)}; return one array for each of {', '.join(like)}."
        )
    arrays = {path: convert(named[path]) for path in like}
    for path, array in arrays.items():
        if array.shape != like[path].shape:
            raise WrongGradient(
                f"grads: {path} has shape {array.shape}, but the parameter has {like[path].shape}; "
                "a gradient has the shape of its parameter."
            )
    return arrays


def _by_name(found: dict[str, Any], like: Arrays) -> dict[str, Any] | None:
    spellings = ("{}", "d{}", "d_{}", "{}_grad", "grad_{}", "grad{}", "nabla_{}")
    for spelling in spellings:
        if {spelling.format(path) for path in like} == set(found):
            return {path: found[spelling.format(path)] for path in like}
    return None


def _by_order(found: dict[str, Any], like: Arrays) -> dict[str, Any] | None:
    shapes = [np.shape(array) for array in found.values()]
    own_names = any(path and not path.startswith("[") for path in found)
    if own_names or shapes != [array.shape for array in like.values()]:
        return None
    return dict(zip(like, found.values(), strict=True))


def map_arrays(function: Callable[[str, Any], Any], tree: Any, path: str = "", *, numbers: bool = False) -> Any:
    """The tree with every array replaced by a function of its path and itself.

    Args:
        function: of a path and an array.
        tree: any tree; objects that are no pytree are searched through their attributes.
        path: where the tree stands in a larger one.
        numbers: whether plain floats count as arrays, too.
    """
    if is_array(tree) or (numbers and isinstance(tree, float | Number)):
        return function(path, tree)
    if isinstance(tree, dict):
        children = {
            key: map_arrays(function, child, _joined(path, key), numbers=numbers) for key, child in tree.items()
        }
        return type(tree)(children) if type(tree) is not dict else children
    if _is_registered(tree):
        children, structure = jax.tree_util.tree_flatten_with_path(tree, is_leaf=lambda node: node is not tree)
        made = [
            map_arrays(function, child, path + _spelled(keys, path), numbers=numbers) if child is not tree else child
            for keys, child in children
        ]
        return jax.tree_util.tree_unflatten(structure, made)
    if hasattr(tree, "__dict__") and not (inspect.isroutine(tree) or inspect.isclass(tree) or inspect.ismodule(tree)):
        twin = copy.copy(tree)
        for name, child in vars(tree).items():
            object.__setattr__(twin, name, map_arrays(function, child, _joined(path, name), numbers=numbers))
        return twin
    return tree


def is_array(node: Any) -> bool:
    return isinstance(node, np.ndarray | np.floating | jax.Array)


def is_float(array: Any) -> bool:
    dtype = np.asarray(array).dtype
    return bool(jax.numpy.issubdtype(dtype, jax.numpy.floating))


def _is_registered(node: Any) -> bool:
    return node is not None and not jax.tree_util.all_leaves([node])


def _joined(path: str, name: Any) -> str:
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
