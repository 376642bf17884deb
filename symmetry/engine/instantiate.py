"""Instances of a derivation: symbolic widths become small numbers, every symbol an exact rational.

This checks SymPy's sums a second time, without using them: each sum is written out, and each unknown function is a random
polynomial.
"""

import dataclasses
import functools
import itertools
import math
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Idx, Sum

from symmetry.activation import ActivationLike, derivative
from symmetry.array import Array
from symmetry.engine.formulas import Every, Reordering, Signs
from symmetry.numbers.symbol import Symbol


@dataclasses.dataclass(frozen=True)
class Instantiation:
    """One choice of widths and, by its seed, of a rational for every symbol and a polynomial for every function."""

    sizes: Mapping[sympy.Symbol, int]
    seed: int
    known: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Numbers and arrays of the formulas, by name, that are computed from others instead of being drawn."""
    chosen: Mapping[str, ActivationLike] = dataclasses.field(default_factory=dict)
    """What functions are, by name, that may not be any polynomial, or that something else stands for."""

    def knowing(self, **known: Any) -> "Instantiation":
        """The same instance, in which these names stand for what was computed."""
        return dataclasses.replace(self, known={**self.known, **known})

    def choosing(self, **functions: ActivationLike) -> "Instantiation":
        """The same instance, in which unknown functions of these names are known activations."""
        return dataclasses.replace(self, chosen={**self.chosen, **functions})

    def size(self, width: Any) -> int:
        """A width, or an expression of widths, as a number."""
        return int(sympy.sympify(width).subs(self.sizes))

    def rational(self, name: str) -> sympy.Rational:
        """The number that the symbol or array entry of that name stands for: never 0."""
        return _rational(f"{self.seed} {name}")

    def array(self, name: str, *sizes) -> Symbol:
        """An array whose entries are those of the indexed symbol of that name."""
        shape = tuple(map(self.size, sizes))
        entries = Symbol.of([self.rational(_entry(name, place)) for place in itertools.product(*map(range, shape))])
        return entries.reshape(shape).view(Symbol)

    def permutation(self, name: str, size) -> list[int]:
        """What the permutation of that name does to so many units: never nothing, if there are two."""
        units = list(range(self.size(size)))
        generator = random.Random(zlib.crc32(f"{self.seed} {name}".encode()))
        moved = units[:]
        while len(units) > 1 and moved == units:
            generator.shuffle(moved)
        return moved

    def value(self, expression: Expr, indices: Mapping[Expr, int] | None = None) -> Expr:
        """The expression at this instance; free indices take the values of `indices`."""
        return self._value(sympy.sympify(expression), indices or {})

    def indices(self, *expressions: Expr) -> list[dict[Expr, int]]:
        """Every choice of the free indices of the expressions."""
        free = sorted({index for part in expressions for index in _free_indices(part)}, key=str)
        ranges = [range(self.size(index.upper) + 1) for index in free]
        return [dict(zip(free, chosen, strict=True)) for chosen in itertools.product(*ranges)]

    def _value(self, node: Expr, indices: Mapping[Expr, int]) -> Expr:
        if isinstance(node, Idx):
            return sympy.Integer(indices[node])
        if isinstance(node, Sum):
            return sympy.Add(*[self._value(node.function, each) for each in self._limits(node.limits, indices)])
        if isinstance(node, sympy.Subs):
            inner = self._value(node.expr.expr, indices)
            for symbol, count in node.expr.variable_count:
                inner = sympy.diff(inner, symbol, count)
            return inner.subs(dict(zip(node.variables, node.point, strict=True)))
        if isinstance(node, sympy.Indexed):
            return self._entry(node, tuple(int(self._value(place, indices)) for place in node.indices))
        if isinstance(node, sympy.Symbol):
            if node.name in self.known:
                return self._known(node, self.known[node.name])
            if node in self.sizes:
                return sympy.Integer(self.sizes[node])
            return node if node.name == "epsilon" else self._of_known_sign(node, self.rational(node.name))
        arguments = [number for part in node.args for number in self._arguments(part, indices)]
        name, partials = getattr(node.func, "unknown", (node.func.__name__, ()))
        if name in self.chosen:
            return derivative(Symbol.of(arguments), self.chosen[name], len(partials))[0]
        if hasattr(node.func, "unknown"):
            return sympy.expand(polynomial(name, partials, self.seed, arguments))
        return node.func(*arguments) if arguments else node

    def _limits(self, limits: Sequence, indices: Mapping[Expr, int]) -> Iterator[Mapping[Expr, int]]:
        """The indices with every choice of those that a sum runs over; the last limit is the outermost."""
        if not limits:
            yield indices
            return
        *inner, (index, lower, upper) = limits
        for step in range(int(self._value(lower, indices)), int(self._value(upper, indices)) + 1):
            yield from self._limits(inner, {**indices, index: step})

    def _entry(self, node: sympy.Indexed, place: tuple[int, ...]) -> Expr:
        name = node.base.label.name
        if name in self.known:
            return self._known(node, self.known[name][place])
        if isinstance(node.base, Reordering):
            return sympy.Integer(self.permutation(name, node.base.shape[0])[place[0]])
        number = self._of_known_sign(node, self.rational(_entry(name, place)))
        return sympy.sign(number) if isinstance(node.base, Signs) else number

    def _arguments(self, part: Expr, indices: Mapping[Expr, int]) -> list[Expr]:
        """What stands in a function for one of its arguments: several numbers for a family."""
        if not isinstance(part, Every):
            return [self._value(part, indices)]
        numbers = range(self.size(part.index.upper) + 1)
        return [self._value(part.formula, {**indices, part.index: number}) for number in numbers]

    @staticmethod
    def _known(node: Expr, known: Any) -> Expr:
        """What is known of a letter, which must have the sign that the letter is named with."""
        number = known.item() if isinstance(known, np.ndarray) else known
        if not isinstance(number, Expr):
            number = sympy.sympify(number)
        if (node.is_positive and number.is_positive is False) or (node.is_nonnegative and number.is_negative):
            raise ValueError(f"{node} is not to be negative{' or 0' if node.is_positive else ''}, but is {number} here")
        return number

    @staticmethod
    def _of_known_sign(node: Expr, number: sympy.Rational) -> Expr:
        """The number, made positive for what is known not to be negative."""
        return abs(number) if node.is_nonnegative else number


@functools.cache
def monomials(name: str, partials: tuple[int, ...], arity: int, seed: int) -> list[tuple[tuple[int, ...], Expr]]:
    """The powers and the factor of each term of a cubic polynomial: an unknown function, differentiated by some arguments."""
    generator = random.Random(zlib.crc32(f"{seed} {name}".encode()))
    variables = sympy.symbols(f"u1:{arity + 1}")
    powers = [
        sympy.Mul(*chosen)
        for degree in range(4)
        for chosen in itertools.combinations_with_replacement(variables, degree)
    ]
    expression = sympy.Add(*[sympy.Rational(generator.randint(1, 9), 2) * power for power in powers])
    for argument in partials:
        expression = expression.diff(variables[argument - 1])
    return sympy.Poly(expression, *variables).terms() if variables else [((), expression)]


def polynomial(name: str, partials: tuple[int, ...], seed: int, values: Sequence[Array]) -> Array:
    """The value of that polynomial at some numbers, or at arrays of numbers of one shape."""
    terms = monomials(name, partials, len(values), seed)
    return sum(
        math.prod([values[place] for place, power in enumerate(powers) for _ in range(power)], start=factor)
        for powers, factor in terms
    )


@dataclasses.dataclass(frozen=True)
class PolynomialActivation:
    """The activation that an unknown function stands for at an instance, for running the program on it."""

    name: str
    seed: int

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(lambda entry: sympy.expand(polynomial(self.name, (1,) * order, self.seed, [sympy.expand(entry)])))


@dataclasses.dataclass(frozen=True)
class PolynomialLoss:
    """The loss of one example that an unknown function of its outputs and targets stands for at an instance."""

    name: str
    seed: int

    def value(self, outputs: Array, targets: Array) -> Array:
        return self._of_examples(outputs, targets, ()).sum()

    def error(self, outputs: Array, targets: Array) -> Array:
        units = np.eye(outputs.shape[1], dtype=int)
        return sum(self._of_examples(outputs, targets, (k + 1,))[:, None] * unit for k, unit in enumerate(units))

    def _of_examples(self, outputs: Array, targets: Array, partials: tuple[int, ...]) -> Array:
        columns = [side[:, k] for side in (outputs, targets) for k in range(side.shape[1])]
        return polynomial(self.name, partials, self.seed, columns)


@functools.cache
def _rational(name: str) -> sympy.Rational:
    generator = random.Random(zlib.crc32(name.encode()))
    return sympy.Rational(generator.choice([-1, 1]) * generator.randint(1, 9), generator.randint(2, 7))


def _entry(name: str, place) -> str:
    return f"{name}[{','.join(str(int(index)) for index in place)}]"


def _free_indices(node: Expr) -> set[Idx]:
    if isinstance(node, Idx):
        return {node}
    if isinstance(node, Sum):
        return _free_indices(node.function) - {limit[0] for limit in node.limits}
    if isinstance(node, Every):
        return _free_indices(node.formula) - {node.index}
    return set().union(*[_free_indices(part) for part in getattr(node, "args", ())])
