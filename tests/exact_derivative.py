"""The derivative of a student's own loss, entry by entry, enclosed in balls: nothing is compared by a tolerance.

Students' code runs on NumPy arrays of objects; here they are dual numbers over python-flint's balls.
"""

import dataclasses
import itertools

import flint
import jax
import numpy as np
from examples.column_network import Network


@dataclasses.dataclass(frozen=True, eq=False)
class Number:
    """A ball and its derivative along one direction: a scalar that is no float and does not turn into one."""

    value: flint.arb
    slope: flint.arb = dataclasses.field(default_factory=flint.arb)

    def _with(self, other, value, slope):
        other = other if isinstance(other, Number) else Number(flint.arb(other))
        return Number(value(self.value, other.value), slope(self, other))

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b, lambda a, b: a.slope + b.slope)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b, lambda a, b: a.slope * b.value + a.value * b.slope)

    def __pow__(self, power):
        assert power == 2
        return self * self

    def __rtruediv__(self, other):
        return other * Number(1 / self.value, -self.slope / self.value**2)

    def __truediv__(self, other):
        return self * (1 / other if isinstance(other, Number) else flint.arb(1) / other)

    def __neg__(self):
        return Number(-self.value, -self.slope)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    __radd__ = __add__
    __rmul__ = __mul__

    def __le__(self, other):
        return self.value <= ball(other)

    def __ge__(self, other):
        return self.value >= ball(other)

    def exp(self):
        return Number(self.value.exp(), self.slope * self.value.exp())

    def log(self):
        return Number(self.value.log(), self.slope / self.value)

    def tanh(self):
        return Number(self.value.tanh(), self.slope * (1 - self.value.tanh() ** 2))


def ball(number) -> flint.arb:
    """The ball of a Number, a float or an integer."""
    return number.value if isinstance(number, Number) else flint.arb(float(number))


def arrays(tree) -> list:
    """The arrays of a dict, a Network or pairs of weights and biases, in one order."""
    if isinstance(tree, list):
        tree = Network(*map(list, zip(*tree, strict=True)))
    return jax.tree.leaves(vars(tree) if isinstance(tree, Network) else tree)


def in_numbers(params, direction=None):
    """The parameters as Numbers; `direction` is the index of the entry, through all arrays, that moves."""
    counter = itertools.count()

    def numbers(array):
        entries = [Number(flint.arb(float(entry)), flint.arb(next(counter) == direction)) for entry in array.flat]
        return np.array(entries, dtype=object).reshape(array.shape)

    if isinstance(params, Network):
        biases = [numbers(b) for b in params.biases]
        return Network([numbers(w) for w in params.weights], biases)
    return jax.tree.map(numbers, params)


def as_objects(y):
    """Targets as Numbers; integer labels stay."""
    return in_numbers(y) if y.dtype.kind == "f" else y


def derivative(loss, params, x, y) -> list[flint.arb]:
    """The derivative of the loss in every parameter, entry by entry."""
    size = sum(array.size for array in arrays(params))
    return [loss(in_numbers(params, entry), in_numbers(x), as_objects(y)).slope for entry in range(size)]


def entries(gradient) -> list[flint.arb]:
    """The entries of all arrays of a gradient, as balls."""
    return [ball(entry) for array in arrays(gradient) for entry in np.asarray(array).flat]


def agree(gradient, balls) -> bool:
    """Whether every entry may be what the ball encloses."""
    found = entries(gradient)
    assert len(found) == len(balls)
    assert all(one.is_finite() for one in (*found, *balls))  # what is not finite overlaps with everything
    return all(one.overlaps(other) for one, other in zip(found, balls, strict=True))


def bits(dtype) -> int:
    """Bits at which balls bound a float's rounding: two fewer, since exp and its like are not correctly rounded."""
    return np.finfo(dtype).nmant - 1
