"""Unknown functions in SymPy: an activation, or a loss, that has derivatives and no other known property."""

import dataclasses
import functools

import sympy

from symmetry.numbers.symbol.symbol import Symbol


def unknown_function(name: str, partials: tuple[int, ...] = ()) -> type[sympy.Function]:
    """A function that has derivatives and no other known property.

    `partials` lists the arguments (from 1) by which it has been differentiated already. A class of its own, with
    `fdiff`, since SymPy's derivative of an undefined function at an expression is a `Subs` that does not compare.

    >>> x = sympy.Symbol("x", real=True)
    >>> unknown_function("phi")(x**2).diff(x)
    2*x*phi'(x**2)
    """

    return _unknown_function(name, partials)


@functools.cache
def _unknown_function(name: str, partials: tuple[int, ...]) -> type[sympy.Function]:
    """One class for each function, so that equal applications are equal."""

    def fdiff(self, argindex=1):
        return _unknown_function(name, tuple(sorted((*partials, argindex))))(*self.args)

    marks = "'" * len(partials) if set(partials) <= {1} else "_" + "_".join(map(str, partials))
    members = {"fdiff": fdiff, "unknown": (name, partials), "is_real": True, "is_commutative": True}
    return type(name + marks, (sympy.Function,), members)


@dataclasses.dataclass(frozen=True)
class UnknownFormula:
    """An unknown activation, as SymPy functions phi, phi', phi''."""

    name: str

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(unknown_function(self.name, (1,) * order))


@dataclasses.dataclass(frozen=True)
class UnknownLossFormula:
    """An unknown loss of one example: a function of its outputs and targets."""

    name: str = "loss"

    def value(self, outputs: Symbol, targets: Symbol) -> sympy.Expr:
        return sympy.Add(*[self._at(a, y, ()) for a, y in zip(outputs, targets, strict=True)])

    def error(self, outputs: Symbol, targets: Symbol) -> Symbol:
        units = range(outputs.shape[1])
        return Symbol.of([[self._at(a, y, (k + 1,)) for k in units] for a, y in zip(outputs, targets, strict=True)])

    def _at(self, outputs: Symbol, targets: Symbol, partials: tuple[int, ...]) -> sympy.Expr:
        return unknown_function(self.name, partials)(*outputs, *targets)
