"""Instances of a derivation: symbolic widths become small numbers, every symbol an exact rational.

This checks SymPy's sums a second time, without using them: each sum is written out, and each unknown function is a random
polynomial.
"""

import dataclasses
import functools
import itertools
import random
import zlib
from collections.abc import Mapping

import sympy
from sympy import Expr, Idx, Sum

from symmetry.numbers.symbol import Symbol


@dataclasses.dataclass(frozen=True)
class Instantiation:
    """One choice of widths and, by its seed, of a rational for every symbol and a polynomial for every function."""

    sizes: Mapping[sympy.Symbol, int]
    seed: int

    def rational(self, name: str) -> sympy.Rational:
        """The number that the symbol or array entry of that name stands for: never 0."""
        generator = random.Random(zlib.crc32(f"{self.seed} {name}".encode()))
        return sympy.Rational(generator.choice([-1, 1]) * generator.randint(1, 9), generator.randint(2, 7))

    def array(self, name: str, *sizes) -> Symbol:
        """An array whose entries are those of the indexed symbol of that name."""
        shape = tuple(int(sympy.sympify(size).subs(self.sizes)) for size in sizes)
        entries = Symbol.of([self.rational(_entry(name, place)) for place in itertools.product(*map(range, shape))])
        return entries.reshape(shape).view(Symbol)

    def value(self, expression: Expr, indices: Mapping[Expr, int] | None = None) -> Expr:
        """The expression at this instance; free indices take the values of `indices`."""
        return self._value(sympy.sympify(expression).xreplace(dict(indices or {})))

    def indices(self, *expressions: Expr) -> list[dict[Expr, int]]:
        """Every choice of the free indices of the expressions."""
        free = sorted({index for part in expressions for index in _free_indices(part)}, key=str)
        ranges = [range(int(index.upper.subs(self.sizes)) + 1) for index in free]
        return [dict(zip(free, chosen, strict=True)) for chosen in itertools.product(*ranges)]

    def _value(self, node: Expr) -> Expr:
        if isinstance(node, Sum):
            (index, lower, upper), *rest = reversed(node.limits)
            body = Sum(node.function, *reversed(rest)) if rest else node.function
            steps = range(int(self._value(lower)), int(self._value(upper)) + 1)
            return sympy.Add(*[self._value(_with_index(body, index, step)) for step in steps])
        if isinstance(node, sympy.Subs):
            inner = self._value(node.expr.expr)
            for symbol, count in node.expr.variable_count:
                inner = sympy.diff(inner, symbol, count)
            return inner.subs(dict(zip(node.variables, node.point, strict=True)))
        if isinstance(node, sympy.Indexed):
            name = _entry(str(node.base), [self._value(place) for place in node.indices])
            return self._of_known_sign(node, self.rational(name))
        if isinstance(node, sympy.Symbol):
            if node in self.sizes:
                return sympy.Integer(self.sizes[node])
            return node if node.name == "epsilon" else self._of_known_sign(node, self.rational(node.name))
        arguments = [self._value(part) for part in node.args]
        if hasattr(node.func, "unknown"):
            return polynomial(*node.func.unknown, len(arguments), self.seed)(*arguments)
        return node.func(*arguments) if arguments else node

    @staticmethod
    def _of_known_sign(node: Expr, number: sympy.Rational) -> Expr:
        """The number, made positive for what is known not to be negative."""
        return abs(number) if node.is_nonnegative else number


@functools.cache
def polynomial(name: str, partials: tuple[int, ...], arity: int, seed: int):
    """A cubic polynomial for an unknown function, differentiated by the listed arguments."""
    generator = random.Random(zlib.crc32(f"{seed} {name}".encode()))
    variables = sympy.symbols(f"u1:{arity + 1}")
    monomials = [
        sympy.Mul(*chosen)
        for degree in range(4)
        for chosen in itertools.combinations_with_replacement(variables, degree)
    ]
    expression = sympy.Add(*[sympy.Rational(generator.randint(1, 9), 2) * monomial for monomial in monomials])
    for argument in partials:
        expression = expression.diff(variables[argument - 1])
    return lambda *values: sympy.expand(expression.subs(dict(zip(variables, values, strict=True)), simultaneous=True))


@dataclasses.dataclass(frozen=True)
class PolynomialActivation:
    """The activation that an unknown function stands for at an instance, for running the program on it."""

    name: str
    seed: int

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(polynomial(self.name, (1,) * order, 1, self.seed))


def _entry(name: str, place) -> str:
    return f"{name}[{','.join(str(int(index)) for index in place)}]"


def _with_index(body: Expr, index: Expr, value: int) -> Expr:
    """The body at one value of a bound index; an inner sum over the same symbol keeps its own."""
    return body.subs(index, value) if isinstance(body, Sum) else body.xreplace({index: sympy.Integer(value)})


def _free_indices(node: Expr) -> set[Idx]:
    if isinstance(node, Idx):
        return {node}
    if isinstance(node, Sum):
        return _free_indices(node.function) - {limit[0] for limit in node.limits}
    return set().union(*[_free_indices(part) for part in getattr(node, "args", ())])
