"""METH: what a dual carries through every function and loss is the derivative, to the last bit of its balls."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flint
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.number_systems import as_numpy
from proofs.real_functions import excess, on_arb, rational
from symmetry.activation import ACTIVATIONS, RECIPROCAL_SQUARE_ROOT, derivative, reciprocal_square_root
from symmetry.engine.measure import Trials
from symmetry.loss import LOSSES, log_sum_exp, softmax
from symmetry.numbers import Ball, Dual
from symmetry.numbers.dual import every_derivative, own_derivatives
from symmetry.numbers.symbol import Symbol, formula
from symmetry.statements.theorem import theorem

EXAMPLES, CLASSES = 4, 3
"""More than two of each: the softmax of two is a sigmoid, and two examples could be mistaken for two classes."""

PRECISION = 3000
"""Bits: a difference quotient loses 300 of them, and what is left tells 0 from the smallest normal float."""

STEP = flint.fmpq(1, 2**300)

Functions = Mapping[str, Callable[..., Any]]


def _functions() -> dict[str, Callable]:
    """Functions of numbers a and targets y, both of shape (examples, classes)."""
    found: dict[str, Callable] = {
        "softmax": lambda a, y: softmax(a),
        "log_sum_exp": lambda a, y: log_sum_exp(a),
        "reciprocal_square_root": lambda a, y: reciprocal_square_root(a * a + 1),
    }
    for phi in ACTIVATIONS:
        for order in (0, 1):
            found[f"{phi.name} of order {order}"] = functools.partial(_derivative, activation=phi, order=order)
    for loss in LOSSES:
        found[f"{loss.name} of the batch"] = loss.value
        found[f"the error of {loss.name}"] = loss.error
    return found


OF_ROWS = (
    "softmax",
    "log_sum_exp",
    "reciprocal_square_root",
    "sigmoid of order 0",
    "the error of softmax_cross_entropy",
)
"""The functions that symbols have in a way of their own, and two that are made of them."""

DIGITS = 40
"""Of a number that SymPy evaluates."""


def _derivative(a, y, activation, order):
    return derivative(a, activation, order)


FUNCTIONS: Functions = _functions()


def entry_by_entry(function: Callable, *arrays: np.ndarray) -> np.ndarray:
    entries = [function(*each) for each in zip(*(array.ravel() for array in arrays), strict=True)]
    return np.array(entries, dtype=object).reshape(arrays[0].shape)


def exponentials(a: np.ndarray) -> np.ndarray:
    return entry_by_entry(flint.arb.exp, a)


def exact_softmax(a: np.ndarray) -> np.ndarray:
    """Softmax of every row of real numbers."""
    return exponentials(a) / exponentials(a).sum(-1, keepdims=True)


def exact_log_sum_exp(a: np.ndarray) -> np.ndarray:
    return entry_by_entry(flint.arb.log, exponentials(a).sum(-1, keepdims=True))


LETTERS = tuple(sympy.symbols(f"a0:{CLASSES} y0:{CLASSES}", real=True))
"""The outputs and targets of one example."""


def exact_loss(loss, slope_in: int | None, a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss of every example by its formula, or SymPy's derivative of that by one of the outputs."""
    expression = loss.formula(LETTERS[:CLASSES], LETTERS[CLASSES:])
    function = on_arb(expression if slope_in is None else expression.diff(LETTERS[slope_in]), LETTERS)
    return np.array([function(*outputs, *targets) for outputs, targets in zip(a, y, strict=True)], dtype=object)


def _exactly() -> dict[str, Callable]:
    """The same functions of real numbers, from their formulas."""
    found: dict[str, Callable] = {
        "softmax": lambda a, y: exact_softmax(a),
        "log_sum_exp": lambda a, y: exact_log_sum_exp(a),
        "reciprocal_square_root": lambda a, y: entry_by_entry(
            on_arb(formula(RECIPROCAL_SQUARE_ROOT.name, 0)), a * a + 1
        ),
    }
    for phi in ACTIVATIONS:
        for order in (0, 1):
            function = on_arb(formula(phi.name, order))
            found[f"{phi.name} of order {order}"] = lambda a, y, function=function: entry_by_entry(function, a)
    for loss in LOSSES:
        found[f"{loss.name} of the batch"] = lambda a, y, loss=loss: exact_loss(loss, None, a, y).sum()
        found[f"the error of {loss.name}"] = lambda a, y, loss=loss: np.stack(
            [exact_loss(loss, place, a, y) for place in range(CLASSES)], axis=1
        )
    return found


def reals(numbers: np.ndarray) -> np.ndarray:
    """Floats as the real numbers that they are."""
    return entry_by_entry(lambda number: flint.arb(rational(number)), numbers)


def value_and_rate(function: Callable, a: np.ndarray, direction: np.ndarray, y: np.ndarray) -> tuple:
    """A function of real numbers, and its derivative along a direction: a difference quotient of a step of 2^-300."""
    with flint.ctx.workprec(PRECISION):
        a, direction, y, step = reals(a), reals(direction), reals(y), flint.arb(STEP)
        ahead, behind = function(a + step * direction, y), function(a - step * direction, y)
        return function(a, y), (ahead - behind) / (2 * step)


