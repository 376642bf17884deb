"""The ways in which a student's arrays may be the layers of a fully connected network, from their shapes alone.

A layer's bias is an array of its own, or the weights of a column of ones that stands before or behind its inputs.
"""

import dataclasses
from collections.abc import Iterator

import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.parameters import Arrays, Leaf, Leaves, Tree
from symmetry.network import Layer

Axes = tuple[str | int | None, ...]
"""What each axis of an array counts."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """Which arrays are the layers' weights and biases, and how arrays and examples lie.

    Attributes:
        weights: the path of each layer's weight.
        biases: the path of each layer's bias, or None.
        out_by_in: whether a weight is (units out, units in).
        x: the inputs, (examples, inputs).
        y: the targets, (examples, outputs).
        x_axes: what each axis of the inputs as given counts: "examples", the index of a layer's units, or nothing.
        y_axes: the same of the targets.
        ones: of each layer, where its weight has a row (or column) that is the bias: "first", "last", or None.
    """

    weights: tuple[str, ...]
    biases: tuple[str | None, ...]
    out_by_in: bool
    x: np.ndarray
    y: np.ndarray
    x_axes: Axes
    y_axes: Axes
    ones: tuple[str | None, ...]

    def axes(self, arrays: Arrays) -> dict[str, Axes]:
        """What each axis of each array counts: the index of a layer's units, 0 for the inputs, or nothing."""
        found: dict[str, Axes] = {}
        # Code that appends ones has axes that are one longer than the units; these keep their lengths.
        count = [None if ones else index for index, ones in enumerate((*self.ones, None))]
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            units = count[index], count[index + 1]
            found[weight] = units[::-1] if self.out_by_in else units
            if bias is not None:
                shape = arrays[bias].shape
                found[bias] = tuple(units[1] if axis == np.argmax(shape) else None for axis in range(len(shape)))
        return found

    def weights_only(self, path: str, array: Leaf) -> Leaf:
        """An array of the student's, with 0 for the biases that stand in it as a row (or column)."""
        ones = dict(zip(self.weights, self.ones, strict=True)).get(path)
        if ones is None:
            return array
        without = np.array(array)
        (without.T if self.out_by_in else without)[0 if ones == "first" else -1] = 0
        return without

    def layers(self, arrays: Leaves) -> tuple[Layer, ...]:
        """The student's arrays as layers of ours."""
        found = []
        for path, bias, ones in zip(self.weights, self.biases, self.ones, strict=True):
            weight = jnp.asarray(arrays[path].T if self.out_by_in else arrays[path])
            if ones is None:
                found.append(Layer(weight, None if bias is None else jnp.asarray(arrays[bias].ravel())))
            else:
                found.append(Layer(weight[1:], weight[0]) if ones == "first" else Layer(weight[:-1], weight[-1]))
        return tuple(found)

    def arrays(self, layers: tuple[Layer, ...], like: Arrays) -> Arrays:
        """Layers of ours in the shapes of the student's arrays."""
        found = {}
        for layer, path, bias, ones in zip(layers, self.weights, self.biases, self.ones, strict=True):
            weight = np.asarray(layer.weight)
            if ones is not None:
                weight = np.insert(weight, 0 if ones == "first" else len(weight), np.asarray(layer.bias), axis=0)
            found[path] = weight.T if self.out_by_in else weight
            if bias is not None:
                found[bias] = np.asarray(layer.bias).reshape(like[bias].shape)
        return found


def layouts(arrays: Arrays, x: Tree, y: Tree) -> Iterator[Layout]:
    """Every way in which the arrays' shapes chain from the inputs to the targets, the usual ones first."""
    for ones in (None, "first", "last"):
        for inputs, x_axes in _inputs(x):
            for out_by_in in (False, True):
                for layers, width in _chains(arrays, inputs.shape[1], out_by_in, ones):
                    weights, biases, columns = zip(*layers, strict=True)
                    if ones is not None and not any(columns):
                        continue
                    axes = tuple(None if columns[0] and axis == 0 else axis for axis in x_axes)
                    for targets, y_axes in _targets(y, inputs.shape[0], width, len(weights)):
                        yield Layout(weights, biases, out_by_in, inputs, targets, axes, y_axes, columns)


def _inputs(x: Tree) -> Iterator[tuple[np.ndarray, Axes]]:
    """The inputs with examples as rows, for each way they may lie, and what their axes count."""
    try:
        array = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError):
        return
    if array.ndim == 3 and array.shape[2] == 1:
        yield array[:, :, 0], ("examples", 0, None)
    if array.ndim == 1:
        yield array[None, :], (0,)
    if array.ndim == 2:
        yield array, ("examples", 0)
        yield array.T, (0, "examples")


def _targets(y: Tree, examples: int, width: int, last: int) -> Iterator[tuple[np.ndarray, Axes]]:
    """The targets as (examples, outputs), for each way they may lie; whole numbers may be labels."""
    try:
        array = np.asarray(y)
        whole = array.astype(np.float64)
    except (TypeError, ValueError):
        return
    if array.dtype.kind in "iub" and array.size == examples and width > 1 and array.min() >= 0 and array.max() < width:
        axes = tuple("examples" if size == examples else None for size in array.shape)
        yield np.eye(width)[array.astype(int).ravel()], axes
    if array.size != examples * width:
        return
    single: dict[Axes, bool] = {
        ("examples", last): whole.shape == (examples, width),
        ("examples", last, None): whole.shape == (examples, width, 1),
        ("examples",): width == 1 and whole.shape == (examples,),
        (last,): examples == 1 and whole.shape == (width,),
        (): whole.shape == (),
    }
    yield from ((whole.reshape(examples, width), axes) for axes, fits in single.items() if fits)
    if whole.shape == (width, examples):
        yield whole.T, (last, "examples")


def _chains(
    arrays: Arrays, width: int, out_by_in: bool, ones: str | None, taken: tuple[str, ...] = ()
) -> Iterator[tuple[tuple, int]]:
    """Layers that chain from a width on and use every array, with the width that they end in.

    A layer is the path of its weight, that of its bias or None, and where its weight has a row for a column of ones.
    """
    left = [path for path in arrays if path not in taken]
    if not left:
        yield (), width
        return
    for weight in left:
        shape = arrays[weight].shape
        if len(shape) != 2:
            continue
        into, out = shape[::-1] if out_by_in else shape
        if into not in ((width,) if ones is None else (width, width + 1)):
            continue
        others = left if ones is None else []
        flat = [path for path in others if arrays[path].size == out == max(arrays[path].shape, default=0)]
        for bias in (*(path for path in flat if path != weight), None):
            used = (*taken, weight) if bias is None else (*taken, weight, bias)
            for layers, end in _chains(arrays, out, out_by_in, ones, used):
                yield ((weight, bias, ones if into > width else None), *layers), end
