"""Points at which a function is run: the parameters and inputs as given, and random ones of their kind, in float64."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Leaf, Tree, has_floats, is_array, split, wide_type
from symmetry.discovery.precision import widened

Arrays = list[Any]

DRAWS = 2
"""Random points that are tried beside the given one."""

NARROW = 2.0**-4
"""How wide numbers are drawn around the given ones, as a part of these, where drawing widely ends in infinity."""


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


def given_point(params: Arrays, inputs: Arrays) -> Point | None:
    """The given values; None where shapes alone are given.

    They may hide what a permutation does: biases that are all 0, and inputs that are all 1, move without a trace.
    """
    if any(isinstance(each, jax.ShapeDtypeStruct) for each in (*params, *inputs)):
        return None
    return Point([in_float64(each) for each in params], [in_float64(each) for each in inputs], True)


def random_points(params: Arrays, inputs: Arrays, seed: int) -> Iterator[Point]:
    """Random points of one seed: far from the given values, near to them, and positive, for logarithms and roots."""
    for width, positive in ((1.0, False), (NARROW, False), (1.0, True)):
        source = np.random.default_rng(seed)
        own = [_floats(each, source, width, positive) if has_floats(each) else _kept(each, source) for each in params]
        # What is not finite at other whole numbers may have read beyond the end of a table.
        integers = _integers if width == 1.0 and not positive else _kept
        beside = [_floats(e, source, width, positive) if has_floats(e) else integers(e, source) for e in inputs]
        yield Point(own, beside, False)


def _floats(leaf: Leaf, source: np.random.Generator, width: float, positive: bool) -> np.ndarray:
    """Floats around the given ones, positive where those all are, as variances must be."""
    noise = width * source.normal(size=leaf.shape)
    kind = wide_type(leaf.dtype)
    if isinstance(leaf, jax.ShapeDtypeStruct):
        return (np.abs(noise) if positive else noise).astype(kind)
    values = in_float64(leaf)
    if values.size and np.isrealobj(values) and (values > 0).all():
        return values * np.exp(noise / 2)
    scale = np.sqrt(np.mean(np.abs(values) ** 2)) if values.size else 1.0
    drawn = values + noise * (scale or 1.0)
    return (np.abs(drawn) if positive else drawn).astype(kind)


def _integers(leaf: Leaf, source: np.random.Generator) -> Any:
    """Whole numbers from the range of the given ones; keys of random numbers (unsigned) and truth values stay."""
    if isinstance(leaf, jax.ShapeDtypeStruct) or not jnp.issubdtype(leaf.dtype, jnp.signedinteger) or not leaf.size:
        return _kept(leaf, source)
    values = np.asarray(leaf)
    lowest, highest = int(values.min()), int(values.max())
    # Given tokens are often all 0, which would show one row of an embedding.
    most = highest + 3 if lowest == highest else highest
    return source.integers(lowest, most + 1, size=values.shape).astype(values.dtype)


def _kept(leaf: Leaf, source: np.random.Generator) -> Any:
    """The given values; where there are none, as many zeros as ones, which are indices of most axes."""
    if not isinstance(leaf, jax.ShapeDtypeStruct):
        return leaf
    if jnp.issubdtype(leaf.dtype, jax.dtypes.extended):
        return jnp.zeros(leaf.shape, leaf.dtype)
    return source.permutation(np.arange(leaf.size) % 2).reshape(leaf.shape).astype(leaf.dtype)


def in_float64(leaf: Leaf) -> Any:
    """Floats as float64; whole numbers, truth values and keys as they are."""
    if has_floats(leaf):
        return widened(leaf)
    return leaf if jnp.issubdtype(leaf.dtype, jax.dtypes.extended) else np.asarray(leaf)


def as_given(point: Point, params: Tree, inputs: tuple) -> Point:
    """The point in the float types that were given."""
    pairs = ((point.params, split(params)[0]), (point.inputs, split(inputs)[0]))
    own, beside = ([_cast(x, like) for x, like in zip(*each, strict=True)] for each in pairs)
    return dataclasses.replace(point, params=own, inputs=beside)


def _cast(array: Any, like: Leaf) -> Any:
    return np.asarray(array).astype(like.dtype) if has_floats(like) else array


def rows_in(inputs: Arrays) -> tuple[int, list[int]]:
    """How many rows the inputs have if their first axes are those of a batch, and which inputs have it."""
    leading = [place for place, each in enumerate(inputs) if is_array(each) and each.ndim and each.shape[0]]
    if not leading:
        return 0, []
    rows = inputs[leading[0]].shape[0]
    return rows, [place for place in leading if inputs[place].shape[0] == rows]
