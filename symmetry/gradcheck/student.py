"""The student's two functions, called so that nothing they do to their arguments can be felt elsewhere."""

import contextlib
import copy
import dataclasses
import functools
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck import jaxpr
from symmetry.gradcheck.allocation import exact_allocation, namespaces_of
from symmetry.gradcheck.exact import Numbers, exact_constants
from symmetry.gradcheck.gradient import gradient_of
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree, is_array, is_float, map_arrays

Found = TypeVar("Found")

NEAR, ASIDE = 2.0**-10, 2.0**-7
"""How far points lie, relative to each array's largest entry, at which code is looked at beside a kink; the second where the
given point may be one, for differences."""


@dataclasses.dataclass(frozen=True)
class Point:
    """Where a gradient is taken: the parameters by path, and the data as the student's functions get it."""

    arrays: dict[str, Leaf]
    x: Tree
    y: Tree

    def widened(self) -> "Point":
        """The same numbers in float64, those of the data, too: narrower data would round what is done with them."""
        arrays = {path: np.asarray(array, np.float64) for path, array in self.arrays.items()}
        x, y = (map_arrays(lambda _, array: _in_float64(array), each) for each in (self.x, self.y))
        return Point(arrays, x, y)

    def at(self, arrays: dict[str, Leaf]) -> "Point":
        """The same data with other parameters."""
        return dataclasses.replace(self, arrays=arrays)

    def converted(self, dtype: np.dtype) -> "Point":
        """The point with every array of floats in that type, rounded; data with it, since wider data would widen all."""

        def rounded(array: Leaf) -> Leaf:
            return array.astype(dtype) if is_float(array) else array

        arrays = {path: rounded(np.asarray(array)) for path, array in self.arrays.items()}
        return dataclasses.replace(self, arrays=arrays, x=map_arrays(lambda _, array: rounded(array), self.x))

    def along(self, direction: Mapping[str, np.ndarray], amount: float) -> "Point":
        """The point with every parameter moved by that many times the direction."""
        return self.at({path: np.asarray(array + amount * direction[path]) for path, array in self.arrays.items()})

    def changed(self, change: Callable[[np.ndarray], np.ndarray]) -> "Point":
        """The point with a function applied to every parameter, in its own type."""
        return self.at(
            {path: change(np.asarray(array, np.float64)).astype(array.dtype) for path, array in self.arrays.items()}
        )

    def with_exact_data(self) -> "Point":
        """The point with exact numbers in the place of floats in its data, so that arithmetic on these alone is exact, too."""

        def exact(_: str, array: Leaf) -> Leaf:
            return exact_constants(array) if is_float(array) else array

        return dataclasses.replace(self, x=map_arrays(exact, self.x), y=map_arrays(exact, self.y))

    def moved(self, distance: float, seed: int) -> "Point":
        """The point with every parameter moved at random, by up to that much of its array's largest entry."""
        draw = np.random.default_rng(seed)

        def moved(array: np.ndarray) -> np.ndarray:
            size = np.max(np.abs(array), initial=0.0)
            return np.asarray(array + distance * (size if size > 0 else 1.0) * draw.uniform(-1, 1, array.shape))

        return self.changed(moved)


