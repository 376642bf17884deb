"""What is asked of a student's functions before anything is compared: finite, repeatable, and nothing changed in place."""

import dataclasses
from collections.abc import Callable

import numpy as np

from symmetry.gradcheck.exact_run import loss_run
from symmetry.gradcheck.gradient import gradient_of
from symmetry.gradcheck.parameters import Arrays, Leaf, Tree, leaves_of
from symmetry.gradcheck.student import NEAR, Point, Student, copied, or_none, without_axes
from symmetry.gradcheck.verdict import WrongGradient

FAR = (1, 2, 4, 8)
"""Sizes of random parameters at which the loss is called, to see whether it depends on them."""


def well_behaved(student: Student, point: Point) -> Student:
    """The student, once the functions are seen to behave; it says whether `grads` has to be called after `loss`.

    Raises:
        WrongGradient: the loss is no finite scalar, two calls differ, the loss does not depend on the parameters, the
            parameters or the data are changed in place, the gradient has other arrays or shapes than the parameters, or
            numbers that are not finite.
    """
    losses = [_scalar(_unchanged("loss", student, student.loss, point)) for _ in range(2)]
    if losses[0] != losses[1]:
        raise WrongGradient(
            f"loss: two calls with equal arguments returned {losses[0]!r} and {losses[1]!r}; "
            "turn off whatever is random, such as dropout, or fix its seed inside."
        )
    student = _repeatable(student, point)
    if _ignores_parameters(student, point, losses[0]):
        raise WrongGradient(
            "loss: your loss does not depend on the parameters that it is handed: it returned the same at other ones. "
            "It may read its own, such as those of an object outside; use the first argument."
        )
    return student


def _repeatable(student: Student, point: Point) -> Student:
    """The student whose gradient, called twice with the loss elsewhere in between, is equal: if need be after the loss."""
    problem: Exception | None = None
    found: tuple[Arrays, Arrays] | None = None
    for each in (student, dataclasses.replace(student, after_loss=True)):
        try:
            found = _twice(each, point)
        except Exception as error:  # such as a cache that no call of the loss has filled
            problem = problem or error
            continue
        if all(np.array_equal(found[0][path], found[1][path]) for path in point.arrays):
            return each
    if problem is not None and (found is None or isinstance(problem, WrongGradient)):
        raise problem
    assert found is not None
    path = next(path for path in point.arrays if not np.array_equal(found[0][path], found[1][path]))
    raise WrongGradient(
        f"grads: two calls with equal arguments returned different {path}; "
        "turn off whatever is random, or whatever one call leaves behind for the next (+= into a kept array)."
    )


def _twice(student: Student, point: Point) -> tuple[Arrays, Arrays]:
    def gradient() -> Arrays:
        found = gradient_of(_unchanged("grads", student, student.backward, point), point.arrays)
        for path, array in found.items():
            finite = np.isfinite(np.asarray(array, float))
            if not finite.all():
                raise WrongGradient(
                    f"grads: {int((~finite).sum())} of {finite.size} entries of {path} are not finite; the derivative of a "
                    "finite loss is a number: look for a division by 0, log(0), or exp of a large number."
                )
        return {path: np.array(array) for path, array in found.items()}

    first = gradient()
    or_none(lambda: student.loss_at(point.moved(NEAR, 0)))
    return first, gradient()


def _ignores_parameters(student: Student, point: Point, loss: float) -> bool:
    for seed, size in enumerate(FAR):
        draw = np.random.default_rng(seed)
        other = point.changed(lambda array, draw=draw, size=size: np.asarray(size * draw.normal(size=array.shape)))
        if or_none(lambda other=other: float(student.loss_at(other))) != loss:
            return False
    run = or_none(lambda: loss_run(student, point, remembers=False))
    # If it does not run, it cannot be told whether they are read and multiplied by 0.
    return run is None or run.number.node is None


def _unchanged(what: str, student: Student, function: Callable, point: Point) -> Tree:
    """What the function returns, once it is seen to leave its arguments as they were."""
    tree, x, y = student.tree_with(point.arrays), copied(point.x), copied(point.y)
    handed = leaves_of(tree)
    returned = function(tree, x, y)
    for path, array in handed.items():
        if path in point.arrays and not np.array_equal(np.asarray(array), np.asarray(point.arrays[path])):
            raise WrongGradient(
                f"{what}: it changes {path} of the parameters in place; work on a copy, and update weights after every "
                "gradient is taken: the gradient of a layer below needs the weights as they were."
            )
    for name, given, now in (("x", point.x, x), ("y", point.y, y)):
        before, after = leaves_of(given), leaves_of(now)
        if not all(path in after and _equal(np.asarray(before[path]), np.asarray(after[path])) for path in before):
            raise WrongGradient(f"{what}: it changes {name} in place; work on a copy.")
    return returned


def _scalar(loss: Leaf) -> float:
    loss = without_axes(loss)
    shape = np.shape(loss)
    try:
        number = None if shape else float(loss)
    except (TypeError, ValueError):
        number = None
    if number is None:
        kind = f"an array of shape {shape}" if shape else f"a {type(loss).__name__}"
        raise WrongGradient(f"loss: it returns {kind}; return one number: the sum or the mean over the batch.")
    if not np.isfinite(number):
        raise WrongGradient(f"loss: it returns {number}; a loss is a finite number.")
    return number


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    if one.dtype == object and other.dtype == object:  # ragged data: arrays of arrays
        pairs = zip(one.ravel(), other.ravel(), strict=True)
        return one.shape == other.shape and all(_equal(np.asarray(a), np.asarray(b)) for a, b in pairs if a is not b)
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc" and other.dtype.kind in "fc"))
