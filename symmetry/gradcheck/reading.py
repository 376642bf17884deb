"""A student's network read as ours: which arrays are weights, which way they lie, which activations and which loss.

Nothing is taken from names. A fully connected network, loss and penalty are read when they give the student's own loss at
several points; then every fault that is known of our backprop can be tried on the student's.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import ACTIVATIONS, activation_named
from symmetry.gradcheck.parameters import Arrays
from symmetry.gradcheck.student import Point, Student
from symmetry.loss import LOSSES, Loss
from symmetry.network import Batch, Layer, Network, batch_loss

POINTS = 5
"""Points at which the losses are compared; the scale and the penalty are found from two of them, in effect."""

AGREEMENT = 1e-9
"""Relative difference of two losses up to which they count as one. It decides a diagnosis, never a verdict."""

MOST_LAYOUTS = 40
"""Ways to lay out layers that are tried before giving up."""


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
    """

    weights: tuple[str, ...]
    biases: tuple[str | None, ...]
    out_by_in: bool
    x: np.ndarray
    y: np.ndarray
    x_axes: Axes
    y_axes: Axes

    def axes(self, arrays: Arrays) -> dict[str, Axes]:
        """What each axis of each array counts: the index of a layer's units, 0 for the inputs, or nothing."""
        found: dict[str, Axes] = {}
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            found[weight] = (index + 1, index) if self.out_by_in else (index, index + 1)
            if bias is not None:
                shape = arrays[bias].shape
                found[bias] = tuple(index + 1 if axis == int(np.argmax(shape)) else None for axis in range(len(shape)))
        return found

    def layers(self, arrays: Mapping[str, Any]) -> tuple[Layer, ...]:
        """The student's arrays as layers of ours."""
        return tuple(
            Layer(
                jnp.asarray(arrays[weight].T if self.out_by_in else arrays[weight]),
                None if bias is None else jnp.asarray(arrays[bias].ravel()),
            )
            for weight, bias in zip(self.weights, self.biases, strict=True)
        )

    def arrays(self, layers: tuple[Layer, ...], like: Arrays) -> Arrays:
        """Layers of ours in the shapes of the student's arrays."""
        found = {}
        for layer, weight, bias in zip(layers, self.weights, self.biases, strict=True):
            found[weight] = np.asarray(layer.weight.T if self.out_by_in else layer.weight)
            if bias is not None:
                found[bias] = np.asarray(layer.bias).reshape(like[bias].shape)
        return found


@dataclasses.dataclass(frozen=True)
class Reading:
    """A student's network as ours: student's loss = scale * ours + penalty * (sum of squares of the penalised arrays)."""

    layout: Layout
    hidden: str
    output: str
    loss: Loss
    scale: float
    penalty: float
    penalised: tuple[str, ...]

    @property
    def examples(self) -> int:
        return self.layout.x.shape[0]

    @property
    def averaged(self) -> bool:
        """Whether the loss is divided by the number of examples."""
        outputs = self.layout.y.shape[1]
        usual = [share / self.examples for share in (1, 2, 1 / outputs, 2 / outputs)]
        return self.examples > 1 and any(abs(self.scale / each - 1) < AGREEMENT for each in usual)

    def network(self, arrays: Mapping[str, Any]) -> Network:
        layers = self.layout.layers(arrays)
        activations = (*[activation_named(self.hidden)] * (len(layers) - 1), activation_named(self.output))
        return Network(layers, activations, self.loss)

    def batch(self) -> Batch:
        return Batch(jnp.asarray(self.layout.x), jnp.asarray(self.layout.y))

    def gradient(self, layers: tuple[Layer, ...], arrays: Arrays) -> Arrays:
        """What a gradient of ours is in the student's scale and shapes, the penalty's part included."""
        found = {path: self.scale * array for path, array in self.layout.arrays(layers, arrays).items()}
        for path in self.penalised:
            found[path] = found[path] + 2 * self.penalty * arrays[path]
        return found


