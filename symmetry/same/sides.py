"""The two functions that are held against each other: each as a program of arrays, with its parameters and what it returns."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from symmetry.array import Tree
from symmetry.discovery.leaves import flattened
from symmetry.gradcheck.jaxpr.values import Shaped, is_inexact, is_key, shaped
from symmetry.wording import shortened

Leaf = Any
"""A NumPy array in one of JAX's types, or JAX's own array of keys of random numbers."""


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the two functions.

    Attributes:
        letter: "f" or "g".
        program: what it does, as a function of its parameters and then of the inputs.
        paths: the places of its parameters in their tree, such as `['w']`.
        parameters: their values.
        results: the places of what it returns in its tree; "" if it returns one array.
        structure: the tree that it returns.
        in_64_bits: whether JAX had 64 bits when it was traced.
    """

    letter: str
    program: ClosedJaxpr
    paths: tuple[str, ...]
    parameters: tuple[Leaf, ...]
    results: tuple[str, ...]
    structure: Tree
    in_64_bits: bool

    @property
    def shapes(self) -> list[Shaped]:
        """Shape and type of each result."""
        return [shaped(atom) for atom in self.program.jaxpr.outvars]

    def holding(self, parameters: Sequence[Leaf]) -> "Side":
        """The same program with other parameters."""
        return dataclasses.replace(self, parameters=tuple(parameters))


@dataclasses.dataclass(frozen=True)
class Arrays:
    """The arrays of a tree, and how to put the tree together again from others of their kind; what is no array stays."""

    paths: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    rebuild: Callable[[Sequence[Any]], Tree]


def arrays_of(tree: Tree) -> Arrays:
    """The arrays of any pytree: dictionaries, modules of Equinox, states of Flax."""
    pairs, structure = flattened(tree)
    where = [place for place, (_, leaf) in enumerate(pairs) if isinstance(leaf, np.ndarray | np.generic | jax.Array)]

    def rebuild(arrays: Sequence[Any]) -> Tree:
        leaves = [leaf for _, leaf in pairs]
        for place, array in zip(where, arrays, strict=True):
            leaves[place] = array
        return jax.tree.unflatten(structure, leaves)

    paths = tuple(jax.tree_util.keystr(pairs[place][0]) for place in where)
    return Arrays(paths, tuple(_in_jax_types(pairs[place][1]) for place in where), rebuild)


def _in_jax_types(leaf: Leaf) -> Leaf:
    """The array as JAX takes it: with the usual settings, of 32 bits."""
    if is_key(leaf):
        return leaf
    with np.errstate(over="ignore"):  # what is infinite in 32 bits is refused as that
        return np.asarray(leaf).astype(jax.dtypes.canonicalize_dtype(leaf.dtype), copy=False)


def traced_side(letter: str, function: Callable, params: Tree, inputs: tuple[Tree, ...]) -> Side:
    """One of the functions, traced by JAX.

    Raises:
        TypeError: it is no function, it cannot be traced, or it returns what is no array.
        ValueError: it raises an error with these parameters and inputs, or they hold what is not finite.
    """
    if not callable(function):
        raise TypeError(
            f"same_function: {letter} is a {type(function).__name__}; pass a function of its parameters and the inputs."
        )
    held, given = arrays_of(params), arrays_of(inputs)
    _require_numbers(f"params_{letter}", held, np.isfinite)
    _require_numbers("the inputs", given, lambda array: ~np.isnan(array))
    split = len(held.leaves)
    made: list[Tree] = []

    def flat(*arrays: jax.Array) -> list[jax.Array]:
        returned = function(held.rebuild(arrays[:split]), *given.rebuild(arrays[split:]))
        pairs, structure = jax.tree_util.tree_flatten_with_path(returned)
        made[:] = [([jax.tree_util.keystr(path) for path, _ in pairs], structure)]
        return [_array(letter, jax.tree_util.keystr(path), leaf) for path, leaf in pairs]

    try:
        program = jax.make_jaxpr(flat)(*held.leaves, *given.leaves)
    except _NoArray as error:
        raise TypeError(str(error)) from None
    except Exception as error:
        raise _refusal(letter, function, params, inputs, error) from error
    results, structure = made[0]
    if not results:
        raise TypeError(f"same_function: {letter} returns no array; return the outputs that are to be compared.")
    in_64_bits = bool(jax.config.read("jax_enable_x64"))
    return Side(letter, program, held.paths, held.leaves, tuple(results), structure, in_64_bits)


def require_same_results(f: Side, g: Side) -> None:
    """Raises ValueError unless both return the same tree of arrays of the same shapes."""
    if f.structure != g.structure:
        raise ValueError(
            f"same_function: f returns {f.structure}, and g returns {g.structure}; return the same tree of arrays from "
            "both, for instance from lambda params, x: g(params, x)[0]."
        )
    for path, one, other in zip(f.results, f.shapes, g.shapes, strict=True):
        if one.shape != other.shape or is_inexact(one.dtype) != is_inexact(other.dtype):
            raise ValueError(
                f"same_function: f returns {_in_words(one)}, and g returns {_in_words(other)}"
                f"{f' at {path}' if path else ''}; return arrays of the same shape and kind."
            )


def _in_words(array: Shaped) -> str:
    return f"{np.dtype(array.dtype).name} of shape {tuple(array.shape)}"


class _NoArray(Exception):
    """A function returned something else than arrays."""


def _array(letter: str, path: str, leaf: object) -> jax.Array:
    if not isinstance(leaf, jax.Array | np.ndarray | np.generic | float | int | bool) or is_key(leaf):
        where = f" at {path}" if path else ""
        raise _NoArray(
            f"same_function: {letter} returns a {type(leaf).__name__}{where}; return arrays, numbers, or trees of them."
        )
    return jnp.asarray(leaf)


def _require_numbers(name: str, arrays: Arrays, fine: Callable[[np.ndarray], np.ndarray]) -> None:
    for path, leaf in zip(arrays.paths, arrays.leaves, strict=True):
        if not is_key(leaf) and is_inexact(leaf.dtype):
            if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
                raise ValueError(f"same_function: {name}{path} holds complex numbers; pass real ones.")
            if not fine(np.asarray(leaf, np.float64)).all():
                raise ValueError(f"same_function: {name}{path} holds numbers that are not finite; pass finite ones.")


def _refusal(letter: str, function: Callable, params: Tree, inputs: tuple[Tree, ...], error: Exception) -> Exception:
    """What to raise for an error of the function: it fails on arrays, too, or only when JAX traces it."""
    said = f"{type(error).__name__}: {shortened(str(error).strip().splitlines()[0] if str(error).strip() else '', 200)}"
    try:
        function(params, *inputs)
    except Exception:
        return ValueError(
            f"same_function: {letter} raises an error with params_{letter} and the inputs, which do not fit it: {said}. "
            f"Call {letter}(params_{letter}, *inputs) by itself to see where."
        )
    return TypeError(
        f"same_function: {letter} runs, but JAX cannot trace it: {said}. Write it with jax.numpy and jax.lax, without "
        "float(...), NumPy or `if` on entries of arrays."
    )
