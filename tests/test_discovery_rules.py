"""Every rule of discovery: whatever it lets move may move, in any way, and it lets move what it should."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from discovery_cases import CASES, Case
from discovery_cases.signature import permuted, random_permutations, signature
from jax.extend.core import ClosedJaxpr, Jaxpr, jaxpr_as_fun

from symmetry.discovery.axes import fresh
from symmetry.discovery.rules import RULES
from symmetry.discovery.rules.control import CONTROL
from symmetry.discovery.values import Value
from symmetry.discovery.walk import Walk
from symmetry.gradcheck.jaxpr.evaluate import evaluate
from symmetry.gradcheck.tape import CannotRun
from symmetry.yardstick import array_wide, black_box

TRIES = 2

ELSEWHERE = {
    *("call", "checkpoint", "closed_call", "copy_p", "pjit", "remat"),  # how other versions of JAX call them
    *("geqp3", "geqrf", "layout_constraint"),  # only inside of what JAX compiles
    *("pvary", "reduced_vary_cast_p"),  # only where an array lies on several devices
}
"""Primitives with a rule that no function of JAX makes here."""


def entries(case: Case, rng: np.random.Generator) -> list[np.ndarray]:
    """Small integers, some of which are equal; floats of which none are."""
    drawn = [
        rng.normal(size=one.shape) if one.dtype.kind == "f" else rng.integers(-9, 10, one.shape)
        for one in case.arguments
    ]
    return [numbers.astype(one.dtype) for numbers, one in zip(drawn, case.arguments, strict=True)]


def results_of(program: ClosedJaxpr, arguments: Sequence[np.ndarray]) -> list[np.ndarray]:
    """By NumPy, or by JAX if there is no rule for it."""
    try:
        with np.errstate(all="ignore"):
            return [np.asarray(one) for one in evaluate(program, *map(np.asarray, arguments))]
    except CannotRun:
        return [np.asarray(one) for one in jaxpr_as_fun(program)(*map(jnp.asarray, arguments))]


def found(case: Case) -> tuple[ClosedJaxpr, list[Value], list[Value]]:
    """The program of a case, and what moves along its arguments and results."""
    program = jax.make_jaxpr(case.function)(*case.arguments)
    arguments = [Value(fresh(shape)) for shape in case.shapes]
    return program, arguments, Walk().run(program, *arguments)


def is_equivariant(case: Case, seed: int) -> bool:
    """Whether permuting the arguments permutes the results, by permutations of all sets of units at once."""
    rng = np.random.default_rng(seed)
    program, arguments, results = found(case)
    given = entries(case, rng)
    permutations = random_permutations([*arguments, *results], rng)
    moved = [permuted(*pair, permutations) for pair in zip(given, arguments, strict=True)]
    before = [permuted(*pair, permutations) for pair in zip(results_of(program, given), results, strict=True)]
    after = results_of(program, moved)
    if all(np.array_equal(*pair, equal_nan=pair[0].dtype.kind in "fc") for pair in zip(before, after, strict=True)):
        return True
    return "float32" in case.types and are_near(program, moved, before)


def are_near(program: ClosedJaxpr, arguments: list[np.ndarray], others: list[np.ndarray]) -> bool:
    """Whether results differ from others by no more than the yardstick."""
    with np.errstate(invalid="ignore"):  # infinities have no difference
        balls = array_wide(black_box(lambda given: results_of(program, given), arguments))
        near = [
            (abs(ball.center - other) <= ball.radius) | (ball.center == other)
            for ball, other in zip(balls, others, strict=True)
        ]
    return all(bool(one.all()) for one in near)


@pytest.mark.parametrize("name", CASES)
def test_what_moves_along_results_is_what_should(name):
    _, arguments, results = found(CASES[name])
    assert signature(arguments, results) == CASES[name].axes


@pytest.mark.parametrize("name", CASES)
def test_permuted_arguments_make_permuted_results(name):
    assert all(is_equivariant(CASES[name], seed) for seed in range(TRIES))


def primitives_of(jaxpr: Jaxpr) -> set[str]:
    """The names of the primitives in a program, and in the programs inside."""
    names = set()
    for equation in jaxpr.eqns:
        names.add(equation.primitive.name)
        for one in jax.tree.leaves(list(equation.params.values()), is_leaf=is_program):
            if is_program(one):
                names |= primitives_of(one.jaxpr if isinstance(one, ClosedJaxpr) else one)
    return names


def is_program(one: object) -> bool:
    return isinstance(one, (Jaxpr, ClosedJaxpr))


def test_every_rule_has_a_case():
    known = set().union(*[primitives_of(found(case)[0].jaxpr) for case in CASES.values()])
    assert (set(RULES) | set(CONTROL)) - known == ELSEWHERE
