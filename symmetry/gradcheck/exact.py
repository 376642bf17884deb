"""Arrays of exact numbers that run through a student's NumPy code in the place of arrays of floats.

NumPy sends `np.exp` of an array of objects to each object's `exp`, `np.maximum` to its comparisons and `+` to its sum.
So code written for floats runs unmodified on numbers of arb (a centre and a radius that bounds all rounding), and the
derivative of its result follows from what was done with them.
"""

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from flint import arb

from symmetry.gradcheck.number import ExactNumber, Operand, constant, exact_number
from symmetry.gradcheck.products import product
from symmetry.gradcheck.tape import Tape, current, note

UNARY = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "tanh", "sinh", "cosh", "sin", "cos", "tan"),
    *("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "erf", "erfc", "expit", "conjugate"),
    *("floor", "ceil", "trunc", "rint"),
)
"""Functions of one number that are methods of `ExactNumber`."""


def _softplus(number: ExactNumber) -> ExactNumber:
    """log(1 + e^z), from the side that does not cancel."""
    return number + (-number).exp().log1p() if number > 0 else number.exp().log1p()


def _times_log(factor: Operand, other: Operand, logarithm: str = "log") -> ExactNumber:
    """A factor times the logarithm of a number; 0 where the factor is 0."""
    factor = exact_number(factor)
    return factor * getattr(exact_number(other), logarithm)() if factor != 0 else exact_number(0)


FUNCTIONS: dict[str, Callable] = {
    name: functools.partial(lambda name, number: getattr(exact_number(number), name)(), name) for name in UNARY
} | {
    "isfinite": lambda number: exact_number(number).value.is_finite(),
    "isnan": lambda number: exact_number(number).value.is_nan(),
    "isinf": lambda number: False,
    "signbit": lambda number: exact_number(number) < 0,
    "logaddexp": lambda one, other: exact_number(one) + _softplus(exact_number(other) - one),
    "log_expit": lambda number: -_softplus(-exact_number(number)),
    "exp2": lambda number: 2 ** exact_number(number),
    "hypot": lambda one, other: (exact_number(one) ** 2 + exact_number(other) ** 2).sqrt(),
    "xlogy": _times_log,
    "xlog1py": lambda one, other: _times_log(one, other, "log1p"),
    "entr": lambda number: _times_log(-exact_number(number), number),
    "heaviside": lambda number, at_zero: at_zero if exact_number(number) == 0 else int(exact_number(number) > 0),
    "fabs": abs,
    "fmod": lambda one, other: exact_number(one) - other * (exact_number(one) / other).trunc(),
}
"""Ufuncs of NumPy and SciPy that arrays of numbers are sent to, by name; entry by entry."""


