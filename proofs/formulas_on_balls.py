"""SymPy's derivatives of activations and losses as functions of balls: other lines than the slopes and errors of backprop."""

import functools
from collections.abc import Callable, Sequence

import jax.numpy as jnp
import sympy

from symmetry.activation import EVERY_FUNCTION, derivative
from symmetry.array import Array
from symmetry.loss import LOSSES
from symmetry.numbers.ball import Ball, exponential, left_or_right, logarithm
from symmetry.numbers.symbol import VARIABLE, formula, translated


@functools.cache
def activation_formula(name: str, order: int) -> Callable[..., Ball]:
    """SymPy's derivative of an activation as a function of a ball."""
    return on_balls(formula(name, order), [VARIABLE])


@functools.cache
def loss_formula(name: str, units: int, unit: int) -> Callable[..., Ball]:
    """SymPy's derivative of a loss of one example by one of its outputs, as a function of balls."""
    outputs = sympy.symbols(f"a0:{units}", real=True)
    targets = sympy.symbols(f"y0:{units}", real=True)
    loss = next(loss for loss in LOSSES if loss.name == name)
    return on_balls(loss.formula(outputs, targets).diff(outputs[unit]), [*outputs, *targets])


def on_balls(expression: sympy.Expr, arguments: Sequence[sympy.Symbol]) -> Callable[..., Ball]:
    """A SymPy expression as a function of balls; constants that are not dyadic fractions become balls themselves."""
    return translated(expression, arguments, _functions(), lambda constant, like: _enclosure(constant, like.dtype))


@functools.cache
def _functions() -> dict[str, Callable[..., Ball]]:
    """Functions of balls by SymPy's names: tanh is the activation whose formula is tanh(z), cos the slope of the sine."""
    functions: dict[str, Callable[..., Ball]] = {}
    for phi in EVERY_FUNCTION:
        for order in (0, 1):
            expression = formula(phi.name, order)
            if isinstance(expression, sympy.Function) and expression.args == (VARIABLE,):
                name = type(expression).__name__
                functions.setdefault(name, functools.partial(derivative, activation=phi, order=order))
    return {**functions, "exp": exponential, "log": logarithm, "left_or_right": left_or_right}


def _enclosure(constant: sympy.Expr, dtype) -> Ball:
    """The ball of a real constant: its nearest float and the error of rounding to it."""
    center: Array = jnp.asarray(float(constant), dtype)
    return Ball(center, jnp.abs(center).astype(jnp.result_type(float)) * float(jnp.finfo(dtype).eps))
