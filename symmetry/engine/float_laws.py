"""Laws about code that runs on floats only, such as a model of the reader's own, as measured laws.

They are written like any law, as two sides. Here cases are drawn for them, and the sides compared by the yardstick.
"""

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping

import jax
import numpy as np

from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import case_types, draw_cases
from symmetry.engine.measure import CASES_AT_ONCE, Trials
from symmetry.numbers.ball.source import RandomFloats

NUMBERS_AT_ONCE = 2_000_000
"""Numbers of all cases of one call, about: memory is bounded."""


def measured(law: Callable, most: int | None = None) -> Callable:
    """The law as one of `Trials`, on random networks within their budget, and at most so many.

    Called with cases, it is the law itself.
    """

    @functools.wraps(law)
    def of_trials(*arguments, **named):
        if not arguments or not isinstance(arguments[0], Trials):
            return law(*arguments, **named)
        _try(law, arguments[0], min(arguments[0].budget, most or arguments[0].budget))

    return of_trials


def run_by(programs: Mapping[str, Callable], architecture: Architecture) -> Callable[[Trials], None]:
    """Laws that differ in the program that they run, by its name, as one law of `Trials`: they share the budget."""

    def of_trials(trials: Trials) -> None:
        share = -(-trials.budget // len(programs))
        for name, law in programs.items():
            _try(law, trials, share, architecture, name)

    return of_trials


def rejected_by_each(programs: Mapping[str, Callable], architecture: Architecture, most: int) -> Callable:
    """The same for a control: it is violated if it is with every program, on at most so many cases."""

    def of_trials(trials: Trials) -> None:
        violations = []
        for name, law in programs.items():
            own = dataclasses.replace(trials, count=0, violation="")
            _try(law, own, min(trials.budget, most), architecture, name)
            violations.append(own.violation)
            trials.count, trials.worst = trials.count + own.count, max(trials.worst, own.worst)
        trials.violation = "; ".join(violations) if all(violations) else ""

    return of_trials


def _try(law: Callable, trials: Trials, budget: int, architecture: Architecture = SAMPLED, program: str = "") -> None:
    """Compares the sides of the law on random cases, and counts them."""
    types, seed = case_types(law), int(trials.generator.integers(2**31))
    one = draw_cases(types, RandomFloats((seed,), 1), architecture)
    numbers = sum(math.prod(np.shape(leaf)) for leaf in jax.tree.leaves(one))
    size = int(np.clip(NUMBERS_AT_ONCE // max(numbers, 1), 1, min(CASES_AT_ONCE, budget)))

    def of_one_case(case):
        return law(**case)

    for number in range(-(-budget // size)):
        cases = draw_cases(types, RandomFloats((seed, number), size), architecture)
        trials.compare_sides(of_one_case, cases, kept=min(size, budget - number * size), program=program)
