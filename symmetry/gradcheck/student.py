"""The student's two functions, called so that nothing they do to their arguments can be felt elsewhere."""

import copy
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.parameters import Arrays, WrongGradient, gradient_of, is_float, map_arrays, with_arrays


@dataclasses.dataclass(frozen=True)
class Point:
    """Where a gradient is taken: the parameters by path, and the data as the student's functions get it."""

    arrays: Mapping[str, Any]
    x: Any
    y: Any

    def widened(self) -> "Point":
        """The same numbers in float64."""
        return dataclasses.replace(self, arrays={path: np.float64(array) for path, array in self.arrays.items()})

    def converted(self, dtype: np.dtype) -> "Point":
        """The point with every array of floats in that type, rounded."""

        def rounded(array: Any) -> Any:
            return array.astype(dtype) if is_float(array) else array

        arrays = {path: rounded(array) for path, array in self.arrays.items()}
        return dataclasses.replace(self, arrays=arrays, x=map_arrays(lambda _, array: rounded(array), self.x))

    def changed(self, change: Callable[[np.ndarray], np.ndarray]) -> "Point":
        """The point with a function applied to every array of floats, in their own type."""

        def changed_array(_: str, array: Any) -> Any:
            if not is_float(array):
                return array
            result = change(np.asarray(array)).astype(array.dtype)
            return jnp.asarray(result) if isinstance(array, jax.Array) else result

        arrays = {path: changed_array(path, array) for path, array in self.arrays.items()}
        return dataclasses.replace(self, arrays=arrays, x=map_arrays(changed_array, self.x))


@dataclasses.dataclass(frozen=True)
class Student:
    """A loss and its gradient as a student wrote them: functions of parameters, x and y.

    Attributes:
        tree: parameters, whose arrays are replaced for each call.
        in_jax: whether these are JAX's arrays.
        quick: for runs at many points and shapes: JAX code is compiled where it can be, NumPy code skips exact numbers.
        takes_complex: whether complex numbers keep the derivative of this loss, once that was found out.
    """

    loss: Callable
    grads: Callable
    tree: Any
    in_jax: bool
    quick: bool = False
    takes_complex: list[bool] = dataclasses.field(default_factory=list)
    _programs: dict[str, Callable] = dataclasses.field(default_factory=dict)

    def loss_at(self, point: Point) -> Any:
        """What `loss` returns, whatever that is."""
        return self.loss(self._tree(point.arrays), _copied(point.x), _copied(point.y))

    def returned_at(self, point: Point) -> Any:
        """What `grads` returns, whatever that is."""

        def grads(arrays: Mapping[str, Any], x: Any, y: Any) -> Any:
            return self.grads(self._tree(arrays), x, y)

        return self.run(grads, dict(point.arrays), _copied(point.x), _copied(point.y))

    def run(self, function: Callable, *arguments: Any) -> Any:
        """A function of this student and of arrays alone, compiled where that was asked for and its code allows it."""
        if not self.quick:
            return function(*arguments)
        program = self._programs.setdefault(function.__qualname__, jax.jit(function))
        try:
            return program(*arguments)
        except Exception:  # such as a Python `if` on a traced number
            self._programs[function.__qualname__] = function
            return function(*arguments)

    def for_many_runs(self) -> "Student":
        """The same student, quick."""
        return dataclasses.replace(self, quick=True, _programs={})

    def gradient_at(self, point: Point, like: Arrays, convert: Callable[[Any], Any] = np.asarray) -> dict[str, Any]:
        """The gradient's arrays by path."""
        return gradient_of(self.returned_at(point), like, convert)

    def _tree(self, arrays: Mapping[str, Any]) -> Any:
        own = {path: self._own(array) for path, array in arrays.items()}
        return with_arrays(self.tree, own)

    def _own(self, array: Any) -> Any:
        """A copy of an array, of the kind that the student's code was given."""
        if isinstance(array, np.ndarray) and array.dtype != object:
            return jnp.asarray(array) if self.in_jax else array.copy()
        return array.copy() if isinstance(array, np.ndarray) else array


def checked_once(student: Student, point: Point, like: Arrays) -> tuple[float, Arrays]:
    """The loss and the gradient as the student's functions return them, after a look at their manners.

    Raises:
        WrongGradient: the loss is no finite scalar, two calls differ, the parameters or the data are changed in place, the
            gradient has other arrays or shapes than the parameters, or numbers that are not finite.
    """
    before = {path: np.array(array) for path, array in like.items()}
    losses, gradients = [], []
    for _ in range(2):
        losses.append(_scalar(_unchanged("loss", student, student.loss, point, before)))
        returned = _unchanged("grads", student, student.grads, point, before)
        gradients.append(gradient_of(returned, like, np.asarray))
    if losses[0] != losses[1]:
        raise WrongGradient(
            f"loss: two calls with equal arguments returned {losses[0]!r} and {losses[1]!r}; "
            "turn off whatever is random, such as dropout, or fix its seed inside."
        )
    for path in like:
        if not np.isfinite(gradients[0][path].astype(float)).all():
            count = int((~np.isfinite(gradients[0][path].astype(float))).sum())
            raise WrongGradient(
                f"grads: {count} of {gradients[0][path].size} entries of {path} are not finite; "
                "the derivative of a finite loss is a number: look for a division by 0, log(0), or exp of a large number."
            )
        if not np.array_equal(gradients[0][path], gradients[1][path]):
            raise WrongGradient(
                f"grads: two calls with equal arguments returned different {path}; "
                "turn off whatever is random, or whatever one call leaves behind for the next (+= into a kept array)."
            )
    return losses[0], gradients[0]


def _unchanged(what: str, student: Student, function: Callable, point: Point, before: Arrays) -> Any:
    """What the function returns, once it is seen to leave its arguments as they were."""
    handed: Arrays = {}
    tree, x, y = student._tree(point.arrays), _copied(point.x), _copied(point.y)
    map_arrays(lambda path, array: handed.setdefault(path, array), tree)
    returned = function(tree, x, y)
    for path, array in handed.items():
        if path in before and not np.array_equal(np.asarray(array), before[path]):
            raise WrongGradient(
                f"{what}: it changes {path} of the parameters in place; work on a copy, and update weights after every "
                "gradient is taken: the gradient of a layer below needs the weights as they were."
            )
    for name, given, now in (("x", point.x, x), ("y", point.y, y)):
        if not _same_arrays(given, now):
            raise WrongGradient(f"{what}: it changes {name} in place; work on a copy.")
    return returned


def _scalar(loss: Any) -> float:
    shape = np.shape(loss)
    if shape != ():
        raise WrongGradient(
            f"loss: it returns an array of shape {shape}; return one number: the sum or the mean over the batch."
        )
    if not np.isfinite(float(loss)):
        raise WrongGradient(f"loss: it returns {float(loss)}; a loss is a finite number.")
    return float(loss)


def _copied(data: Any) -> Any:
    return copy.deepcopy(data)


def _same_arrays(one: Any, other: Any) -> bool:
    arrays: tuple[dict, dict] = {}, {}
    for tree, found in zip((one, other), arrays, strict=True):
        map_arrays(lambda path, array, found=found: found.setdefault(path, np.asarray(array)), tree)
    return all(np.array_equal(arrays[0][path], arrays[1][path]) for path in arrays[0])
