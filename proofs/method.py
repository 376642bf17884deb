"""METH: the method itself. Balls contain the exact value, the identity test rejects false identities, accuracies hold."""

import functools

import flint
import jax
import jax.numpy as jnp
import numpy as np
import sympy
from scipy import stats

from proofs.real_functions import excess, rational, real, real_function, real_function_of
from symmetry.activation import (
    ABSOLUTE_VALUE,
    ACTIVATIONS,
    ERROR_FUNCTION,
    EXPONENTIAL,
    LOGARITHM,
    RECIPROCAL_SQUARE_ROOT,
    derivative,
    reciprocal_square_root,
)
from symmetry.engine.compilation import compiled
from symmetry.engine.measure import Trials
from symmetry.numbers import Ball, Residue
from symmetry.numbers.ball import exponential, logarithm, stated_error, underflow
from symmetry.numbers.residue import PRIME, Account, at_one_point
from symmetry.numbers.symbol import VARIABLE
from symmetry.statements.theorem import theorem

SHARE = 40
"""Each kind of operation is tried budget/40 times."""

FUNCTIONS = [(phi, order) for phi in (*ACTIVATIONS, ABSOLUTE_VALUE) for order in range(3)]
"""Every derivative that the program uses."""

ELEMENTARY = {
    EXPONENTIAL: sympy.exp(VARIABLE),
    LOGARITHM: sympy.log(VARIABLE),
    RECIPROCAL_SQUARE_ROOT: 1 / sympy.sqrt(VARIABLE),
    ERROR_FUNCTION: sympy.erf(VARIABLE),
}
"""The other functions that softmax, normalisation and the formula of GELU use."""

OF_POSITIVE_NUMBERS = (LOGARITHM, RECIPROCAL_SQUARE_ROOT)


def awkward_floats(trials: Trials, *shape: int) -> np.ndarray:
    """Floats of every size: ordinary ones, the whole range of exponents, subnormals, zeros, small integers."""
    generator, finfo = trials.generator, jnp.finfo(trials.dtype)
    low, high = np.log2(float(finfo.smallest_subnormal)), np.log2(float(finfo.max))
    signs = generator.choice([-1.0, 1.0], shape)
    kinds = np.stack([
        generator.standard_normal(shape),
        signs * 2.0 ** generator.uniform(low, min(high, 1023), shape),
        signs * 2.0 ** generator.uniform(low, low + 30, shape),
        np.zeros(shape),
        generator.integers(-4, 5, shape).astype(float),
        generator.uniform(-1, 1, shape) * 100,
    ])  # fmt: skip
    chosen = generator.choice(len(kinds), size=shape, p=[0.4, 0.15, 0.1, 0.05, 0.1, 0.2])
    return np.take_along_axis(kinds, chosen[None], 0)[0].astype(trials.dtype)


