"""Points at which a function is run: the parameters and inputs as given, and random ones of their kind, in float64."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Leaf, Tree, is_array, split

Arrays = list[Any]


@dataclasses.dataclass(frozen=True)
class Point:
    """Arrays of parameters and of inputs at which a function is run.

    Attributes:
        params: the arrays of the parameters.
        inputs: the arrays among the inputs.
        given: whether they are those that were given.
    """

    params: Arrays
    inputs: Arrays
    given: bool

    def with_rows(self, rows: slice, batched: Sequence[int]) -> "Point":
        """The point with some rows of those inputs that have a batch."""
        inputs = [each[rows] if place in batched else each for place, each in enumerate(self.inputs)]
        return dataclasses.replace(self, inputs=inputs)


def candidate_points(params: Tree, inputs: tuple, draws: int) -> Iterator[Point]:
    """The given values if there are any, then random ones; where none are given, all are random.

    Given ones may hide what a permutation does: biases that are all 0 and inputs that are all 1 move without a trace.
    """
    arrays, given = split(params)[0], split(inputs)[0]
    with_values = not any(isinstance(each, jax.ShapeDtypeStruct) for each in (*arrays, *given))
    if with_values:
        yield Point([in_float64(each) for each in arrays], [in_float64(each) for each in given], True)
    for draw in range(draws):
        yield random_point(arrays, given, np.random.default_rng(draw))


def random_point(arrays: Arrays, inputs: Arrays, source: np.random.Generator, positive: bool = False) -> Point:
    """Random parameters and inputs; positive ones where a function takes logarithms or roots of them."""
    drawn: list[Arrays] = []
    for leaves in (arrays, inputs):
        drawn.append([_random(each, source, positive, leaves is inputs) for each in leaves])
    return Point(*drawn, given=False)


def _random(leaf: Leaf, source: np.random.Generator, positive: bool, is_input: bool) -> Any:
    """Floats around the given ones, positive where those are; whole numbers of inputs from the range of the given ones."""
    if not jnp.issubdtype(leaf.dtype, jnp.inexact):
        # What is not finite at other whole numbers may read beyond the end of a table.
        return _random_integers(leaf, source) if is_input and not positive else _zeros(leaf)
    noise = source.normal(size=leaf.shape)
    if isinstance(leaf, jax.ShapeDtypeStruct):
        drawn = np.abs(noise) if positive else noise
    else:
        values = in_float64(leaf)
        if values.size and np.isrealobj(values) and (values > 0).all():
            drawn = values * np.exp(noise / 2)
        else:
            scale = np.sqrt(np.mean(np.abs(values) ** 2)) if values.size else 1.0
            drawn = values + noise * (scale or 1.0)
            drawn = np.abs(drawn) if positive else drawn
    return drawn.astype(np.complex128 if jnp.issubdtype(leaf.dtype, jnp.complexfloating) else np.float64)


def _random_integers(leaf: Leaf, source: np.random.Generator) -> Any:
    """Keys of random numbers (unsigned) and truth values stay; so do whole numbers where none are given."""
    if isinstance(leaf, jax.ShapeDtypeStruct) or leaf.dtype not in (np.int32, np.int64, np.int16, np.int8):
        return _zeros(leaf)
    values = np.asarray(leaf)
    lowest, highest = (int(values.min()), int(values.max())) if values.size else (0, 0)
    # Given tokens are often all 0, which would show one row of an embedding.
    most = highest + 3 if lowest == highest else highest
    return source.integers(lowest, most + 1, size=values.shape).astype(values.dtype)


def _zeros(leaf: Leaf) -> Any:
    return jnp.zeros(leaf.shape, leaf.dtype) if isinstance(leaf, jax.ShapeDtypeStruct) else leaf


def in_float64(leaf: Leaf) -> Any:
    """Floats as float64; whole numbers, truth values and keys as they are."""
    if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
        return np.asarray(leaf, np.complex128)
    if jnp.issubdtype(leaf.dtype, jnp.floating):
        return np.asarray(leaf).astype(np.float64)
    return leaf if jnp.issubdtype(leaf.dtype, jax.dtypes.extended) else np.asarray(leaf)


def as_given(point: Point, params: Tree, inputs: tuple) -> Point:
    """The point in the float types that were given."""
    pairs = ((point.params, split(params)[0]), (point.inputs, split(inputs)[0]))
    return Point(
        *[[_cast(x, like) for x, like in zip(xs, likes, strict=True)] for xs, likes in pairs], given=point.given
    )


def _cast(array: Any, like: Leaf) -> Any:
    return np.asarray(array).astype(like.dtype) if jnp.issubdtype(like.dtype, jnp.inexact) else array


def rows_in(inputs: Arrays) -> tuple[int, list[int]]:
    """How many rows the inputs have if their first axes are those of a batch, and which inputs have it."""
    leading = [place for place, each in enumerate(inputs) if is_array(each) and each.ndim and each.shape[0]]
    if not leading:
        return 0, []
    rows = inputs[leading[0]].shape[0]
    return rows, [place for place in leading if inputs[place].shape[0] == rows]
