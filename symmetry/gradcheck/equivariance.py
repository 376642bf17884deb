"""The hidden units of a student's network: PERM.4 and TIE.1 on the student's own gradient.

A wrong gradient can be perfectly symmetric, so passing this shows nothing about being right; failing shows a fault.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import jax
import numpy as np

from symmetry.given import require_kind
from symmetry.gradcheck.float_rounding import allowed_by_array
from symmetry.gradcheck.parameters import Arrays, size_of
from symmetry.gradcheck.student import Point, Student

Hidden = Mapping[str, int]
"""Which axis of which array belongs to the units of one hidden layer."""


@dataclasses.dataclass(frozen=True)
class Symmetry:
    """Whether the gradient of a permuted network is the permuted gradient, and tied units get equal gradients.

    `broken` names the arrays in which one of the two fails; `units` is the number of units of each layer looked at.
    """

    units: tuple[int, ...]
    broken: tuple[str, ...]

    def __str__(self) -> str:
        found = (
            "permuting them permutes the gradient (PERM.4) and tied units get equal gradients (TIE.1). Symmetry passed; this "
            "alone does not prove the gradient right"
        )
        if self.broken:
            arrays = ", ".join(self.broken)
            found = f"not symmetric: the gradient of {arrays} tells interchangeable units apart (PERM.4, TIE.1)"
        return f"hidden units ({' and '.join(map(str, self.units))}): {found}"


def layers_of(hidden: Hidden | Sequence[Hidden], arrays: Arrays) -> tuple[Hidden, ...]:
    """The layers that `hidden` speaks of.

    Raises:
        ValueError: an array that does not exist, an axis that it does not have, axes of different lengths, one unit.
    """
    words = "axes of arrays by name, such as {'W1': 1, 'b1': 0, 'W2': 0}, or a list of such"
    require_kind("hidden", hidden, (Mapping, Sequence), words)
    layers = (hidden,) if isinstance(hidden, Mapping) else tuple(hidden)
    for layer in layers:
        require_kind("hidden: a layer", layer, Mapping, words)
        for path, axis in layer.items():
            require_kind(f"hidden: the axis of {path}", axis, int, "a whole number")
            if path not in arrays:
                raise ValueError(f"hidden: there is no array {path!r} in params; it has {', '.join(arrays)}.")
            if not -arrays[path].ndim <= axis < arrays[path].ndim:
                raise ValueError(f"hidden: {path} has shape {arrays[path].shape}, so it has no axis {axis}.")
        units = {path: arrays[path].shape[axis] for path, axis in layer.items()}
        if len(set(units.values())) != 1:
            lengths = ", ".join(f"axis {layer[path]} of {path} has {count}" for path, count in units.items())
            raise ValueError(f"hidden: {lengths}; name the axes of the same hidden units, which have one length.")
        if set(units.values()) == {1}:
            raise ValueError(
                "hidden: the layer has one unit, which has nothing to be exchanged with; use at least two."
            )
    return layers


def symmetry_of(student: Student, point: Point, hidden: Hidden | Sequence[Hidden], seed: int) -> Symmetry:
    """Permutes and ties the hidden units, and compares gradients in float64 within what rounding is allowed.

    Raises:
        ValueError: `hidden` does not fit the arrays, or permuting along its axes changes the loss.
    """
    point, draw = point.widened(), np.random.default_rng(seed)
    arrays, broken = point.arrays, []
    layers = layers_of(hidden, arrays)
    counts = tuple(next(arrays[path].shape[axis] for path, axis in layer.items()) for layer in layers)
    with jax.enable_x64(True):
        gradient = student.gradient_at(point)
        for layer, count in zip(layers, counts, strict=True):
            order = np.roll(draw.permutation(count), 1) if count > 2 else np.array([1, 0])
            if np.array_equal(order, np.arange(count)):
                order = np.roll(order, 1)
            permuted = point.at(_permuted(arrays, layer, order))
            _check_invariance(student, point, permuted, layer)
            found, expected = student.gradient_at(permuted), _permuted(gradient, layer, order)
            allowed = allowed_by_array(student, permuted, np.float64)
            broken += [path for path in arrays if np.any(np.abs(found[path] - expected[path]) > 2 * allowed[path])]
            one, other = draw.permutation(count)[:2]
            tied = point.at(_permuted(arrays, layer, np.where(np.arange(count) == other, one, np.arange(count))))
            found, allowed = student.gradient_at(tied), allowed_by_array(student, tied, np.float64)
            for path, axis in layer.items():
                gap = np.abs(np.take(found[path], one, axis) - np.take(found[path], other, axis))
                broken += [path] if np.any(gap > 2 * allowed[path]) else []
    return Symmetry(counts, tuple(path for path in arrays if path in broken))


def _check_invariance(student: Student, point: Point, permuted: Point, layer: Hidden) -> None:
    before, after = float(student.loss_at(point)), float(student.loss_at(permuted))
    unit = float(np.finfo(np.float64).eps)
    # A sum rounds worse the more terms it has: one unit for each parameter is far more than any loss needs.
    if abs(before - after) > unit * size_of(point.arrays) * max(abs(before), 1.0):
        axes = ", ".join(f"axis {axis} of {path}" for path, axis in layer.items())
        raise ValueError(
            f"hidden: permuting {axes} changes your loss from {before:.6g} to {after:.6g}; these are not all the axes of the "
            "same hidden units: name the axis of the incoming weights, of the bias and of the outgoing weights."
        )


def _permuted(arrays: Mapping[str, np.ndarray], layer: Hidden, order: np.ndarray) -> Arrays:
    return {path: np.take(array, order, layer[path]) if path in layer else array for path, array in arrays.items()}