def balls_with_members(trials: Trials, *shape: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centers, radii, and one exact member of each ball, a fraction. About half of the balls are points.

    As for every ball, a radius is 0 or a normal number. Where the center is subnormal, one `underflow` is added to it.
    """
    generator = trials.generator
    centers = awkward_floats(trials, *shape)
    size = np.abs(centers.astype(float))
    radii = np.where(generator.integers(2, size=shape) == 0, 0.0, size * 2.0 ** -generator.integers(1, 60, shape))
    radii[radii < underflow(np.float64)] = 0.0
    spare = np.where((size < underflow(trials.dtype)) & (trials.dtype != np.float16), underflow(trials.dtype), 0.0)
    places = generator.choice([-1.0, -0.5, 0.0, 0.5, 1.0], shape)
    members = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        members[index] = rational(centers[index]) + rational(radii[index]) * rational(places[index])
    return centers, radii + spare, members


def ball_of(operation, *operands: tuple[np.ndarray, np.ndarray]) -> Ball:
    """The resulting ball, as arrays, of an operation on balls given by their centers and radii.

    It runs under `jit`, as kernels do: there subnormals are flushed and operations fused.
    """
    result = jax.jit(lambda *pairs: operation(*(Ball(*pair) for pair in pairs)))(*operands)
    return Ball(np.asarray(result.center, dtype=np.float64), np.asarray(result.radius))


def add_containment(trials: Trials, what: str, ball: Ball, exact: np.ndarray, radius_factor: float) -> None:
    """Adds the trials of one operation: the distances of the exact values from the centers, in radii."""
    center, radius = ball.center.ravel(), ball.radius.ravel() * radius_factor
    members = exact.ravel()
    ratios = [excess(value, c, r) for value, c, r in zip(members, center, radius, strict=True)]
    trials.add(what, np.array(ratios), ~np.isfinite(radius) | (radius >= np.abs(center)))


ARITHMETIC = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "(a + b) - a": lambda a, b: (a + b) - a,
    "a * b - a * b": lambda a, b: a * b - b * a,
    "a / 3": lambda a, b: a / 3,
}


def add_arithmetic(trials: Trials, one: tuple, other: tuple, radius_factor: float) -> None:
    """Sums, products and quotients of pairs of balls."""
    for what, operation in ARITHMETIC.items():
        exact = operation(one[2], other[2])
        add_containment(trials, what, ball_of(operation, one[:2], other[:2]), exact, radius_factor)
    nonzero = other[0].astype(float) != 0
    safe = np.array([divisor if divisor != 0 else flint.fmpq(1) for divisor in other[2]])
    quotient = ball_of(lambda a, b: a / b, one[:2], other[:2])
    exact = one[2] / safe
    unbounded = Ball(quotient.center, np.where(nonzero & (other[2] != 0), quotient.radius, np.inf))
    add_containment(trials, "a / b", unbounded, exact, radius_factor)


def add_products_and_sums(trials: Trials, count: int, radius_factor: float) -> None:
    """Matrix products and sums of few and of many terms."""
    for terms in (1, 2, 9):
        rows, columns = balls_with_members(trials, count // terms, terms), balls_with_members(trials, terms, 4)
        product = ball_of(lambda a, b: a @ b, rows[:2], columns[:2])
        add_containment(trials, f"a @ b of {terms}", product, rows[2] @ columns[2], radius_factor)
        total = ball_of(lambda a: a.sum(-1), rows[:2])
        add_containment(trials, f"sum of {terms}", total, rows[2].sum(-1), radius_factor)


def add_activations(trials: Trials, one: tuple, radius_factor: float) -> None:
    """Every derivative of every activation, except at the kinks themselves."""
    for phi, order in FUNCTIONS:
        ball = ball_of(functools.partial(derivative, activation=phi, order=order), one[:2])
        exact_function = real_function(phi.name, order)
        at_kink = np.array([value == 0 for value in one[2]]) & (phi.facts(order).jump > 0)
        exact = np.array([exact_function(real(value)) for value in one[2]], dtype=object)
        ball = Ball(ball.center, np.where(at_kink, np.inf, ball.radius))
        add_containment(trials, f"{phi.name} of order {order}", ball, exact, radius_factor)


def add_elementary_functions(trials: Trials, one: tuple, radius_factor: float) -> None:
    """The exponential, the logarithm and the reciprocal square root, where they are defined."""
    for operation, phi in (
        (exponential, EXPONENTIAL),
        (logarithm, LOGARITHM),
        (reciprocal_square_root, RECIPROCAL_SQUARE_ROOT),
    ):
        ball, exact_function = ball_of(operation, one[:2]), real_function_of(ELEMENTARY[phi])
        outside = np.array([phi in OF_POSITIVE_NUMBERS and value <= 0 for value in one[2]])
        values = [flint.fmpq(1) if out else value for value, out in zip(one[2], outside, strict=True)]
        exact = np.array([exact_function(real(value)) for value in values], dtype=object)
        ball = Ball(ball.center, np.where(outside, np.inf, ball.radius))
        add_containment(trials, phi.name, ball, exact, radius_factor)


@theorem(
    "METH.1",
    title="A ball contains the exact value",
    statement=r"x_i \in X_i \;\Rightarrow\; f(x_1, \dots, x_k) \in F(X_1, \dots, X_k)",
    hypotheses="every operation and activation of the program, each float type, also huge, tiny, zero and cancelling "
    "values; the accuracy of activations as stated (METH.3); not at the kinks themselves",
    cites=("higham2002accuracy",),
    controls={"radius halved": dict(radius_factor=0.5)},
    evidence=("sampled",),
    systems=("balls",),
)
def a_ball_contains_the_exact_value(trials: Trials, *, radius_factor: float = 1) -> None:
    """Exact values are at most the radius, times `radius_factor`, away from the centers."""
    count = max(trials.budget // SHARE, 100)
    one, other = balls_with_members(trials, count), balls_with_members(trials, count)
    add_arithmetic(trials, one, other, radius_factor)
    add_products_and_sums(trials, count, radius_factor)
    add_activations(trials, one, radius_factor)
    add_elementary_functions(trials, one, radius_factor)


ROOTS = (2, 3, 7, 11, 31, 151)
"""Divisors k of p - 1: the polynomial x^((p-1)/k) - 1, of degree d = (p-1)/k, vanishes at d of the p points."""

RARE = 2.0**-40
"""How improbable an observed rate must be before the stated one is rejected."""


def power(base: Residue, exponent: int) -> Residue:
    """x^e by repeated squaring; its degree is counted on the way."""
    result = None
    for digit in bin(exponent)[2:]:
        if result is not None:
            result = result * result
        if digit == "1":
            result = base if result is None else result * base
    assert result is not None
    return result


def vanishing(x: Residue, k: int):
    """x^((p-1)/k) - 1, which vanishes at as many points as its degree allows."""
    return power(x, (PRIME - 1) // k) - 1


def zero(x: Residue, k: int):
    """The constant polynomial 0; the degree that is counted is the same."""
    return power(x, (PRIME - 1) // k) * 0


@theorem(
    "METH.2",
    title="The identity test rejects a false identity at the rate it states",
    statement=r"q \neq 0,\ \mathrm{deg}\, q = d \;\Rightarrow\; \mathrm{P}_x[q(x) = 0] \leq d/p",
    hypotheses="x uniform modulo p = 2^31 - 1; planted polynomials that vanish as often as their degree allows; a rate is "
    "rejected when the number observed has a probability below 2^-40 under it",
    cites=("schwartz1980fast", "zippel1979probabilistic", "demillo1978probabilistic"),
    controls={"the constant polynomial 0": dict(polynomial=zero)},
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def the_identity_test_rejects_at_the_rate_it_states(trials: Trials, *, polynomial=vanishing) -> None:
    """At random points a planted polynomial is 0 no more often than the stated rate allows."""
    count = max(trials.budget // len(ROOTS), 100)
    for k in ROOTS:
        points = Residue(jnp.asarray(trials.generator.integers(PRIME, size=count), jnp.uint64))
        values = polynomial(points, k)
        passed = int((np.asarray(values.value) == 0).sum())
        allowed = stats.binom.isf(RARE, count, at_one_point(Account(), values.degree))
        # One trial a point; all share the excess of the count over what the stated rate allows.
        trials.add(f"degree (p-1)/{k}", np.full(count, passed / allowed), values.degree != (PRIME - 1) // k)


def add_accuracy(trials: Trials, where: str, z: np.ndarray, factor: float = 1) -> None:
    """Adds the errors of every function at normal z, as multiples of those stated; a value that floats hold is finite."""
    functions = FUNCTIONS + [(phi, 0) for phi in ELEMENTARY]

    def of_all(z):
        values = [phi.evaluate(z, order) for phi, order in functions]
        pairs = zip(functions, values, strict=True)
        return values, [stated_error(phi.facts(order), value) for (phi, order), value in pairs]

    largest = flint.arb(float(jnp.finfo(trials.dtype).max)) / 2  # nearer to the largest float rounding may overflow
    for (phi, order), value, stated in zip(functions, *compiled(of_all, z)(z), strict=True):
        function = real_function_of(ELEMENTARY[phi]) if phi in ELEMENTARY else real_function(phi.name, order)
        inside = np.abs(z.astype(float)) >= underflow(trials.dtype)
        if phi in OF_POSITIVE_NUMBERS:
            inside &= z.astype(float) > 0
        exact = [
            function(real(rational(point))) if here else flint.arb(0) for point, here in zip(z, inside, strict=True)
        ]
        computed = np.asarray(value, dtype=np.float64)
        held = np.array([bool(abs(each) < largest) for each in exact])
        bounds = np.where(np.isfinite(computed), np.asarray(stated) * factor, 0.0)
        bounds = np.where(inside & (np.isfinite(computed) | held), bounds, np.inf)
        ratios = [excess(*each) for each in zip(exact, computed, bounds, strict=True)]
        trials.add(f"{phi.name} of order {order}{where}", np.array(ratios), ~np.isfinite(bounds))


@theorem(
    "METH.3",
    title="The stated accuracy of every activation holds",
    statement=r"|\mathrm{fl}(\varphi^{(k)}(z)) - \varphi^{(k)}(z)| \leq u\,(r\,|\mathrm{fl}(\varphi^{(k)}(z))| + a) + "
    r"1024\,t",
    hypotheses="u the unit roundoff and t the smallest normal number; normal z of every size, the kinks excepted; values of "
    "up to half the largest float are finite; measured for this XLA on this device, not proved",
    cites=("higham2002accuracy",),
    controls={"stated accuracy halved": dict(factor=0.5)},
    evidence=("sampled",),
    systems=("balls",),
)
def the_stated_accuracy_of_every_activation_holds(trials: Trials, *, factor: float = 1) -> None:
    """Computed values are at most the stated error, times `factor`, away from the exact ones."""
    add_accuracy(trials, "", awkward_floats(trials, max(trials.budget // SHARE, 100)), factor)