def read(student: Student, point: Point, only: Loss | None = None, seed: int = 0) -> Reading | None:
    """The student's network as ours, or None if it is not such a network.

    Args:
        student: whose loss is to be understood; it is called at `POINTS` points.
        point: where, in float64.
        only: the one loss to try.
        seed: of the random points.
    """
    arrays: Arrays = dict(point.arrays)
    draw = np.random.default_rng(seed)
    points = [arrays] + [
        {
            path: array * draw.uniform(0.5, 1.5, array.shape) + draw.normal(size=array.shape) / 8
            for path, array in arrays.items()
        }
        for _ in range(POINTS - 1)
    ]
    with jax.enable_x64(True):
        losses = np.array([float(student.loss_at(dataclasses.replace(point, arrays=each))) for each in points])
        for layout in itertools.islice(layouts(arrays, point.x, point.y), MOST_LAYOUTS):
            stacked = jax.tree.map(lambda *each: jnp.stack(each), *[layout.layers(each) for each in points])
            for hidden, output, loss in _kinds(len(layout.weights), only):
                reading = Reading(layout, hidden, output, loss, 1.0, 0.0, ())
                found = _fitted(reading, _losses(reading, stacked), losses, points)
                if found is not None:
                    return found
    return None


def _kinds(layers: int, only: Loss | None) -> Iterator[tuple[str, str, Loss]]:
    """Activations of the hidden layers and of the output, and losses, the usual ones first."""
    names = [activation.name for activation in ACTIVATIONS]
    for hidden in ["identity"] if layers == 1 else dict.fromkeys(["relu", "tanh", "sigmoid", *names]):
        for loss in [only] if only is not None else LOSSES:
            logits = "cross_entropy" in loss.name
            for output in ["identity"] if logits else ["identity", "sigmoid", "tanh", "relu"]:
                yield hidden, output, loss


def _losses(reading: Reading, stacked: tuple[Layer, ...]) -> np.ndarray:
    """Our loss at every point."""
    empty = reading.network(
        {path: np.zeros((1, 1)) for path in (*reading.layout.weights, *filter(None, reading.layout.biases))}
    )
    batch = reading.batch()
    return np.asarray(jax.vmap(lambda layers: batch_loss(dataclasses.replace(empty, layers=layers), batch))(stacked))


def _fitted(reading: Reading, ours: np.ndarray, theirs: np.ndarray, points: list[Arrays]) -> Reading | None:
    """The reading with the scale and the penalty that make our losses theirs; None if no scale and penalty do."""
    if not np.isfinite(ours).all():
        return None
    everything = tuple(points[0])
    for penalised in ((), reading.layout.weights, everything):
        columns = [ours] + ([np.array([_squares(each, penalised) for each in points])] if penalised else [])
        matrix = np.stack(columns, axis=1)
        solution, *_ = np.linalg.lstsq(matrix, theirs, rcond=None)
        if np.max(np.abs(matrix @ solution - theirs)) <= AGREEMENT * np.max(np.abs(theirs)):
            penalty = float(solution[1]) if penalised else 0.0
            return dataclasses.replace(reading, scale=float(solution[0]), penalty=penalty, penalised=penalised)
    return None


def _squares(arrays: Arrays, paths: tuple[str, ...]) -> float:
    return float(sum(np.sum(np.square(arrays[path])) for path in paths))


def layouts(arrays: Arrays, x: Any, y: Any) -> Iterator[Layout]:
    """Every way in which the arrays' shapes chain from the inputs to the targets."""
    for inputs, x_axes in _inputs(x):
        for out_by_in in (False, True):
            for weights, biases, width in _chains(arrays, inputs.shape[1], out_by_in):
                for targets, y_axes in _targets(y, inputs.shape[0], width, len(weights)):
                    yield Layout(weights, biases, out_by_in, inputs, targets, x_axes, y_axes)


def _inputs(x: Any) -> Iterator[tuple[np.ndarray, Axes]]:
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


def _targets(y: Any, examples: int, width: int, last: int) -> Iterator[tuple[np.ndarray, Axes]]:
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


def _chains(arrays: Arrays, width: int, out_by_in: bool, taken: tuple[str, ...] = ()) -> Iterator[tuple]:
    """Weights and biases that chain from a width on and use every array, with the width that they end in."""
    left = [path for path in arrays if path not in taken]
    if not left:
        yield (), (), width
        return
    for weight in left:
        shape = arrays[weight].shape
        if len(shape) != 2 or shape[1 if out_by_in else 0] != width:
            continue
        out = shape[0 if out_by_in else 1]
        fits = [
            path for path in left if path != weight and arrays[path].size == out == max(arrays[path].shape, default=0)
        ]
        for bias in (*fits, None):
            used = (*taken, weight) if bias is None else (*taken, weight, bias)
            for weights, biases, end in _chains(arrays, out, out_by_in, used):
                yield (weight, *weights), (bias, *biases), end