@dataclasses.dataclass(frozen=True)
class Student:
    """A loss and its gradient as a student wrote them: functions of parameters, x and y.

    Attributes:
        tree: parameters, whose arrays are replaced for each call.
        in_jax: whether these are JAX's arrays.
        numbers: paths at which plain numbers of the tree are parameters, though they might be settings.
        after_loss: whether `grads` needs what a call of `loss` leaves behind, which is then made first.
        in_64_bits: whether JAX code is traced with 64 bits; what draws at random draws other numbers then.
        trusted: the systems whose derivatives were found to be those of the loss, by name.
    """

    loss: Callable
    grads: Callable
    tree: Tree
    in_jax: bool
    numbers: Collection[str] = ()
    after_loss: bool = False
    in_64_bits: bool = True
    trusted: set[str] = dataclasses.field(default_factory=set)
    _programs: dict[tuple, tuple[jaxpr.Program, Tree]] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def _namespaces(self) -> list[dict]:
        return namespaces_of((self.loss, self.grads, self.tree))

    def loss_at(self, point: Point) -> Leaf:
        """What `loss` returns, whatever that is; an array of one number as that number."""
        return without_axes(self._called(self.loss, point))

    def backward(self, tree: Tree, x: Tree, y: Tree) -> Tree:
        """What `grads` returns, after a call of `loss` where it needs one."""
        if self.after_loss:
            self.loss(tree, x, y)
        return self.grads(tree, x, y)

    def returned_at(self, point: Point) -> Tree:
        """What `grads` returns, whatever that is."""
        return self._called(self.backward, point)

    def gradient_at(self, point: Point, convert: Callable[[Leaf], np.ndarray] = np.asarray) -> dict[str, Leaf]:
        """The gradient's arrays by path."""
        return gradient_of(self.returned_at(point), point.arrays, convert)

    def _called(self, function: Callable, point: Point) -> Tree:
        foreign = any(isinstance(array, np.ndarray) and array.dtype.kind in "Oc" for array in point.arrays.values())
        if foreign and self.in_jax:
            return self._interpreted(function, point)
        exact = any(isinstance(array, Numbers) for array in point.arrays.values())
        allocation = exact_allocation(self._namespaces) if exact else contextlib.nullcontext()
        with warnings.catch_warnings(), allocation:
            warnings.filterwarnings("ignore", message="the matrix subclass", category=PendingDeprecationWarning)
            return function(self.tree_with(point.arrays, exact), copied(point.x), copied(point.y))

    def _interpreted(self, function: Callable, point: Point) -> Tree:
        """JAX code traced, and what it does run on the numbers of the point."""
        data = {"x": point.x, "y": point.y}
        exact: dict[str, Leaf] = {}
        map_arrays(lambda path, array: exact.setdefault(path, array) if isinstance(array, Numbers) else array, data)
        shapes = tuple((path, np.shape(array)) for path, array in point.arrays.items())
        key = (getattr(function, "__func__", function), shapes, id(point.x), id(point.y))
        if key not in self._programs or exact:
            with jax.enable_x64(self.in_64_bits):
                zeros, like = jax.tree.map(lambda array: jnp.zeros(np.shape(array), float), (point.arrays, exact))

                def traced(arrays: Leaves, numbers: Leaves) -> Tree:
                    filled = map_arrays(lambda path, array: numbers[path] if path in numbers else _wide(array), data)
                    return function(self.tree_with(arrays), filled["x"], filled["y"])

                program = jaxpr.traced(traced, zeros, like)
            if exact:
                return jaxpr.run(program, point.arrays, exact)
            # The data are kept, so that their identities stay theirs.
            self._programs[key] = program, data
        return jaxpr.run(self._programs[key][0], point.arrays, exact)

    def tree_with(self, arrays: Leaves, exact: bool = False) -> Tree:
        """A tree of the student's own kind with other parameters; its other arrays are copies.

        If `exact`, the other arrays of floats hold exact numbers, too: code may store results in them.
        """

        def replaced(path: str, given: Leaf) -> Leaf:
            if path in arrays:
                return self._own(arrays[path], given)
            if not isinstance(given, np.ndarray):
                return given
            return exact_constants(given) if exact and given.dtype.kind == "f" else given.copy()

        return map_arrays(replaced, self.tree, numbers=self.numbers)

    def _own(self, array: Leaf, given: Leaf) -> Leaf:
        """A copy of an array, of the kind that the student's code was given."""
        if not isinstance(array, np.ndarray):
            return array  # a tracer of JAX
        if isinstance(given, np.matrix):
            return array.copy().view(np.matrix)
        if not is_array(given) or isinstance(given, np.floating):
            return array.item() if not is_array(given) and array.dtype.kind in "Ofc" else array.copy()[()]
        return jnp.asarray(array) if self.in_jax and array.dtype.kind not in "Oc" else array.copy()


def without_axes(value: Leaf) -> Leaf:
    """An array of one number as that number; anything else as it is."""
    return value.reshape(())[()] if is_array(value) and np.ndim(value) and np.size(value) == 1 else value


def or_none(call: Callable[[], Found]) -> Found | None:
    """What a call of the student's code returns; None where it raises at what a search chose."""
    try:
        with np.errstate(all="ignore"):
            return call()
    except Exception:
        return None


def copied(data: Tree) -> Tree:
    """A copy that the student's code may change; the thing itself where it cannot be copied."""
    try:
        return copy.deepcopy(data)
    except Exception:  # such as a generator or a file
        return data


def _in_float64(array: Leaf) -> Leaf:
    if not is_float(array) or array.dtype == np.float64:
        return array
    if isinstance(array, jax.Array):
        with jax.enable_x64(True):
            return jnp.asarray(np.asarray(array), jnp.float64)
    return array.astype(np.float64)


def _wide(array: Leaf) -> Leaf:
    return jnp.asarray(np.asarray(array), float) if is_float(array) and isinstance(array, jax.Array) else array
