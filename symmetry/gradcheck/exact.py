"""Exact numbers that run through a student's NumPy code: balls of 256 bits that remember how they were made.

NumPy sends `np.exp` of an array of objects to each object's `exp`, `np.maximum` to its comparisons and `@` to its
products. So code written for floats runs unmodified on numbers of arb (a centre and a radius that bounds all rounding),
and the derivative of its result follows from what was done with them (griewank2008evaluating).
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from symmetry.gradcheck.tape import CannotRun, Tape, note, note_conversion


class Number:
    """An exact number; `node` is its place on the tape, None for a constant.

    >>> from symmetry.gradcheck.tape import recording
    >>> with recording() as tape:
    ...     x = Number(arb(3), tape.input())
    ...     float(tape.derivatives(x * x + 1, 1)[0])
    6.0
    """

    __slots__ = ("node", "value")

    def __init__(self, value: arb, node: int | None = None) -> None:
        self.value = value
        self.node = node

    def __repr__(self) -> str:
        return f"Number({float(self.value):.6g})"

    def __neg__(self) -> "Number":
        return _made(-self.value, (self, -1))

    def __pos__(self) -> "Number":
        return self

    def __abs__(self) -> "Number":
        return -self if self < 0 else self

    def __add__(self, other):
        other = constant(other)
        return NotImplemented if other is None else _made(self.value + other.value, (self, 1), (other, 1))

    def __sub__(self, other):
        other = constant(other)
        return NotImplemented if other is None else _made(self.value - other.value, (self, 1), (other, -1))

    def __mul__(self, other):
        other = constant(other)
        if other is None:
            return NotImplemented
        return _made(self.value * other.value, (self, other.value), (other, self.value))

    def __truediv__(self, other):
        other = constant(other)
        if other is None:
            return NotImplemented
        quotient = self.value / other.value
        return _made(quotient, (self, 1 / other.value), (other, -quotient / other.value))

    def __pow__(self, exponent):
        power = constant(exponent)
        if power is None:
            return NotImplemented
        result = self.value**power.value
        slope = power.value * self.value ** (power.value - 1) if power.value != 0 else arb(0)
        growth = result * self.value.log() if power.node is not None else arb(0)
        return _made(result, (self, slope), (power, growth))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        other = constant(other)
        return NotImplemented if other is None else other / self

    def __rpow__(self, other):
        other = constant(other)
        return NotImplemented if other is None else other**self

    def _sign_of_difference(self, other) -> int:
        other = constant(other)
        if other is None:
            raise CannotRun("a number was compared with something that is none")
        difference = self.value - other.value
        return 0 if difference.contains(0) else 1 if difference > 0 else -1

    def __lt__(self, other) -> bool:
        return self._sign_of_difference(other) < 0

    def __le__(self, other) -> bool:
        return self._sign_of_difference(other) <= 0

    def __gt__(self, other) -> bool:
        return self._sign_of_difference(other) > 0

    def __ge__(self, other) -> bool:
        return self._sign_of_difference(other) >= 0

    def __eq__(self, other) -> bool:
        return constant(other) is not None and self._sign_of_difference(other) == 0

    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        arrays = [np.array(each, object).view(Numbers) if isinstance(each, Number) else each for each in inputs]
        return getattr(ufunc, method)(*arrays, **keywords)

    def __bool__(self) -> bool:
        return self != 0

    def __float__(self) -> float:
        note_conversion(self)
        return float(self.value)

    def exp(self) -> "Number":
        result = self.value.exp()
        return _made(result, (self, result))

    def expm1(self) -> "Number":
        return _made(self.value.expm1(), (self, self.value.exp()))

    def log(self) -> "Number":
        return _made(self.value.log(), (self, 1 / self.value))

    def log1p(self) -> "Number":
        return _made(self.value.log1p(), (self, 1 / (1 + self.value)))

    def log2(self) -> "Number":
        return self.log() / Number(arb(2).log())

    def log10(self) -> "Number":
        return self.log() / Number(arb(10).log())

    def sqrt(self) -> "Number":
        result = self.value.sqrt()
        return _made(result, (self, 1 / (2 * result)))

    def tanh(self) -> "Number":
        result = self.value.tanh()
        return _made(result, (self, 1 - result * result))

    def sinh(self) -> "Number":
        return _made(self.value.sinh(), (self, self.value.cosh()))

    def cosh(self) -> "Number":
        return _made(self.value.cosh(), (self, self.value.sinh()))

    def sin(self) -> "Number":
        return _made(self.value.sin(), (self, self.value.cos()))

    def cos(self) -> "Number":
        return _made(self.value.cos(), (self, -self.value.sin()))

    def arctan(self) -> "Number":
        return _made(self.value.atan(), (self, 1 / (1 + self.value * self.value)))

    def erf(self) -> "Number":
        slope = 2 * (-self.value * self.value).exp() / arb.pi().sqrt()
        return _made(self.value.erf(), (self, slope))

    def expit(self) -> "Number":
        return 1 / (1 + (-self).exp())

    def conjugate(self) -> "Number":
        return self


FUNCTIONS = {
    name: functools.partial(lambda name, number: getattr(constant(number), name)(), name)
    for name in (
        *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "tanh", "sinh", "cosh"),
        *("sin", "cos", "arctan", "erf", "expit", "conjugate"),
    )
} | {
    "isfinite": lambda number: constant(number).value.is_finite(),
    "isnan": lambda number: constant(number).value.is_nan(),
    "isinf": lambda number: False,
    "logaddexp": lambda one, other: (constant(one).exp() + constant(other).exp()).log(),
    "exp2": lambda number: 2 ** constant(number),
    "hypot": lambda one, other: (constant(one) ** 2 + constant(other) ** 2).sqrt(),
    "xlogy": lambda one, other: constant(one) * constant(other).log() if constant(one) != 0 else constant(0),
    "heaviside": lambda number, at_zero: at_zero if constant(number) == 0 else int(constant(number) > 0),
    "fabs": abs,
}
"""Ufuncs of NumPy and SciPy that arrays of numbers are sent to, by name; entry by entry."""


class Numbers(np.ndarray):
    """An array of exact numbers, in place of an array of floats: an ndarray with elements of `Number`.

    Entries that code puts in as plain floats, such as the 0 of `np.maximum(0, z)`, count as constants.
    """

    def __array_ufunc__(self, ufunc, method: str, *inputs: Any, out: tuple = (), **keywords: Any) -> Any:
        plain = [_plain(each) for each in inputs]
        if ufunc.__name__ in FUNCTIONS and method == "__call__":
            outcome = np.frompyfunc(FUNCTIONS[ufunc.__name__], len(plain), 1)(*plain)
            if ufunc.__name__.startswith("is"):
                return outcome.astype(bool) if isinstance(outcome, np.ndarray) else bool(outcome)
            if out:
                out[0][...] = outcome
                return out[0]
            return _viewed(outcome)
        if out:
            keywords["out"] = tuple(_plain(each) for each in out)
        outcome = getattr(ufunc, method)(*plain, **keywords)
        return out[0] if out else _viewed(outcome)

    def astype(self, dtype: Any, *arguments: Any, **keywords: Any) -> Any:
        """The same numbers as float64, which the float types that are widened to it hold exactly; nothing narrower."""
        widened = np.dtype(dtype) in (np.float64, np.longdouble)
        return self.copy() if widened else super().astype(dtype, *arguments, **keywords)

    def __array_function__(self, function: Callable, types, arguments, keywords) -> Any:
        return _viewed(super().__array_function__(function, types, arguments, keywords))


def inputs_like(tape: Tape, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of exact numbers on the tape, with the values of arrays of floats."""
    return {
        path: objects_of(array.shape, [Number(arb(float(entry)), tape.input()) for entry in array.ravel()]).view(
            Numbers
        )
        for path, array in arrays.items()
    }


