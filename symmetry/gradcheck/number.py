"""An exact number: a ball of 256 bits that remembers how it was made, in the place of a student's float."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from flint import arb

from symmetry.gradcheck.tape import CannotRun, current, note

Operand = Any
"""What code puts beside an exact number: another one, a plain number, or an array of either."""

Slope = arb | int
"""The derivative of a result in one operand."""


class ExactNumber:
    """An exact number; `node` is its place on the tape, None for a constant.

    >>> from symmetry.gradcheck.tape import recording
    >>> with recording() as tape:
    ...     x = ExactNumber(arb(3), tape.input())
    ...     float(tape.derivatives(x * x + 1, 1)[0])
    6.0
    """

    __slots__ = ("node", "value")

    in_an_array: ClassVar[Callable[["ExactNumber"], Operand]]
    """An array without axes that holds one number; the arrays of `symmetry.gradcheck.exact` say how it is made."""

    def __init__(self, value: arb, node: int | None = None) -> None:
        self.value = value
        self.node = node

    def __repr__(self) -> str:
        return f"ExactNumber({float(self.value):.6g})"

    def __str__(self) -> str:
        return str(float(self))

    def __format__(self, spec: str) -> str:
        return format(float(self), spec)

    def __deepcopy__(self, memory: dict) -> "ExactNumber":
        return self

    def __neg__(self) -> "ExactNumber":
        return ExactNumber(-self.value, note(() if self.node is None else (self.node, -1)))

    def __pos__(self) -> "ExactNumber":
        return self

    def __abs__(self) -> "ExactNumber":
        return -self if self < 0 else self

    def __add__(self, other):
        if type(other) is not ExactNumber and (other := constant(other)) is None:
            return NotImplemented
        return made_of_two(self.value + other.value, self.node, 1, other.node, 1)

    def __sub__(self, other):
        if type(other) is not ExactNumber and (other := constant(other)) is None:
            return NotImplemented
        return made_of_two(self.value - other.value, self.node, 1, other.node, -1)

    def __mul__(self, other):
        if type(other) is not ExactNumber and (other := constant(other)) is None:
            return NotImplemented
        return made_of_two(self.value * other.value, self.node, other.value, other.node, self.value)

    def __truediv__(self, other):
        if type(other) is not ExactNumber and (other := constant(other)) is None:
            return NotImplemented
        quotient = self.value / other.value
        if self.node is None and other.node is None:
            return ExactNumber(quotient, note(()))
        return made_of_two(quotient, self.node, 1 / other.value, other.node, -quotient / other.value)

    def __pow__(self, exponent):
        power = constant(exponent)
        if power is None:
            return NotImplemented
        result = self.value**power.value
        if self.node is None and power.node is None:
            return ExactNumber(result, note(()))
        slope = power.value * self.value ** (power.value - 1) if power.value != 0 else arb(0)
        growth = result * self.value.log() if power.node is not None else arb(0)
        return made_of_two(result, self.node, slope, power.node, growth)

    __radd__ = __add__
    __rmul__ = __mul__
    conjugate = __copy__ = __pos__

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        other = constant(other)
        return NotImplemented if other is None else other / self

    def __rpow__(self, other):
        other = constant(other)
        return NotImplemented if other is None else other**self

    def __floordiv__(self, other):
        return np.floor(self / other)

    def __mod__(self, other):
        return self - other * (self // other)

    def _sign_of_difference(self, other) -> int:
        other = constant(other)
        if other is None:
            raise CannotRun("a number was compared with something that is none")
        difference = self.value - other.value
        if not difference.contains(0):
            return 1 if difference > 0 else -1
        if self.node is not None or other.node is not None:
            tape = current()
            tape.ties += 1
            tape.unclear += not difference.is_exact()
        return 0

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

    def __array_ufunc__(self, ufunc, method: str, *inputs: Operand, **keywords: object) -> Operand:
        arrays = [ExactNumber.in_an_array(each) if isinstance(each, ExactNumber) else each for each in inputs]
        return getattr(ufunc, method)(*arrays, **keywords)

    def __getattr__(self, name: str) -> Operand:
        """What a float of NumPy has, such as `.shape`, `.item()` and `.sum()`: that of an array of this one number."""
        if name.startswith("__"):
            raise AttributeError(f"'ExactNumber' object has no attribute {name!r}")
        return getattr(ExactNumber.in_an_array(self), name)

    def __bool__(self) -> bool:
        return self != 0

    def __float__(self) -> float:
        if self.node is None:
            return float(self.value)
        # A float has no derivative: harmless only if the result does not depend on it.
        current().converted.append(self)
        return float(self.value) * (1 + current().nudge)

    def __int__(self) -> int:
        return int(float(self))

    def __round__(self, digits: int | None = None) -> float | int:
        return round(float(self), digits)

    def log2(self) -> "ExactNumber":
        return self.log() / ExactNumber(arb(2).log())

    def log10(self) -> "ExactNumber":
        return self.log() / ExactNumber(arb(10).log())

    def cbrt(self) -> "ExactNumber":
        size = abs(self.value).root(3)
        result = -size if self < 0 else size
        return made(result, (self, result / (3 * self.value)))

    def expit(self) -> "ExactNumber":
        return 1 / (1 + (-self).exp())

    def floor(self) -> "ExactNumber":
        below = self.value.floor()
        current().ties += self.node is not None and self.value.overlaps(below)
        return ExactNumber(below)

    def ceil(self) -> "ExactNumber":
        return -(-self).floor()

    def trunc(self) -> "ExactNumber":
        return self.ceil() if self < 0 else self.floor()

    def rint(self) -> "ExactNumber":
        """The nearest whole number, the even one of two."""
        up = (self.value + arb(0.5)).floor()
        tied = (up - self.value - arb(0.5)).contains(0)
        return ExactNumber(up - 1 if tied and int(float(up)) % 2 else up)


def constant(number: object) -> ExactNumber | None:
    """A number as it is, and a plain one as a constant; None for anything else."""
    if type(number) is ExactNumber:
        return number
    if isinstance(number, int | float | np.number | np.bool_):
        wobble = current().wobble
        return ExactNumber(arb(float(number)) if wobble is None else wobble(float(number)))
    if isinstance(number, np.ndarray) and number.ndim == 0:
        return constant(number[()])
    return None


def exact_number(entry: object) -> ExactNumber:
    """A number as it is, and a plain one as a constant.

    Raises:
        CannotRun: it is something else.
    """
    number = constant(entry)
    if number is None:
        raise CannotRun(f"a {type(entry).__name__} stands where a number is expected")
    return number


def made_of_two(value: arb, one: int | None, slope: Slope, other: int | None, other_slope: Slope) -> ExactNumber:
    """The result of an operation on the numbers at two places of the tape."""
    if one is None:
        return ExactNumber(value, note(() if other is None else (other, other_slope)))
    return ExactNumber(value, note((one, slope) if other is None else (one, slope, other, other_slope)))


def made(value: arb, *operands: tuple[ExactNumber, Slope]) -> ExactNumber:
    """A result: what it is made of, with its derivative in each."""
    parts: list[Slope] = []
    for operand, slope in operands:
        if operand.node is not None:
            parts += (operand.node, slope)
    return ExactNumber(value, note(tuple(parts)))


def _smooth(name: str, function: Callable[[arb], arb], slope: Callable[[arb, arb], Slope]) -> Callable:
    """A function of one number as a method; its slope is found from the argument and the result."""

    def method(number: ExactNumber) -> ExactNumber:
        result = function(number.value)
        return ExactNumber(result, note(() if number.node is None else (number.node, slope(number.value, result))))

    # Whoever watches the tape sees from this name which function made a number.
    method.__code__ = method.__code__.replace(co_name=name)
    return method


for _name, _function, _slope in (
    ("exp", arb.exp, lambda x, y: y),
    ("expm1", arb.expm1, lambda x, y: x.exp()),
    ("log", arb.log, lambda x, y: 1 / x),
    ("log1p", arb.log1p, lambda x, y: 1 / (1 + x)),
    ("sqrt", arb.sqrt, lambda x, y: 1 / (2 * y)),
    ("tanh", arb.tanh, lambda x, y: 1 - y * y),
    ("sinh", arb.sinh, lambda x, y: x.cosh()),
    ("cosh", arb.cosh, lambda x, y: x.sinh()),
    ("sin", arb.sin, lambda x, y: x.cos()),
    ("cos", arb.cos, lambda x, y: -x.sin()),
    ("tan", arb.tan, lambda x, y: 1 + y * y),
    ("arcsin", arb.asin, lambda x, y: 1 / (1 - x * x).sqrt()),
    ("arccos", arb.acos, lambda x, y: -1 / (1 - x * x).sqrt()),
    ("arctan", arb.atan, lambda x, y: 1 / (1 + x * x)),
    ("arcsinh", arb.asinh, lambda x, y: 1 / (1 + x * x).sqrt()),
    ("arccosh", arb.acosh, lambda x, y: 1 / (x * x - 1).sqrt()),
    ("arctanh", arb.atanh, lambda x, y: 1 / (1 - x * x)),
    ("erf", arb.erf, lambda x, y: 2 * (-x * x).exp() / arb.pi().sqrt()),
    ("erfc", arb.erfc, lambda x, y: -2 * (-x * x).exp() / arb.pi().sqrt()),
):
    setattr(ExactNumber, _name, _smooth(_name, _function, _slope))
