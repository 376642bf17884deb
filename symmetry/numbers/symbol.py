"""Symbols: NumPy object arrays of SymPy expressions, which turn the program into its own formulas (meurer2017sympy).

Here stand the defining formulas of every activation; their derivatives are SymPy's.
"""

import dataclasses
import functools

import numpy as np
import sympy

from symmetry.activation import LEAK, Activation, derivative
from symmetry.loss import log_sum_exp, softmax
from symmetry.normalisation import reciprocal_square_root

VARIABLE = sympy.Symbol("z", real=True)
"""The argument of `FORMULAS`."""

_z = VARIABLE
_normal_distribution = (1 + sympy.erf(_z / sympy.sqrt(2))) / 2

FORMULAS = {
    "identity": _z,
    "relu": sympy.Piecewise((0, _z <= 0), (_z, True)),
    "leaky_relu": sympy.Piecewise((_z * sympy.Rational(str(LEAK)), _z <= 0), (_z, True)),
    "tanh": sympy.tanh(_z),
    "sigmoid": 1 / (1 + sympy.exp(-_z)),
    "softplus": sympy.log(1 + sympy.exp(_z)),
    "gelu": _z * _normal_distribution,
    "silu": _z / (1 + sympy.exp(-_z)),
    "sine": sympy.sin(_z),
    "square": _z**2,
    "absolute_value": sympy.Piecewise((-_z, _z < 0), (_z, True)),
}
"""What every named activation is, as an expression in `VARIABLE`."""


class Symbol(np.ndarray):
    """A NumPy array of SymPy expressions.

    >>> (Symbol.of([[sympy.Symbol("a"), 2]]) @ Symbol.of([[3], [sympy.Symbol("b")]])).tolist()
    [[3*a + 2*b]]
    """

    @classmethod
    def of(cls, entries) -> "Symbol":
        """An array of the given entries, each made a SymPy expression; floats are taken exactly."""
        raw = np.array(entries, dtype=object)
        exact = np.array([_exact(entry) for entry in raw.ravel()], dtype=object)
        return exact.reshape(raw.shape).view(cls)

    @classmethod
    def named(cls, name: str, shape: tuple[int, ...], *, positive: bool = False) -> "Symbol":
        """An array of real symbols, named by their place: w_0_1."""
        places = np.ndindex(*shape)
        symbols = [_variable(name, place, positive) for place in places]
        return cls.of(np.array(symbols, dtype=object).reshape(shape))

    def map(self, function) -> "Symbol":
        return np.array([function(entry) for entry in self.ravel()], dtype=object).reshape(self.shape).view(Symbol)


def _exact(entry) -> sympy.Expr:
    return sympy.Rational(entry) if isinstance(entry, float | np.floating) else sympy.sympify(entry)


def _variable(name: str, place: tuple[int, ...], positive: bool) -> sympy.Symbol:
    known = {"positive": True} if positive else {"real": True}
    return sympy.Symbol("_".join([name, *map(str, place)]), **known)


@functools.cache
def formula(name: str, order: int) -> sympy.Expr:
    """The derivative of that order of the activation of that name, in `VARIABLE`, by SymPy.

    The slope of the absolute value is 0 at 0, the convention of floats; SymPy's would be that of one side.

    >>> formula("square", 1)
    2*z
    """
    if (name, order) == ("absolute_value", 1):
        return sympy.sign(VARIABLE)
    return sympy.diff(FORMULAS[name], VARIABLE, order)


def unknown_function(name: str, partials: tuple[int, ...] = ()) -> type[sympy.Function]:
    """A function of which nothing is known but that it can be differentiated.

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
    """An activation of which nothing is known, as SymPy functions phi, phi', phi''."""

    name: str

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(unknown_function(self.name, (1,) * order))


@dataclasses.dataclass(frozen=True)
class UnknownLossFormula:
    """A loss of one example of which nothing is known: a function of its outputs and targets."""

    name: str = "loss"

    def value(self, outputs: Symbol, targets: Symbol) -> sympy.Expr:
        return sympy.Add(*[self._at(a, y, ()) for a, y in zip(outputs, targets, strict=True)])

    def error(self, outputs: Symbol, targets: Symbol) -> Symbol:
        units = range(outputs.shape[1])
        return Symbol.of([[self._at(a, y, (k + 1,)) for k in units] for a, y in zip(outputs, targets, strict=True)])

    def _at(self, outputs, targets, partials: tuple[int, ...]) -> sympy.Expr:
        return unknown_function(self.name, partials)(*outputs, *targets)


@derivative.register
def _(z: Symbol, activation, order: int = 0) -> Symbol:
    if isinstance(activation, Activation):
        expression = formula(activation.name, order)
        return z.map(lambda entry: expression.xreplace({VARIABLE: entry}))
    return activation.evaluate(z, order)


@log_sum_exp.register
def _(logits: Symbol) -> Symbol:
    return logits.map(sympy.exp).sum(-1, keepdims=True).map(sympy.log)


@softmax.register
def _(logits: Symbol) -> Symbol:
    exponentials = logits.map(sympy.exp)
    return exponentials / exponentials.sum(-1, keepdims=True)


@reciprocal_square_root.register
def _(z: Symbol) -> Symbol:
    return z.map(lambda entry: 1 / sympy.sqrt(entry))
