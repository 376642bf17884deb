"""A student's network read as ours: which arrays are weights, which way they lie, which activations and which loss.

Nothing is taken from names. A fully connected network, loss and penalty are read when they give the student's own loss at
several points; then every fault that is known of our backprop can be tried on the student's.
"""

import dataclasses
import itertools
from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import ACTIVATIONS, activation_named
from symmetry.gradcheck.layouts import Layout, layouts
from symmetry.gradcheck.parameters import Arrays, Leaves
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.verdict import WrongGradient
from symmetry.loss import LOSSES, Loss, loss_named
from symmetry.network import Batch, Layer, Network, batch_loss

POINTS = 5
"""Points at which the losses are compared; the scale and the penalty are found from two of them, in effect."""

AGREEMENT = 1e-9
"""Relative difference of two losses up to which they count as one. It decides a diagnosis, never a verdict."""

MOST_LAYOUTS = 40
"""Ways to lay out layers that are tried before giving up."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """A student's network as ours: student's loss = scale * ours + penalty * (sum of squares of the penalised arrays).

    `spared` says that the penalty leaves out the weights of columns of ones.
    """

    layout: Layout
    hidden: str
    output: str
    loss: Loss
    scale: float
    penalty: float
    penalised: tuple[str, ...]
    spared: bool = False

    @property
    def examples(self) -> int:
        return self.layout.x.shape[0]

    @property
    def averaged(self) -> bool:
        """Whether the loss is divided by the number of examples."""
        outputs = self.layout.y.shape[1]
        usual = [share / self.examples for share in (1, 2, 1 / outputs, 2 / outputs)]
        return self.examples > 1 and any(abs(self.scale / each - 1) < AGREEMENT for each in usual)

    def network(self, arrays: Leaves) -> Network:
        layers = self.layout.layers(arrays)
        activations = (*[activation_named(self.hidden)] * (len(layers) - 1), activation_named(self.output))
        return Network(layers, activations, self.loss)

    def batch(self) -> Batch:
        return Batch(jnp.asarray(self.layout.x), jnp.asarray(self.layout.y))

    def weighed(self, arrays: Arrays) -> Arrays:
        """The penalised arrays, with 0 for what the penalty spares."""
        spare = self.layout.weights_only if self.spared else lambda path, array: array
        return {path: spare(path, arrays[path]) for path in self.penalised}

    def gradient(self, layers: tuple[Layer, ...], arrays: Arrays) -> Arrays:
        """What a gradient of ours is in the student's scale and shapes, the penalty's part included."""
        found = {path: self.scale * array for path, array in self.layout.arrays(layers, arrays).items()}
        for path, array in self.weighed(arrays).items():
            found[path] = found[path] + 2 * self.penalty * array
        return found


def read(student: Student, point: Point, only: Loss | None = None, seed: int = 0) -> Reading | None:
    """The student's network as ours, or None if it is not such a network.

    The loss is called at `POINTS` points; `only` is the one loss of ours to try.
    """
    arrays = point.arrays
    draw = np.random.default_rng(seed)

    def moved(array: np.ndarray) -> np.ndarray:
        return array * draw.uniform(0.5, 1.5, array.shape) + draw.normal(size=array.shape) / 8

    points = [arrays, *({path: moved(array) for path, array in arrays.items()} for _ in range(POINTS - 1))]
    with jax.enable_x64(True):
        losses = np.array([float(student.loss_at(point.at(each))) for each in points])
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
            for output in ["identity"] if loss.logits else ["identity", "sigmoid", "tanh", "relu"]:
                yield hidden, output, loss


def _losses(reading: Reading, stacked: tuple[Layer, ...]) -> np.ndarray:
    paths = (*reading.layout.weights, *filter(None, reading.layout.biases))
    empty, batch = reading.network(dict.fromkeys(paths, np.zeros((1, 1)))), reading.batch()
    return np.asarray(jax.vmap(lambda layers: batch_loss(dataclasses.replace(empty, layers=layers), batch))(stacked))


def _fitted(reading: Reading, ours: np.ndarray, theirs: np.ndarray, points: list[Arrays]) -> Reading | None:
    """The reading with the scale and the penalty that make our losses theirs; None if no scale and penalty do."""
    if not np.isfinite(ours).all():
        return None
    weights = reading.layout.weights
    choices = [((), False), (weights, False), (tuple(points[0]), False)]
    choices += [(weights, True)] if any(reading.layout.ones) else []
    for penalised, spared in choices:
        tried = dataclasses.replace(reading, penalised=penalised, spared=spared)
        squares = [sum(np.sum(np.square(array)) for array in tried.weighed(each).values()) for each in points]
        matrix = np.stack([ours, np.array(squares)] if penalised else [ours], axis=1)
        solution, *_ = np.linalg.lstsq(matrix, theirs, rcond=None)
        if np.max(np.abs(matrix @ solution - theirs)) <= AGREEMENT * np.max(np.abs(theirs)):
            scale, penalty = (*map(float, solution), 0.0)[:2]
            return dataclasses.replace(tried, scale=scale, penalty=penalty)
    return None


def checked_reference(student: Student, point: Point, reference: str, name: str, seed: int) -> str:
    """Says how the student's loss is one of ours: else loss and gradient could be wrong together.

    Raises:
        WrongGradient: it is not that loss for any activations, factor and L2 penalty.
        ValueError: there is no such loss, or the parameters are no fully connected network.
    """
    loss = loss_named(reference)
    arrays = point.arrays
    if next(iter(layouts(arrays, point.x, point.y)), None) is None:
        raise ValueError(
            f"reference: the shapes of {', '.join(arrays)} do not chain from x to y as a fully connected network, which is "
            "what the loss can be held against; leave reference out."
        )
    reading = read(student, point, loss, seed)
    if reading is None:
        raise WrongGradient(
            f"{name}: the loss is not {reference} of a fully connected network, with any of our activations, times a constant, "
            "with or without an L2 penalty; its gradient was not looked at. Compute the loss first, and check it alone."
        )
    layers = len(reading.layout.weights)
    network = f"{layers} layers, {reading.hidden} inside" if layers > 1 else "one layer"
    penalty = f", and {reading.penalty:.6g} times the sum of the squares of {', '.join(reading.penalised)}"
    return (
        f"Your loss is {reading.scale:.6g} times {reference} summed over {reading.examples} examples"
        f"{penalty if reading.penalty else ''} ({network})."
    )
