"""`check_backprop`: any backprop, in NumPy or JAX, against the exact derivative of its own loss."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symmetry.engine.memory import SHARE, give_back, maps_taken
from symmetry.gradcheck.comparison import compared, strayed
from symmetry.gradcheck.diagnosis import causes
from symmetry.gradcheck.equivariance import Hidden, layers_of, symmetry_of
from symmetry.gradcheck.parameters import WrongGradient, arrays_of, map_arrays, size_of
from symmetry.gradcheck.probes import probes_of
from symmetry.gradcheck.reading import read
from symmetry.gradcheck.reference import checked_reference
from symmetry.gradcheck.report import Report
from symmetry.gradcheck.smallest import smallest_example
from symmetry.gradcheck.student import Point, Student, checked_once


def check_backprop(
    loss: Callable,
    grads: Callable,
    params: Any,
    x: Any,
    y: Any,
    *,
    hidden: Hidden | Sequence[Hidden] | None = None,
    reference: str | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Checks a gradient that someone wrote against the derivative of their own loss, entry by entry.

    No convention is asked for: the loss may be a mean or a sum, weights may be (in, out) or (out, in), examples rows or
    columns. The loss is differentiated by running it, unmodified, on exact numbers (NumPy) or by `jax.jvp` (JAX); no step
    size and no threshold is chosen by hand. On failure it says which arrays are wrong, which known fault gives the same
    values, and shows the smallest network on which it can be seen.

    >>> import numpy as np
    >>> def loss(params, x, y):
    ...     return ((x @ params["W"] - y) ** 2).sum() / 2
    >>> def grads(params, x, y):
    ...     return {"W": x.T @ (x @ params["W"] - y)}
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.0]])
    >>> print(check_backprop(loss, grads, {"W": np.array([[0.5], [0.25]])}, x, y))
    grads: the gradient is right in all of 2 derivatives compared.
    <BLANKLINE>
    Compared: every entry of every array; your loss ran on exact numbers of 256 bits, which gave its derivative in every entry.
    Your gradient ran on them too: 2 agree there, in balls of 256 bits.
    In floats it came within 0.00 of what rounding is allowed: 16 times the radius of its balls.

    Args:
        loss: of parameters, x and y: a scalar.
        grads: of parameters, x and y: the gradient, a tree like the parameters; in a dictionary `dW1` counts as `W1`.
        params: a tree of float arrays: a dictionary, a list, a pytree, an object with arrays as attributes.
        x: the inputs, handed to both functions as they are.
        y: the targets, handed to both functions as they are.
        hidden: which axis of which array belongs to the units of a hidden layer, such as `{"W1": 1, "b1": 0, "W2": 0}`, or a
            list of such; adds PERM.4 and TIE.1.
        reference: the name of one of our losses, which the loss itself is then held against, up to a constant factor.
        seed: of what is random here; equal seeds give equal reports.
        name: how the report calls what is checked; by default the name of `grads`.

    Returns: a report; `str` of it is for reading.

    Raises:
        WrongGradient: an AssertionError. The gradient is wrong, or something keeps it from being checked: arrays missing or
            of another shape, NaN, arguments changed in place, two calls that differ, a loss that is no scalar.
        ValueError: `hidden` or `reference` do not fit.
    """
    arrays = arrays_of(params)
    point = Point(arrays, x, y)
    student = Student(loss, grads, params, in_jax=_in_jax(params))
    if hidden is not None:
        layers_of(hidden, arrays)
    checked_once(student, point, arrays)
    title = name or getattr(grads, "__qualname__", getattr(grads, "__name__", type(grads).__name__)).split(".")[-1]
    agreement = "" if reference is None else checked_reference(student, point.widened(), reference, title, seed)
    comparison = compared(student, point, probes_of(arrays, seed), seed)
    symmetry = None if hidden is None else symmetry_of(student, point, hidden, seed)
    accuracy = strayed(student, point, comparison)
    report = Report(title, True, size_of(arrays), comparison, symmetry=symmetry, reference=agreement, strayed=accuracy)
    if not comparison.wrong.any() and not (symmetry is not None and symmetry.broken):
        return report
    if comparison.wrong.any():
        reading = _reading(student, point, seed)
        layout = None if reading is None else reading.layout
        report = dataclasses.replace(
            report,
            causes=tuple(causes(comparison, point.widened(), reading)),
            example=smallest_example(student, point, comparison, seed, layout),
        )
    report = dataclasses.replace(report, right=False)
    if maps_taken() > SHARE:  # a class of failing hand-ins compiles more programs than one process can hold
        give_back()
    raise WrongGradient(str(report), report)


def _reading(student: Student, point: Point, seed: int) -> Any:
    """The student's network as ours; None if reading it fails, which must not hide what was found."""
    try:
        with np.errstate(all="ignore"):
            return read(student, point.widened(), seed=seed)
    except (ArithmeticError, RuntimeWarning, TypeError, ValueError):
        return None


def _in_jax(params: Any) -> bool:
    found = []
    map_arrays(lambda path, array: found.append(not isinstance(array, np.ndarray | np.floating)), params)
    return any(found)