class Numbers(np.ndarray):
    """An array of exact numbers: an ndarray with elements of `ExactNumber`.

    Entries that code puts in as plain floats, such as the 0 of `np.maximum(0, z)`, count as constants.
    """

    def __array_ufunc__(self, ufunc, method: str, *inputs: Operand, out: tuple = (), **keywords: object) -> Operand:
        observer = current().observer
        applied = functools.partial(self._applied, ufunc, method, inputs, out, keywords)
        return applied() if observer is None or out else observer.watch(ufunc, method, inputs, keywords, applied)

    def _applied(self, ufunc, method: str, inputs: tuple, out: tuple, keywords: dict[str, Operand]) -> Operand:
        plain = [_plain(each) for each in inputs]
        outcome = self._outcome(ufunc, method, plain, keywords)
        if outcome is NotImplemented:
            keywords |= {"out": tuple(map(_plain, out))} if out else {}
            outcome = getattr(ufunc, method)(*plain, **keywords)
        elif out:
            out[0][...] = outcome
        return out[0] if out else _viewed(outcome)

    def _outcome(self, ufunc, method: str, plain: list[Operand], keywords: dict[str, Operand]) -> Operand:
        """What NumPy's own loops over objects cannot do, or not fast enough; NotImplemented for the rest."""
        if method == "__call__" and ufunc is np.matmul:
            return product(*(np.asarray(each) for each in plain))
        if method == "__call__" and ufunc.__name__ in FUNCTIONS and keywords.get("where", True) is True:
            outcome = np.frompyfunc(FUNCTIONS[ufunc.__name__], len(plain), 1)(*plain)
            if ufunc.__name__ in ("isfinite", "isnan", "isinf", "signbit"):
                return outcome.astype(bool) if isinstance(outcome, np.ndarray) else bool(outcome)
            return outcome
        if method == "reduce" and ufunc is np.add and keywords.get("where", True) is True:
            return _summed(plain[0], keywords)
        return NotImplemented

    def astype(self, dtype: npt.DTypeLike | None, *arguments: Operand, **keywords: Operand) -> Operand:
        """The same numbers where the type is one of floats: what a cast rounds is no part of the formula."""
        kind = np.dtype(dtype)
        if kind.kind == "f":
            current().casts.add(kind)
            return self.copy()
        return super().astype(dtype, *arguments, **keywords)

    def __array_function__(self, function: Callable, types, arguments, keywords) -> Operand:
        if function in REPLACED:
            return _viewed(REPLACED[function](*arguments, **keywords))
        outcome = _viewed(super().__array_function__(function, types, arguments, keywords))
        observer = current().observer
        if observer is not None and function is np.where and len(arguments) == 3:
            condition, one, other = arguments
            return observer.watch_where(condition, one, other, outcome)
        return outcome

    def dot(self, other: Operand, out: Operand = None) -> Operand:
        return _dot(self, other, out)


def balls_of(arrays: Mapping[str, npt.ArrayLike]) -> list[arb]:
    """The entries of arrays of floats as balls without a radius."""
    return [arb(float(entry)) for array in arrays.values() for entry in np.asarray(array).ravel()]


def inputs_like(
    tape: Tape, arrays: Mapping[str, npt.ArrayLike], balls: Iterable[arb] | None = None
) -> dict[str, Numbers]:
    """Arrays of exact numbers that the tape remembers, with the values of arrays of floats, or other balls in their place."""
    left = iter(balls_of(arrays) if balls is None else balls)
    return {
        path: _numbers(np.shape(array), [ExactNumber(next(left), tape.input()) for _ in range(np.size(array))])
        for path, array in arrays.items()
    }


def exact_constants(array: npt.ArrayLike) -> Numbers:
    """An array of exact numbers that are not inputs, with the values of an array of floats."""
    floats = np.asarray(array)
    return _numbers(floats.shape, [constant(entry) for entry in floats.ravel()])


def values_of(array: Operand) -> np.ndarray:
    """The balls of an array of numbers, some of which may be plain floats."""
    numbers = np.asarray(array, dtype=object)
    return objects_of(numbers.shape, [exact_number(entry).value for entry in numbers.ravel()])


def objects_of(shape: tuple[int, ...], entries: list) -> np.ndarray:
    """An array of objects; NumPy would look for sequences in them if it were left to find out its shape."""
    return np.fromiter(entries, object, len(entries)).reshape(shape)


ExactNumber.in_an_array = staticmethod(lambda number: _numbers((), [number]))


def merged(array: np.ndarray, axis: int | Sequence[int] | None) -> np.ndarray:
    """The array with an axis, some, or all of them (None) merged into one, which is put last."""
    axes = range(array.ndim) if axis is None or not array.ndim else [each % array.ndim for each in np.atleast_1d(axis)]
    kept = [each for each in range(array.ndim) if each not in axes]
    count = math.prod(array.shape[each] for each in axes)
    return array.transpose([*kept, *axes]).reshape([*(array.shape[each] for each in kept), count])


def holds_exact(value: object) -> bool:
    """Whether it is an exact number or holds some, in an array or in nested lists."""
    if isinstance(value, list | tuple):
        return any(holds_exact(each) for each in value)
    if isinstance(value, np.ndarray):
        return value.dtype == object and any(isinstance(entry, ExactNumber) for entry in value.ravel())
    return isinstance(value, ExactNumber)


