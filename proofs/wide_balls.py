"""METH: balls whose operands are wide balls themselves. Members at their ends stay inside, and come near to the bound."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np

from proofs.ball_ends import add, at_ends, each_entry, wide_balls
from proofs.method import ELEMENTARY, ball_of
from proofs.real_functions import rational, real, real_function, real_function_of
from proofs.summed_balls import add_lost_radii, add_lost_terms, add_sums
from symmetry.activation import (
    ABSOLUTE_VALUE,
    ACTIVATIONS,
    ERROR_FUNCTION,
    EXPONENTIAL,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    RELU,
    derivative,
    reciprocal_square_root,
    slope,
)
from symmetry.engine.compilation import compiled
from symmetry.engine.measure import Trials
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers import Ball
from symmetry.numbers.ball import exponential, left_or_right, logarithm
from symmetry.statements.theorem import theorem

SHARE = 40
"""Each kind of operation is tried budget/40 times."""

INEXACT = 2049
"""An integer that no 16-bit type has."""

Operation = Callable[..., Any]


def _power(exponent: int) -> Operation:
    return lambda a, b: b**exponent


ARITHMETIC: Mapping[str, tuple[Operation, float, float]] = {
    "a + b": (lambda a, b: a + b, 0.75, 0.5),
    "a - b": (lambda a, b: a - b, 0.75, 0.5),
    "a * b": (lambda a, b: a * b, 0.75, 0.5),
    "a / b": (lambda a, b: a / b, 0.75, 0.25),
    "3 - a": (lambda a, b: 3 - a, 0.5, 0.25),
    "3 / b": (lambda a, b: 3 / b, 0.75, 0.25),
    f"{INEXACT} a": (lambda a, b: a * INEXACT, 0.0, 0.0),
    f"{INEXACT} - a": (lambda a, b: INEXACT - a, 0.0, 0.0),
    **{f"b^{exponent}": (_power(exponent), 0.5 if exponent < 0 else 0.75, 0.125) for exponent in (-3, -2, -1, 2, 3)},
    "b^0": (_power(0), 0.0, 0.0),
}
"""Operations on two numbers; the shares of its radius that members at the ends reach at least where operands are wide, and that
rounding reaches in the worst of all trials where they are points."""

FUNCTIONS = {
    EXPONENTIAL: (exponential, 0.75),
    LOGARITHM: (logarithm, 0.5),
    RECIPROCAL_SQUARE_ROOT: (reciprocal_square_root, 0.5),
}
"""Functions of one positive number, and the share that is reached."""


def without_the_product_of_radii(a: Ball, b: Ball) -> Ball:
    """A product that is wrong in the second order: a control."""
    product = a * b
    return Ball(product.center, product.radius - a.radius * b.radius)


def with_four_times_the_radius(a: Ball, b: Ball) -> Ball:
    """A product that is wider than it must be: a control."""
    product = a * b
    return Ball(product.center, product.radius * 4)


def arithmetic_on_balls(table: Mapping[str, tuple[Operation, float, float]]) -> Callable:
    def of_pairs(one, other):
        a, b = Ball(*one), Ball(*other)
        return {what: operation(a, b) for what, (operation, *_) in table.items()}

    return of_pairs


def add_arithmetic(trials: Trials, count: int, product: Operation) -> None:
    """Sums, products, quotients and powers: of wide balls, of points, and of a subnormal with a huge number."""
    table = {**ARITHMETIC, "a * b": (product, *ARITHMETIC["a * b"][1:])}
    one, other = wide_balls(trials, count), wide_balls(trials, count)
    points = [(center, np.zeros(count)) for center, _ in (wide_balls(trials, count), wide_balls(trials, count))]
    kernel = compiled(arithmetic_on_balls(table), one, other)
    wide, narrow = kernel(one, other), kernel(*points)
    for what, (_, share, rounding_share) in table.items():
        exactly = ARITHMETIC[what][0]
        ends = [exactly(at_ends(one, s), at_ends(other, t)) for s in (-1, 1) for t in (-1, 1)]
        add(trials, what, wide[what], ends, share)
        exact = exactly(at_ends(points[0], 0), at_ends(points[1], 0))
        add(trials, f"{what} of points", narrow[what], [exact], rounding_share, each=False)


def add_subnormals(trials: Trials, count: int) -> None:
    """Subnormals, which may be read as 0, times a number so large that the product is none."""
    finfo = jnp.finfo(trials.dtype)
    steps = trials.generator.integers(1, 2 ** min(finfo.nmant, 40), count)
    tiny = (steps * float(finfo.smallest_subnormal)).astype(trials.dtype)
    large = np.full(count, 2.0 ** (finfo.maxexp - 2)).astype(trials.dtype)
    product = jax.jit(lambda a, b: Ball.exact(a) * Ball.exact(b))(tiny, large)
    exact = at_ends((tiny, np.zeros(count)), 0) * at_ends((large, np.zeros(count)), 0)
    add(trials, "a subnormal times a huge number", product, [exact], 0.0)


def add_unbounded(trials: Trials, count: int) -> None:
    """Divisors that may be 0, and arguments that may be where a function is not defined, have results without a bound."""
    (a, b), least = (wide_balls(trials, count)[0] for _ in range(2)), trials.generator.choice([1.0, 1.5, 8.0], count)
    around_zero = (b, np.abs(b.astype(float)) * least)
    for what, operation in {
        "a / b": lambda a, b: a / b,
        "3 / b": lambda a, b: 3 / b,
        "logarithm": lambda a, b: logarithm(b),
        "reciprocal_square_root": lambda a, b: reciprocal_square_root(b),
    }.items():
        radius = np.asarray(ball_of(operation, (a, np.zeros(count)), around_zero).radius)
        trials.add(f"{what} around 0", np.where(np.isfinite(radius), np.inf, 0.0))


def add_huge_constants(trials: Trials, count: int) -> None:
    """Huge numbers over huge constants, which are compiled to products with reciprocals that may be flushed."""
    exponent = jnp.finfo(trials.dtype).maxexp - 1
    numerators = np.ldexp(1 + trials.generator.uniform(0, 0.5, count), exponent).astype(trials.dtype)
    for less in range(4):
        constant = 2.0 ** (exponent - less)
        quotient = ball_of(lambda a, constant=constant: a / constant, (numerators, np.zeros(count)))
        exact = at_ends((numerators, np.zeros(count)), 0) / rational(constant)
        add(trials, f"a huge number over 2^{exponent - less}", quotient, [exact], 0.0)


def add_activations(trials: Trials, count: int) -> None:
    """Activations, their slopes and erf at the ends of wide balls, near 0 too; somewhere each is as steep as its facts say."""
    around_zero = np.linspace(-6, 6, 2 * (count // 2) + 1)
    grid = around_zero.astype(trials.dtype), np.full(around_zero.shape, 2.0**-5)
    balls = [np.concatenate(parts) for parts in zip(wide_balls(trials, count), grid, strict=True)]
    table = [*((phi, order) for phi in ACTIVATIONS for order in range(3)), (ABSOLUTE_VALUE, 0), (ERROR_FUNCTION, 0)]

    def of_all(center, radius):
        return [derivative(Ball(center, radius), phi, order) for phi, order in table]

    for (phi, order), ball in zip(table, compiled(of_all, *balls)(*balls), strict=True):
        exact, facts = real_function(phi.name, order), phi.facts(order)
        ends = [
            each_entry(lambda end, exact=exact: exact(real(end)), at_ends((balls[0], balls[1]), s)) for s in (-1, 1)
        ]
        steep = 0 < facts.lipschitz + facts.growth + facts.jump < np.inf
        add(trials, f"{phi.name} of order {order}", ball, ends, 0.75 if steep else 0.0, each=False)


def add_functions(trials: Trials, count: int) -> None:
    """The functions that are not Lipschitz, at the ends of wide balls of positive numbers."""
    centers, radii = wide_balls(trials, count)
    positive = (np.abs(centers), radii)
    for phi, (operation, share) in FUNCTIONS.items():
        exact = real_function_of(ELEMENTARY[phi])
        ends = [each_entry(lambda end, exact=exact: exact(real(end)), at_ends(positive, s)) for s in (-1, 1)]
        add(trials, phi.name, ball_of(operation, positive), ends, share)


def exact_exponentials(logits: np.ndarray) -> np.ndarray:
    return each_entry(lambda logit: flint.arb(logit).exp(), logits)


def exact_softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax of rows of fractions."""
    with flint.ctx.workprec(256):
        exponentials = exact_exponentials(logits)
        return exponentials / exponentials.sum(-1, keepdims=True)


