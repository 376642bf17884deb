"""METH: every number system computes as the rational numbers do, operation by operation and broadcast by broadcast."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.real_functions import excess
from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.gradcheck.jaxpr.program import interpreted
from symmetry.numbers import Ball, Dual, Residue
from symmetry.numbers.residue import PRIME
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import theorem

SHAPES = ((), (1,), (3,), (1, 3), (2, 1), (2, 3))
"""Every two of them broadcast together."""

PRODUCTS = (((2, 3), (3, 2)), ((2, 3), (3,)), ((3,), (3, 2)), ((3,), (3,)), ((1, 3), (3, 1)))
"""Shapes that a matrix product takes."""

MOST_TERMS = 2**17
"""Of a matrix product of residues."""

Operations = Mapping[str, Callable[..., Any]]

LINEAR: dict[str, Callable] = {"a + b": lambda a, b: a + b, "a - b": lambda a, b: a - b, "a * b": lambda a, b: a * b}
"""Between two numbers, or a number and a plain one on either side."""

QUOTIENT: dict[str, Callable] = {"a / b": lambda a, b: a / b}

ALONE: dict[str, Callable] = {
    "-a": lambda a: -a,
    "3 - a": lambda a: 3 - a,
    "a - 3": lambda a: a - 3,
    "a / 4": lambda a: a / 4,
    "-(a - a)": lambda a: -(a - a),
    "a a - 2 a + a": lambda a: a * a - 2 * a + a,
    **{
        f"a.sum({axis}, keepdims={keep})": lambda a, axis=axis, keep=keep: a.sum(axis, keepdims=keep)
        for axis in (None, 0, 1, -1, (0, 1))
        for keep in (False, True)
    },
    "mean of rows": lambda a: a.sum(-1) / a.shape[-1],
    "a.T": lambda a: a.T,
    "a.T @ a": lambda a: a.T @ a,
    "a[1]": lambda a: a[1],
    "a[:, :2]": lambda a: a[:, :2],
    "a[:, None]": lambda a: a[:, None],
    "a.reshape": lambda a: a.reshape(3, 2),
}
"""Of a number of shape (2, 3)."""


def applied(left: Mapping, right: Mapping, plain: Mapping, between: Operations, alone: Operations) -> Iterator[tuple]:
    """What is computed of numbers by their shapes, and its result: the same lines for every system and for fractions."""
    for one, other in itertools.product(SHAPES, SHAPES):
        for what, operation in between.items():
            yield f"{what} of shapes {one} and {other}", operation(left[one], right[other])
            if what in LINEAR or one == other == ():
                yield f"{what} of shapes {one} and {other}, the second plain", operation(left[one], plain[other])
            if what in LINEAR:
                yield f"{what} of shapes {one} and {other}, the first plain", operation(plain[one], right[other])
    for one, other in PRODUCTS:
        yield f"a @ b of shapes {one} and {other}", left[one] @ right[other]
        yield f"a @ b of shapes {one} and {other}, the second plain", left[one] @ plain[other]
        yield f"a @ b of shapes {one} and {other}, the first plain", plain[one] @ right[other]
    for what, operation in alone.items():
        yield what, operation(left[2, 3])


@dataclasses.dataclass(frozen=True)
class System:
    """A number system: how integers become its numbers, and plain ones; which fail to be the fractions they should be.

    `failures` gives, entry by entry, how far a number is from a fraction as a multiple of what is allowed.
    """

    name: str
    number: Callable[[np.ndarray], Array]
    plain: Callable[[np.ndarray], Array]
    failures: Callable[[Array, np.ndarray], list[float]]
    largest: int = 9
    between: Operations = dataclasses.field(default_factory=lambda: LINEAR | QUOTIENT)
    alone: Operations = dataclasses.field(default_factory=lambda: ALONE)


def _unless(holds: bool) -> float:
    return 0.0 if holds else float("inf")


def _not_equal(found: Array, exact: np.ndarray) -> list[float]:
    """Of floats that hold the fractions exactly."""
    return [
        _unless(float(entry) == float(fraction.p) / float(fraction.q))
        for entry, fraction in zip(np.ravel(found), exact.ravel(), strict=True)
    ]


def _outside(found: Ball, exact: np.ndarray) -> list[float]:
    parts = exact.ravel(), np.ravel(found.center), np.ravel(found.radius)
    return [excess(*entry) for entry in zip(*parts, strict=True)]


def _not_congruent(found: Residue, exact: np.ndarray) -> list[float]:
    return [
        _unless(int(value) == int(fraction.p) * pow(int(fraction.q), -1, PRIME) % PRIME)
        for value, fraction in zip(np.ravel(found.value), exact.ravel(), strict=True)
    ]


def _not_that_rational(found: Symbol, exact: np.ndarray) -> list[float]:
    return [
        _unless(entry == sympy.Rational(int(fraction.p), int(fraction.q)))
        for entry, fraction in zip(np.ravel(found), exact.ravel(), strict=True)
    ]


def _floats(integers: np.ndarray) -> Array:
    return jnp.asarray(integers, float)


INVERSE: dict[str, Callable] = {"3 / a": lambda a: 3 / a}

POWERS: dict[str, Callable] = {f"a^{exponent}": lambda a, exponent=exponent: a**exponent for exponent in range(-3, 4)}

BALLS = System(
    "balls", lambda integers: Ball.exact(_floats(integers)), _floats, _outside, alone=ALONE | INVERSE | POWERS
)
RESIDUES = System("residues", Residue.of, jnp.asarray, _not_congruent, 2**40, alone=ALONE | INVERSE)
SYMBOLS = System("symbols", Symbol.of, np.asarray, _not_that_rational, alone=ALONE | INVERSE | POWERS)
FLOATS = System("floats", _floats, _floats, _not_equal, between=LINEAR)
OVER = {"duals of floats": FLOATS, "duals of residues": RESIDUES}
"""Systems that duals are made of here. Duals divide by constants only."""


def as_fractions(integers: Mapping) -> dict:
    return {
        shape: np.array([flint.fmpq(int(each)) for each in entries.ravel()], dtype=object).reshape(shape)
        for shape, entries in integers.items()
    }


def integers_of_every_shape(trials: Trials, largest: int) -> dict[tuple, np.ndarray]:
    """Integers up to the largest and of either sign, none of them 0."""
    shapes = {*SHAPES, *(shape for pair in PRODUCTS for shape in pair)}
    signs = trials.generator.choice
    return {shape: signs([-1, 1], shape) * trials.generator.integers(1, largest + 1, shape) for shape in sorted(shapes)}


def add_agreement(trials: Trials, system: System, label: str, found: Mapping, exact: Mapping) -> None:
    """Adds one trial for every operation: its shape, and each of its entries."""
    for what, fractions in exact.items():
        fractions = np.asarray(fractions, dtype=object)
        same_shape = fractions.shape == tuple(found[what].shape)
        failures = system.failures(found[what], fractions) if same_shape else [float("inf")]
        trials.add(f"{what} in {label}", np.array([max(failures)]))


def computed(operands: tuple, run: Callable, between: Operations, alone: Operations) -> dict:
    """The results of all operations on numbers, by what they are; `run` traces a function and gives its results."""
    names: list[str] = []

    def function(left: Mapping, right: Mapping, plain: Mapping) -> list:
        pairs = list(applied(left, right, plain, between, alone))
        names[:] = [what for what, _ in pairs]
        return [result for _, result in pairs]

    results = run(function, *operands)
    return dict(zip(names, results, strict=True))


def as_numpy(function: Callable, *arguments: Any) -> Any:
    """The function's results, by NumPy: nothing is compiled."""
    arguments = jax.tree.map(np.asarray, arguments)
    return interpreted(function, *arguments)(*arguments)