def _numbers(shape: tuple[int, ...], entries: list) -> Numbers:
    return objects_of(shape, entries).view(Numbers)


def _plain(array: Operand) -> Operand:
    return array.view(np.ndarray) if isinstance(array, Numbers) else array


def _viewed(outcome: Operand) -> Operand:
    if isinstance(outcome, tuple | list):
        return type(outcome)(_viewed(each) for each in outcome)
    if isinstance(outcome, np.ndarray) and outcome.dtype == object:
        return outcome.view(Numbers)
    return outcome


FEW = 3
"""Numbers whose sum is one step on the tape, if there are as many."""


def _summed(array: np.ndarray, keywords: dict[str, Operand]) -> Operand:
    """Sums of many numbers as one step on the tape each; NotImplemented where few are added."""
    axis = keywords.get("axis", 0)
    rows = merged(array, axis)
    if rows.shape[-1] < FEW or keywords.get("initial", np._NoValue) not in (np._NoValue, 0):
        return NotImplemented
    if not all(isinstance(entry, ExactNumber | int | float) for entry in rows.ravel()):
        return NotImplemented
    sums = objects_of(rows.shape[:-1], [_sum(row) for row in rows.reshape(-1, rows.shape[-1])])
    if keywords.get("keepdims", False):
        sums = np.expand_dims(sums, tuple(range(array.ndim)) if axis is None else axis)
    return sums if sums.ndim else sums[()]


def _sum(terms: Iterable) -> ExactNumber:
    numbers = [exact_number(term) for term in terms]
    parts = tuple(part for number in numbers if number.node is not None for part in (number.node, 1))
    return ExactNumber(sum((number.value for number in numbers), arb(0)), note(parts))


def _dot(one: Operand, other: Operand, out: Operand = None) -> Operand:
    """`np.dot` by way of products of matrices, except for arrays of more axes."""
    left, right = np.asarray(_plain(one)), np.asarray(_plain(other))
    if left.ndim == 0 or right.ndim == 0:
        found = left * right
    elif right.ndim <= 2:
        found = product(left, right)
    else:
        found = _tensordot(left, right, ((left.ndim - 1,), (right.ndim - 2,)))
    found = _viewed(found)
    if out is None:
        return found[()] if isinstance(found, np.ndarray) and not found.ndim else found
    out[...] = found
    return out


def _tensordot(one: Operand, other: Operand, axes: int | Sequence = 2) -> Operand:
    """`np.tensordot` as one product of matrices."""
    arrays = [np.asarray(_plain(each)) for each in (one, other)]
    if isinstance(axes, int):
        axes = (range(arrays[0].ndim - axes, arrays[0].ndim), range(axes))
    left, right = (merged(array, along) for array, along in zip(arrays, axes, strict=True))
    rows, columns = (each.reshape(-1, each.shape[-1]) for each in (left, right))
    return product(rows, columns.T).reshape(left.shape[:-1] + right.shape[:-1])


def _round(array: Operand, decimals: int = 0, out: Operand = None) -> Operand:
    return np.rint(array * 10.0**decimals) / 10.0**decimals


REPLACED: dict[Callable, Callable] = {
    np.dot: _dot,
    np.tensordot: _tensordot,
    np.inner: lambda one, other: _tensordot(one, other, ((-1,), (-1,))),
    np.vdot: lambda one, other: _dot(np.ravel(one), np.ravel(other)),
    np.round: _round,
    np.around: _round,
    np.nan_to_num: lambda array, *rest, **more: np.array(array, copy=True, subok=True),
    np.isclose: lambda one, other, *rest, **more: np.isclose(_floats(one), _floats(other), *rest, **more),
    np.allclose: lambda one, other, *rest, **more: np.allclose(_floats(one), _floats(other), *rest, **more),
}
"""Functions of NumPy that do not run on objects, or not fast, in terms of those that do."""


def _floats(array: Operand) -> np.ndarray:
    """The values as floats, for questions that have no derivative."""
    return values_of(array).astype(float)
