"""Functions of symbols that are not operators: activations by their formulas, whose derivatives are SymPy's, and softmax."""

import functools

import sympy

from symmetry.activation import EVERY_FUNCTION, Activation, ActivationLike, derivative, reciprocal_square_root
from symmetry.loss import log_sum_exp, softmax
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


@reciprocal_square_root.register
def _(z: Symbol) -> Symbol:
    return z.map(lambda entry: 1 / sympy.sqrt(entry))