def exact_log_sum_exp(logits: np.ndarray) -> np.ndarray:
    with flint.ctx.workprec(256):
        return each_entry(flint.arb.log, exact_exponentials(logits).sum(-1, keepdims=True))


def add_softmax(trials: Trials, count: int) -> None:
    """Softmax and log-sum-exp of rows: one logit at its upper end and the others at the lower, or the other way round."""
    centers, _ = wide_balls(trials, count, 3)
    logits = (centers, 2.0 ** -trials.generator.integers(4, 7, (count, 3)))
    one_up = 2 * np.eye(3, dtype=int) - 1
    directions = [sign * row for sign in (-1, 1) for row in (*one_up, np.ones(3, int))]
    for what, operation, exactly in (
        ("softmax", softmax, exact_softmax),
        ("log_sum_exp", log_sum_exp, exact_log_sum_exp),
    ):
        ends = [exactly(at_ends(logits, signs)) for signs in directions]
        add(trials, what, ball_of(operation, logits), ends, 0.25, each=False)


def add_kinks(trials: Trials, count: int) -> None:
    """Balls that hold the kink, some at their very end: the values of both sides are members, and no others are far away."""
    radii = 2.0 ** -trials.generator.integers(3, 6, count)
    centers = (radii * trials.generator.choice([-1.0, -0.5, 0.0, 0.5, 1.0], count)).astype(trials.dtype)
    on_right = centers > -radii
    slopes = [each_entry(rational, np.where(on_right, side, 0.0)) for side in (0.0, 1.0)]
    relu = ball_of(functools.partial(slope, activation=RELU), (centers, radii))
    add(trials, "the slope of relu around 0", relu, slopes, 0.75, each=False)
    either = ball_of(lambda z, one: left_or_right(z, one, 3 * one), (centers, radii), (np.ones_like(centers), radii))
    least, most = (at_ends((np.ones(count), radii), sign) for sign in (-1, 1))
    add(trials, "left or right", either, [least, np.where(on_right, 3 * most, least)], 0.0)


