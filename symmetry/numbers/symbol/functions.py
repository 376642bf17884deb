"""Functions of symbols that are not operators: activations by their formulas, softmax, unknown functions, and translations.

An unknown function, for an activation or a loss, has derivatives and no other known property.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

import jax
import numpy as np
import sympy

from symmetry.activation import EVERY_FUNCTION, Activation, ActivationLike, derivative, reciprocal_square_root
from symmetry.array import Array, Tree, is_array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.dual import along_each
from symmetry.numbers.symbol.symbol import Symbol

VARIABLE = sympy.Symbol("z", real=True)
"""The argument of `FORMULAS`."""


def _read(formula: str) -> sympy.Expr:
    return sympy.sympify(formula, locals={"z": VARIABLE})


FORMULAS = {phi.name: _read(phi.formula) for phi in EVERY_FUNCTION}
"""What every named activation is, as an expression in `VARIABLE`."""

_SLOPES = {phi.name: _read(phi.slope_formula) for phi in EVERY_FUNCTION if phi.slope_formula is not None}


@functools.cache
def formula(name: str, order: int) -> sympy.Expr:
    """The derivative of that order of the activation of that name, in `VARIABLE`, by SymPy.

    >>> formula("square", 1)
    2*z
    """
    if order == 1 and name in _SLOPES:
        return _SLOPES[name]
    return sympy.diff(FORMULAS[name], VARIABLE, order)


@derivative.register
def _(z: Symbol, activation: ActivationLike, order: int = 0) -> Symbol:
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


@along_each.register
def _(parameter: Symbol, function: Callable, directions: list[Array]) -> Tree:
    """One direction after the other, since JAX traces no formulas."""
    found = [function(*map(Symbol.of, each)) for each in zip(*directions, strict=True)]
    return jax.tree.map(lambda *parts: Symbol.of(np.stack(parts)), *found, is_leaf=is_array)


@reciprocal_square_root.register
def _(z: Symbol) -> Symbol:
    return z.map(lambda entry: 1 / sympy.sqrt(entry))


def unknown_function(name: str, partials: tuple[int, ...] = ()) -> type[sympy.Function]:
    """A function that has derivatives and no other known property.

    `partials` lists the arguments (from 1) by which it has been differentiated already. A class of its own, with
    `fdiff`, since SymPy's derivative of an undefined function at an expression is a `Subs` that does not compare.

    >>> x = sympy.Symbol("x", real=True)
    >>> unknown_function("phi")(x**2).diff(x)
    2*x*phi'(x**2)
    """
    if (name, partials) not in _UNKNOWN_FUNCTIONS:
        _UNKNOWN_FUNCTIONS[name, partials] = _made(name, partials)
    return _UNKNOWN_FUNCTIONS[name, partials]


_UNKNOWN_FUNCTIONS: dict[tuple[str, tuple[int, ...]], type[sympy.Function]] = {}
"""One class for each function, since applications are equal only where their classes are the same."""


def _made(name: str, partials: tuple[int, ...]) -> type[sympy.Function]:
    def fdiff(self, argindex=1):
        return unknown_function(name, tuple(sorted((*partials, argindex))))(*self.args)

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


def translated(
    expression: sympy.Expr,
    arguments: Sequence[sympy.Symbol],
    functions: Mapping[str, Callable],
    enclosure: Callable[[sympy.Expr, Array], Array],
) -> Callable:
    """A SymPy expression as a function of numbers of another system.

    Args:
        expression: what to compute; a two-sided piece becomes a call of `left_or_right(z, left, right)`.
        arguments: its symbols, in the order in which the function will take them.
        functions: what its function names mean.
        enclosure: from a constant that is not a dyadic fraction, and an argument, the number to use.
    """
    constants: dict[sympy.Expr, sympy.Symbol] = {}
    prepared = _prepared(sympy.sympify(expression), constants)
    code = sympy.lambdify([*arguments, *constants.values()], prepared, modules=[dict(functions)], cse=True)

    def evaluate(*numbers: Array) -> Array:
        return code(*numbers, *[enclosure(constant, numbers[0]) for constant in constants])

    return evaluate


def _prepared(node, constants: dict[sympy.Expr, sympy.Symbol]):
    """The expression with its inexact constants named and its two-sided pieces made calls."""
    if not node.free_symbols:
        if node.is_Rational and node.q & (node.q - 1) == 0:
            return node
        return constants.setdefault(node, sympy.Symbol(f"constant_{len(constants)}", real=True))
    if isinstance(node, sympy.Piecewise):
        (left, condition), (right, _) = node.args
        parts = [_prepared(part, constants) for part in (condition.lhs - condition.rhs, left, right)]
        return sympy.Function("left_or_right")(*parts)
    if isinstance(node, sympy.Pow):
        return sympy.Pow(_prepared(node.base, constants), node.exp)
    return node.func(*[_prepared(part, constants) for part in node.args]) if node.args else node