def at_once(function: Callable, *arguments: Any) -> Any:
    """As Python runs it: symbols are no arrays of JAX."""
    return function(*arguments)


def of_fractions(operands: tuple, between: Operations, alone: Operations) -> dict:
    left, right, plain = map(as_fractions, operands)
    return dict(applied(left, right, plain, between, alone))


def add_numbers(trials: Trials, system: System, changed: Operations) -> None:
    """One system's numbers against fractions."""
    operands = tuple(integers_of_every_shape(trials, system.largest) for _ in range(3))
    lifts = (system.number, system.number, system.plain)
    numbers = tuple(
        {shape: lift(entries) for shape, entries in each.items()} for lift, each in zip(lifts, operands, strict=True)
    )
    run = at_once if system is SYMBOLS else as_numpy
    found = computed(numbers, run, {**system.between, **changed}, system.alone)
    add_agreement(trials, system, system.name, found, of_fractions(operands, system.between, system.alone))


def add_duals(trials: Trials, label: str, system: System, changed: Operations) -> None:
    """Duals against fractions: their tangents against difference quotients, which are exact for polynomials of degree 2."""
    left, right, plain = operands = tuple(integers_of_every_shape(trials, system.largest) for _ in range(3))
    directions = [integers_of_every_shape(trials, system.largest) for _ in range(2)]

    def dual(entries: Mapping, direction: Mapping) -> dict:
        return {shape: Dual(system.number(entries[shape]), system.number(direction[shape])) for shape in entries}

    plain_numbers = {shape: system.number(entries) for shape, entries in plain.items()}
    numbers = (dual(left, directions[0]), dual(right, directions[1]), plain_numbers)
    found = computed(numbers, as_numpy, {**LINEAR, **changed}, ALONE)

    def moved(step: int) -> dict:
        pairs = zip((left, right), directions, strict=True)
        ends = [{shape: each[shape] + step * by[shape] for shape in each} for each, by in pairs]
        return of_fractions((*ends, plain), LINEAR, ALONE)

    ahead, behind = moved(1), moved(-1)
    values = of_fractions(operands, LINEAR, ALONE)
    rates = {what: (np.asarray(ahead[what], dtype=object) - behind[what]) / flint.fmpq(2) for what in values}
    primals, tangents = ({what: getattr(each, part) for what, each in found.items()} for part in ("primal", "tangent"))
    add_agreement(trials, system, f"{label}, the value", primals, values)
    add_agreement(trials, system, f"{label}, the derivative", tangents, rates)