@theorem(
    "METH.6",
    title="Balls of balls hold what they must, and little more",
    statement=r"s\,r(F(X_1, \dots, X_k)) \leq \max_{x_i \in \partial X_i} |f(x_1, \dots, x_k) - c(F(X_1, \dots, X_k))| "
    r"\leq r(F(X_1, \dots, X_k))",
    hypotheses="X_i balls of radius 1/8 to 1/32 of their centers, and points; the errors of all operands, or of all roundings, "
    "of one sign; s = 3/4 for + - * / sums and matrix products, less for powers, functions and roundings, half of it in 16-bit "
    "types; also subnormals, constants that the type lacks, kinks at the end of a ball; no bound where a divisor may be 0",
    cites=("higham2002accuracy",),
    controls={
        "product of the radii left out": dict(product=without_the_product_of_radii),
        "radius four times as wide": dict(product=with_four_times_the_radius),
    },
    evidence=("sampled",),
    systems=("balls",),
)
def balls_of_balls_hold_what_they_must_and_little_more(
    trials: Trials, *, product: Operation = ARITHMETIC["a * b"][0]
) -> None:
    """Exact values at the ends of the operands are inside the resulting ball, and near to its end."""
    count = max(trials.budget // SHARE, 100)
    add_arithmetic(trials, count, product)
    add_subnormals(trials, count)
    add_unbounded(trials, count)
    add_huge_constants(trials, count)
    add_sums(trials, count)
    add_lost_terms(trials)
    add_lost_radii(trials)
    add_activations(trials, count)
    add_functions(trials, count)
    add_softmax(trials, count)
    add_kinks(trials, count)