def add_functions(trials: Trials, changed: Functions) -> None:
    """Every function and loss on duals of balls."""
    functions, exactly = {**FUNCTIONS, **changed}, _exactly()
    a, direction, y = trials.generator.standard_normal((3, EXAMPLES, CLASSES)) * 2

    def on_duals(a, direction, y):
        dual, targets = Dual(Ball.exact(a), Ball.exact(direction)), Ball.exact(y)
        return {what: function(dual, targets) for what, function in functions.items()}

    found = as_numpy(on_duals, a, direction, y)
    for what, function in exactly.items():
        exact = value_and_rate(function, a, direction, y)
        for part, ball, numbers in zip(
            ("value", "derivative"), (found[what].primal, found[what].tangent), exact, strict=True
        ):
            trials.add(f"the {part} of {what}", *distances(ball, np.asarray(numbers, dtype=object)))


def distances(ball: Ball, exact: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each entry the distance from the center in radii, infinite if the shape is another; and where nothing is known."""
    if ball.center.shape != exact.shape or ball.radius.shape != exact.shape:
        return np.array([np.inf]), np.array([False])
    centers, radii = np.ravel(ball.center), np.ravel(ball.radius)
    ratios = [excess(*each) for each in zip(exact.ravel(), centers, radii, strict=True)]
    return np.array(ratios), ~np.isfinite(radii)


def add_symbols(trials: Trials) -> None:
    """The functions of symbols that are not arithmetic, at fractions."""
    a, y = (trials.generator.integers(-20, 21, (2, EXAMPLES, CLASSES)) * 2 + 1) / 16
    with flint.ctx.workprec(PRECISION):
        for what in OF_ROWS:
            symbols, exact = FUNCTIONS[what](Symbol.of(a), Symbol.of(y)), _exactly()[what](reals(a), reals(y))
            pairs = zip(symbols.ravel(), exact.ravel(), strict=True) if symbols.shape == exact.shape else ()
            gaps = [float(abs(flint.arb(str(sympy.N(formula, DIGITS))) - number)) for formula, number in pairs]
            trials.add(f"{what} of symbols", np.array(gaps or [np.inf]) * 10.0 ** (DIGITS - 5))


def square_of_a_layer(parameters: Mapping[str, Any], x: Any) -> Any:
    """A polynomial of degree 2 in a weight and a bias."""
    z = x @ parameters["weight"] + parameters["bias"]
    return (z * z).sum()


def add_trees(trials: Trials) -> None:
    """`every_derivative` and `own_derivatives` of a polynomial, against differences of integers."""
    draw = functools.partial(trials.generator.integers, -9, 10)
    parameters, x = {"weight": draw(size=(3, 2)), "bias": draw(size=2)}, draw(size=(EXAMPLES, 3))

    def gradient(parameters, x):
        errors = (x @ parameters["weight"] + parameters["bias"]) * 2
        return {"weight": x.T @ errors, "bias": errors.sum(0)}

    def on_duals(parameters, x):
        slopes = every_derivative(functools.partial(square_of_a_layer, x=x), parameters)
        return slopes, own_derivatives(functools.partial(gradient, x=x), parameters)

    floats = {name: jnp.asarray(array, float) for name, array in parameters.items()}
    slopes, curvatures = as_numpy(on_duals, floats, jnp.asarray(x, float))
    for name, array in parameters.items():
        for place in np.ndindex(*array.shape):
            behind, at, ahead = (
                square_of_a_layer({**parameters, name: _moved(array, place, step)}, x) for step in (-1, 0, 1)
            )
            equal = slopes[name][place] == (ahead - behind) / 2, curvatures[name][place] == ahead - 2 * at + behind
            trials.add(f"derivatives by {name}{list(place)}", np.where(equal, 0.0, np.inf))


def _moved(array: np.ndarray, place: tuple[int, ...], step: int) -> np.ndarray:
    moved = array.copy()
    moved[place] += step
    return moved


def softmax_across_the_batch(a: Dual, y: Any) -> Dual:
    """A softmax whose tangent is summed over examples: a control."""
    p = softmax(a.primal)
    return Dual(p, p * (a.tangent - (p * a.tangent).sum(0, keepdims=True)))


def value_for_slope(a: Dual, y: Any) -> Dual:
    """An activation whose tangent takes the value for the slope: a control."""
    value = derivative(a.primal, ACTIVATIONS[3], 0)
    return Dual(value, value * a.tangent)


@theorem(
    "METH.8",
    title="A dual carries the derivative through every function and loss",
    statement=r"F(x + \varepsilon v) = f(x) + \varepsilon\, \frac{f(x + h v) - f(x - h v)}{2 h} \qquad (h \to 0)",
    hypotheses="F on duals of balls: softmax, log-sum-exp, the reciprocal square root, every activation and its slope, every "
    "loss and its error, on 4 examples of 3 classes; f the same by its formula on real numbers, h = 2^-300 at 3000 bits; also "
    "the derivative by each of several parameters, and the second by each, of a polynomial; symbols in the place of duals",
    cites=("griewank2008evaluating",),
    controls={
        "softmax's tangent across the batch": dict(changed={"softmax": softmax_across_the_batch}),
        "the value for the slope": dict(changed={"tanh of order 0": value_for_slope}),
    },
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def a_dual_carries_the_derivative_through_every_function(
    trials: Trials, *, changed: Mapping[str, Callable] = {}
) -> None:
    """Values and derivatives of duals of balls, against difference quotients of real numbers."""
    for _ in range(max(trials.budget // 2_500, 1)):
        add_functions(trials, changed)
    add_symbols(trials)
    add_trees(trials)
