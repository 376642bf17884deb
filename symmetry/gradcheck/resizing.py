"""Networks of other sizes than a student gave: what each axis counts, and random networks and data of chosen sizes."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.layouts import Layout
from symmetry.gradcheck.parameters import Arrays, Tree, is_array
from symmetry.gradcheck.student import Point

Sizes = dict[str | int, int]
"""How many there are of each thing that axes count: examples, and the units of each layer."""

VALUES = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
"""What entries are drawn from: exact in every float type, and easy to read."""


@dataclasses.dataclass(frozen=True)
class CountedAxes:
    """What every axis counts; axes that count the same have one size. None marks an axis of fixed size."""

    arrays: dict[str, tuple]
    x: tuple
    y: tuple

    @classmethod
    def of(cls, point: Point, layout: Layout | None) -> "CountedAxes":
        if layout is not None:
            return cls(layout.axes(point.arrays), layout.x_axes, layout.y_axes)
        shapes = {path: np.shape(array) for path, array in point.arrays.items()}
        x, y = (() if array is None else array.shape for array in _data(point))
        return cls(shapes, x, y)

    def sizes(self, point: Point) -> Sizes:
        """The size of whatever is counted, the largest first; what is 1 stays 1."""
        data = [(axes, each) for axes, each in zip((self.x, self.y), _data(point), strict=True) if each is not None]
        arrays = data + [(axes, point.arrays[path]) for path, axes in self.arrays.items()]
        pairs = (pair for axes, array in arrays for pair in zip(axes, np.shape(array), strict=True))
        found = {what: size for what, size in pairs if what is not None}
        return dict(sorted(((what, size) for what, size in found.items() if size > 1), key=lambda pair: -pair[1]))


def _data(point: Point) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Inputs and targets as arrays; None for what is no array of numbers and stays as it is."""
    return numbers_in(point.x), numbers_in(point.y)


def numbers_in(data: Tree) -> np.ndarray | None:
    if not (is_array(data) or isinstance(data, list | tuple | int | float)):
        return None
    try:
        array = np.asarray(data)
    except ValueError:  # ragged
        return None
    return array if array.dtype.kind in "fiub" else None


def random_network(point: Point, axes: CountedAxes, sizes: Sizes, draw: np.random.Generator) -> Point | None:
    """A random network and data with other sizes, of the kinds that were given; None where they cannot be resized."""
    try:
        x, y = _data(point)
        arrays: Arrays = {
            path: np.asarray(draw.choice(VALUES, _resized(array.shape, axes.arrays[path], sizes))).astype(array.dtype)
            for path, array in point.arrays.items()
        }
        inputs, targets = point.x, point.y
        if x is not None and x.ndim:
            values = VALUES if x.dtype.kind == "f" else x.ravel()
            inputs = like(point.x, draw.choice(values, _resized(x.shape, axes.x, sizes)).astype(x.dtype))
        if y is not None and y.ndim:
            targets = like(point.y, _targets(y, _resized(y.shape, axes.y, sizes), _classes(y, sizes), draw))
    except ValueError:
        return None
    return Point(arrays, inputs, targets)


def _resized(shape: tuple[int, ...], axes: tuple, sizes: Sizes) -> tuple[int, ...]:
    return tuple(sizes.get(what, size) for what, size in zip(axes, shape, strict=True))


def _classes(y: np.ndarray, sizes: Sizes) -> int | None:
    """How many classes labels may be of: outputs where they are known, else the fewest that it could be."""
    units = [what for what in sizes if isinstance(what, int)]
    if "examples" in sizes or 0 in sizes:
        return sizes[max(units)] if units else None
    return min((sizes[size] for size in units if size > y.max(initial=0)), default=None)


def _targets(y: np.ndarray, shape: tuple[int, ...], classes: int | None, draw: np.random.Generator) -> np.ndarray:
    """Targets of the kind given: labels below the number of classes, distributions over the same axis, else numbers."""
    for axis in range(y.ndim) if y.size > 1 and np.all(y >= 0) else ():
        # Shares of 1, within the rounding of their sum in float32 at most.
        rounding = y.shape[axis] * float(np.finfo(np.float32).eps)
        if y.shape[axis] > 1 and np.all(np.abs(y.astype(float).sum(axis) - 1) <= rounding):
            chosen = draw.integers(0, shape[axis], shape[:axis] + shape[axis + 1 :])
            return np.moveaxis(np.eye(shape[axis])[chosen], -1, axis).astype(y.dtype)
    if y.dtype.kind == "f":
        return draw.choice((0.0, 1.0) if np.all((y >= 0) & (y <= 1)) else VALUES, shape).astype(y.dtype)
    fresh = draw.choice(y.ravel(), shape).astype(y.dtype)
    return fresh % classes if y.dtype.kind in "iu" and classes else fresh


def like(given: Tree, fresh: np.ndarray) -> Tree:
    """The numbers as the kind of thing that was given: an array, or a list or tuple of arrays or numbers."""
    if isinstance(given, list | tuple):
        return type(given)(like(given[0], each) for each in fresh)
    if isinstance(given, np.ndarray) or not hasattr(given, "at"):
        return fresh if fresh.ndim or isinstance(given, np.ndarray) else fresh[()]
    return jnp.asarray(fresh)