def constants_like(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of exact numbers that nothing is remembered of."""
    return {
        path: objects_of(array.shape, [constant(entry) for entry in array.ravel()]).view(Numbers)
        for path, array in arrays.items()
    }


def values_of(array: Any) -> np.ndarray:
    """The balls of an array of numbers, some of which may be plain floats."""
    numbers = np.asarray(array, dtype=object)
    return objects_of(numbers.shape, [_ball(entry) for entry in numbers.ravel()])


def objects_of(shape: tuple[int, ...], entries: list) -> np.ndarray:
    """An array of objects; NumPy would look for sequences in them if it were left to find out its shape."""
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array.reshape(shape)


def constant(number: Any) -> Any:
    """A number as it is, and a plain one as a constant; None for anything else."""
    if isinstance(number, Number):
        return number
    if isinstance(number, int | float | np.number | np.bool_):
        return Number(arb(float(number)))
    if isinstance(number, np.ndarray) and number.ndim == 0:
        return constant(number[()])
    return None


def _ball(entry: Any) -> arb:
    number = constant(entry)
    if number is None:
        raise CannotRun(f"a {type(entry).__name__} stands where a number is expected")
    return number.value


def _made(value: arb, *operands: tuple) -> Number:
    """The result of an operation, put on the tape if it depends on an input."""
    return Number(value, note(tuple((operand.node, slope) for operand, slope in operands if operand.node is not None)))


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Numbers) else array


def _viewed(outcome: Any) -> Any:
    if isinstance(outcome, tuple | list):
        return type(outcome)(_viewed(each) for each in outcome)
    if isinstance(outcome, np.ndarray) and outcome.dtype == object:
        return outcome.view(Numbers)
    return outcome