def add_long_sums(trials: Trials) -> None:
    """Sums of as many residues as a matrix product takes, each as large as it can be: -1, of which a product is 1."""
    row = np.full((1, MOST_TERMS), PRIME - 1)
    exact = {"sum": [[flint.fmpq(-MOST_TERMS)]], "a @ b": [[flint.fmpq(MOST_TERMS)]]}
    found = as_numpy(lambda a: {"sum": a.sum(-1, keepdims=True), "a @ b": a @ a.T}, Residue.of(row))
    add_agreement(trials, RESIDUES, f"residues, {MOST_TERMS} terms", found, exact)


def without_broadcasting(a: Any, b: Any) -> Any:
    """A sum whose tangent keeps the shape of the dual: a control."""
    if isinstance(a, Dual) and not isinstance(b, Dual):
        return Dual(a.primal + b, a.tangent)
    return a + b


def with_one_factor_moving(a: Any, b: Any) -> Any:
    """A product that forgets that its second factor moves: a control."""
    return a * b.primal if isinstance(a, Dual) and isinstance(b, Dual) else a * b


def not_reduced(a: Any, b: Any) -> Any:
    """A sum of residues that may reach the prime: a control."""
    return Residue(a.value + b.value) if isinstance(a, Residue) and isinstance(b, Residue) else a + b


@theorem(
    "METH.7",
    title="Every number system computes as the rational numbers do",
    statement=r"h(x \circ y) = h(x) \circ h(y), \qquad \frac{d}{dt} (x + t u) \circ (y + t v)|_{t=0} = "
    r"\tfrac{1}{2} \left((x + u) \circ (y + v) - (x - u) \circ (y - v)\right)",
    hypotheses="x, y, u, v integers of shapes (), (1,), (3,), (1, 3), (2, 1) and (2, 3), every two of them broadcast "
    "together; h takes fractions to balls, residues and symbols, and the circle is each of + - * / and the matrix product, "
    "on two numbers or a number and a plain one; also whole powers, sums along axes, indexing and reshaping; the second line for "
    "duals of floats and of residues, where the circle is no quotient of two duals",
    cites=("griewank2008evaluating",),
    controls={
        "a tangent that is not broadcast": dict(changed={"a + b": without_broadcasting}),
        "the product rule with one factor": dict(changed={"a * b": with_one_factor_moving}),
        "a sum of residues not reduced": dict(changed={"a + b": not_reduced}),
    },
    evidence=("sampled",),
    systems=("balls", "residues"),
    dtypes=("float64",),
)
def every_number_system_computes_as_the_rational_numbers_do(
    trials: Trials, *, changed: Mapping[str, Callable] = {}
) -> None:
    """The results of every operation in every system, against the same operation on fractions."""
    for system in (BALLS, RESIDUES, SYMBOLS):
        add_numbers(trials, system, changed)
    for label, system in OVER.items():
        add_duals(trials, label, system, changed)
    add_long_sums(trials)
