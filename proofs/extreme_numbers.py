"""METH: numbers at which formulas break. Kinks, arguments and logits so large that a careless line overflows, dead batches."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flint
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.dual_functions import distances, exact_log_sum_exp, exact_loss, exact_softmax, reals
from proofs.formulas_on_balls import activation_formula
from proofs.method import add_accuracy
from proofs.real_functions import excess
from symmetry.activation import ABSOLUTE_VALUE, LEAKY_RELU, RELU, derivative
from symmetry.array import Array
from symmetry.engine.compilation import compiled
from symmetry.engine.measure import Trials
from symmetry.loss import (
    MEAN_ABSOLUTE_ERROR,
    SIGMOID_BINARY_CROSS_ENTROPY,
    SOFTMAX_CROSS_ENTROPY,
    log_sum_exp,
    softmax,
)
from symmetry.numbers import Ball
from symmetry.numbers.ball import stated_error, underflow
from symmetry.numbers.symbol import VARIABLE, Symbol, formula
from symmetry.statements.theorem import theorem

LARGE = np.array(
    [16, 17, 20, 33, 38, 39, 88, 88.8, 89, 103, 104, 106, 150, 700, 708, 709, 709.8, 710, 745, 746]
    + [10.0**power for power in (3, 4, 5, 10, 19, 20, 30, 38, 100, 154, 155, 200, 300)]
)
"""Where functions saturate, and where exponentials and squares overflow in some float type."""

KINKS: Mapping = {RELU: (0, 0), LEAKY_RELU: (0, sympy.Rational(1, 100)), ABSOLUTE_VALUE: (0, 0)}
"""The value and the slope at 0: that on the left, and for the absolute value the mean of both."""

LOGITS = np.array([
    [1e4, -1e4, 0],
    [-1e4, -1e4, -1e4],
    [1e4, 1e4, 1e4],
    [700, -700, 710],
    [-746, 0, 746],
    [88, -88, 89],
    [104, 0, -104],
    [12, 11, -12],
    [0, 0, 0],
])  # fmt: skip

TARGETS = np.array(
    [[1, 0, 0], [0, 1, 0], [0.5, 0.25, 0.25], [0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0.5, 0, 0]]
)

FUNCTIONS: dict[str, Callable] = {
    "softmax": lambda a, y: softmax(a),
    "log_sum_exp": lambda a, y: log_sum_exp(a),
    "cross-entropy": SOFTMAX_CROSS_ENTROPY.value,
    "its error": SOFTMAX_CROSS_ENTROPY.error,
    "binary cross-entropy": SIGMOID_BINARY_CROSS_ENTROPY.value,
    "the error of that": SIGMOID_BINARY_CROSS_ENTROPY.error,
}
"""Of logits and targets of shape (examples, classes)."""


def _error_of(loss) -> Callable:
    return lambda a, y: np.stack([exact_loss(loss, place, a, y) for place in range(3)], axis=1)


EXACTLY: Mapping[str, Callable] = {
    "softmax": lambda a, y: exact_softmax(a),
    "log_sum_exp": lambda a, y: exact_log_sum_exp(a),
    "cross-entropy": lambda a, y: exact_loss(SOFTMAX_CROSS_ENTROPY, None, a, y).sum(),
    "its error": _error_of(SOFTMAX_CROSS_ENTROPY),
    "binary cross-entropy": lambda a, y: exact_loss(SIGMOID_BINARY_CROSS_ENTROPY, None, a, y).sum(),
    "the error of that": _error_of(SIGMOID_BINARY_CROSS_ENTROPY),
}

PRECISION = 40_000
"""Bits in which e^10000 and 1 are not the same, beside their sum."""


def without_the_shift(a: Array, y: Array) -> Array:
    """log sum exp as it stands in books: a control."""
    return jnp.log(jnp.exp(a).sum(-1, keepdims=True)) if not isinstance(a, Ball) else log_sum_exp(a)


def add_large_arguments(trials: Trials) -> None:
    """Activations at large arguments: all negative, on which some are dead; all positive; and in turns."""
    large = LARGE[float(jnp.finfo(trials.dtype).max) >= LARGE]
    turns = np.stack([large, -large], axis=1).ravel()
    for where, z in (
        ("where all are negative", -turns * np.sign(turns)),
        ("where all are positive", abs(turns)),
        ("", turns),
    ):
        add_accuracy(trials, f" at large arguments {where}".rstrip(), z.astype(trials.dtype))


def add_kinks(trials: Trials, kinks: Mapping) -> None:
    """The value and the slope at 0, of floats alone and beside numbers of either side, of formulas, and of balls."""
    tiny = underflow(trials.dtype)
    rows = [np.array(row).astype(trials.dtype) for row in ([0.0, 0.0, 0.0], [-0.0, -0.0, -0.0], [0.0, tiny, -tiny])]
    for phi, expected in kinks.items():
        for order, at_zero in enumerate(map(sympy.Rational, expected)):
            what = f"{phi.name} of order {order} at 0"
            exact = flint.fmpq(at_zero.p, at_zero.q)
            evaluate = functools.partial(derivative, activation=phi, order=order)
            found = np.array(
                [np.asarray(each, float)[0] for each in compiled(lambda z, e=evaluate: list(map(e, z)), rows)(rows)]
            )
            stated = np.asarray(stated_error(phi.facts(order), found.astype(trials.dtype)), float)
            trials.add(what, np.array([excess(exact, *each) for each in zip(found, stated, strict=True)]))
            formulas = formula(phi.name, order).subs(VARIABLE, 0), derivative(Symbol.of([0]), phi, order)[0]
            trials.add(f"{what} by formula", np.where([each == at_zero for each in formulas], 0.0, np.inf))
            for ball in _balls_at_zero(phi, order, trials.dtype):
                trials.add(f"{what}, of balls", distances(_wide(ball), np.array([exact], dtype=object))[0])


def _balls_at_zero(phi, order: int, dtype) -> list[Ball]:
    """The derivative by the program and, where the formula is one of sides, by that."""
    zero = Ball.exact(jnp.zeros(1, dtype))
    by_formula = [] if order and phi.slope_formula else [zero.constant(activation_formula(phi.name, order)(zero))]
    return [derivative(zero, phi, order), *by_formula]


def _wide(ball: Ball) -> Ball:
    return Ball(np.asarray(ball.center, float), np.asarray(ball.radius))


def add_extreme_logits(trials: Trials, changed: Mapping[str, Callable]) -> None:
    """Softmax, log-sum-exp and the losses that take logits, on floats and on balls: near to the exact value, and finite."""
    functions = {**FUNCTIONS, **changed}
    logits, targets = LOGITS.astype(trials.dtype), TARGETS.astype(trials.dtype)

    def on_both(a, y):
        return [(call(a, y), call(Ball.exact(a), Ball.exact(y))) for call in functions.values()]

    for what, (floats, ball) in zip(functions, compiled(on_both, logits, targets)(logits, targets), strict=True):
        with flint.ctx.workprec(PRECISION):
            exact = np.asarray(EXACTLY[what](reals(logits), reals(targets)), dtype=object)
        ball = _wide(ball)
        for kind, numbers in (("balls", ball), ("floats", Ball(np.asarray(floats, float), ball.radius))):
            ratios, unbounded = distances(numbers, exact)
            trials.add(f"{what} of extreme logits in {kind}", np.where(unbounded, np.inf, ratios))


def add_equal_outputs(trials: Trials) -> None:
    """The mean absolute error where outputs are as they should be: at its kink the error is 0."""
    a = trials.generator.integers(-9, 10, (4, 3)).astype(trials.dtype)
    errors = np.asarray(MEAN_ABSOLUTE_ERROR.error(jnp.asarray(a), jnp.asarray(a)), float)
    trials.add("the error where outputs equal targets", np.where(errors == 0, 0.0, np.inf))


@theorem(
    "METH.9",
    title="Kinks, huge arguments and extreme logits are computed as stated",
    statement=r"\varphi'(0) = \varphi'(-1), \qquad |\mathrm{fl}(g(z)) - g(z)| \leq r(G(z)) < \infty",
    hypotheses="the first for ReLU and leaky ReLU, for floats, symbols, balls and formulas, and 0 for |z|; g softmax, "
    "log-sum-exp, both cross-entropies and their errors at logits up to 10^4, and G the same on balls; activations and their "
    "derivatives, within the accuracy of METH.3, at arguments up to 10^300 of one sign and of both, so also where a whole batch "
    "is dead",
    cites=("higham2002accuracy",),
    controls={
        "log-sum-exp without the shift": dict(changed={"log_sum_exp": without_the_shift}),
        "the slope on the right": dict(kinks={**KINKS, RELU: (0, 1)}),
    },
    evidence=("sampled",),
    systems=("balls",),
)
def kinks_and_extremes_are_computed_as_stated(
    trials: Trials, *, changed: Mapping[str, Callable] = {}, kinks: Mapping[Any, tuple] = KINKS
) -> None:
    add_large_arguments(trials)
    add_kinks(trials, kinks)
    add_extreme_logits(trials, changed)
    add_equal_outputs(trials)
